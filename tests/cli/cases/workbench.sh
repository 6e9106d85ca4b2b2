# shellcheck shell=sh disable=SC2153
cat >galaxies.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.085365338281, 0.878051095509, 0.03658356621],
 "means": [[9.710139558401], [21.400098825958], [33.044377316113]],
 "covariances": [0.178514020998, 4.816028406, 0.849569151638]}
END
say "all boundaries: the wide component in the middle takes over beyond the narrow ones"
try_filtered 'sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g"' boundaries galaxies.json
try_filtered 'wc -l' boundaries galaxies.json -q
try_filtered 'tr -d "\n" | sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g"; echo' boundaries galaxies.json --json
gmix report galaxies.json "$DATA/galaxies.csv" -o page.html
sed -n '/class="boundaries"/,/<\/table>/p' page.html | grep -c '<tr><td'
gmix plot galaxies.json "$DATA/galaxies.csv" --kind density -o density.svg
grep -o 'changes at [^<]*' density.svg | head -n 1
say "goodness of fit, with refits and without"
try_filtered 'sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g" | cut -d, -f 1,2' test-fit galaxies.json "$DATA/galaxies.csv" --replicates 99
gmix test-fit galaxies.json "$DATA/galaxies.csv" --replicates 99 |
    awk -F, 'NR > 1 { print $1, ($3 < $4 ? "p is smaller than without refits" : "not so") }'
try test-fit galaxies.json "$DATA/galaxies.csv" --replicates 5
try test-fit galaxies.json
try test-fit galaxies.json "$DATA/faithful.csv"
list
say "as JSON"
try_filtered 'grep -v "\"p" | sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g"' test-fit galaxies.json "$DATA/galaxies.csv" --replicates 19 --json
say "a mixture made by hand, and one EM step from it"
try_filtered 'sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g"' evaluate galaxies.json "$DATA/galaxies.csv" --model step.json
try_filtered 'sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g" | sed -n 1,3p' evaluate galaxies.json "$DATA/galaxies.csv" --density
try_filtered 'sed -n 3p | cut -d, -f 1,2 | cut -c 1-26' evaluate step.json "$DATA/galaxies.csv"
try evaluate galaxies.json "$DATA/faithful.csv"
say "a mixture with noise"
gmix fit "$DATA/galaxies.csv" -k 1 --noise 0.2 -q -o noisy.json
try_filtered 'sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g" | cut -d, -f 1,2' test-fit noisy.json "$DATA/galaxies.csv" --replicates 19
try_filtered 'sed "s/\(\.[0-9]\{4\}\)[0-9]*/\1/g"' evaluate noisy.json "$DATA/galaxies.csv"
say "rows beside their mixture, in a picture"
try plot noisy.json "$DATA/galaxies.csv" --kind qq -o noisy.svg
grep -o '82 rows, [0-9]* of the points outside of the bands' noisy.svg
try plot galaxies.json "$DATA/galaxies.csv" --kind qq -o qq.svg
grep -o '82 rows, [0-9]* of the points outside of the bands' qq.svg
grep -c 'class="bands"' qq.svg
printf '{"format": "gmix-model", "version": 1, "covariance": "full",
 "weights": [1], "means": [[20]], "covariances": [[[1]]]}' >narrow.json
try plot narrow.json "$DATA/galaxies.csv" --kind qq -o narrow.svg
grep -o '[0-9]* of the points outside of the bands' narrow.svg
printf '{"format": "gmix-model", "version": 1, "covariance": "full",
 "weights": [1], "means": [[0, 0]], "covariances": [[[1, 0], [0, 1]]]}' >two.json
try plot two.json "$DATA/faithful.csv" --kind qq -o two.svg
say "what show says of one feature"
try_filtered 'tail -n 2' show galaxies.json
