# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
cat >model.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "full",
 "feature_names": ["eruptions", "waiting"],
 "weights": [0.35587285771824, 0.64412714228176],
 "means": [[2.03638845611069, 54.47851639196248], [4.28966197441512, 79.96811518981119]],
 "covariances": [[[0.06916767374286, 0.43516763679348], [0.43516763679348, 33.69728215649882]],
                 [[0.16996843407252, 0.94060929796999], [0.94060929796999, 36.04621107773868]]]}
END
say "the distribution of some features where others are known: a model like any other"
try condition model.json --given eruptions=3 -o at3.json
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g"' condition model.json --given 0=3
printf 'waiting\n75\n' >at.csv
try_filtered "awk 'NR == 2 { printf \"%.12f\\n\", exp(\$1) }'" score at3.json at.csv
try condition model.json --given eruptions=50 -o far.json
try condition model.json --given eruptions=50 -o far.json -q
try condition model.json
try condition model.json --given eruptions
try condition model.json --given eruption=3
try condition model.json --given eruptions=3 --given waiting=75
try condition model.json --given eruptions=three
try condition model.json --given eruptions=3,waiting=5
try condition model.json --given eruptions=3,0=5
sed 's/"waiting"/"log(waiting)"/' model.json >log.json
try condition log.json --given waiting=5
say "of some features, whatever the others; a value that is NA leaves the marginal"
try marginal model.json --columns waiting -o waiting.json
gmix condition model.json --given eruptions=NA | cmp - waiting.json && echo "the marginal"
say "linear combinations; products"
printf 'waiting,eruptions\n1,1\n-1,1\n' >rows.csv
try transform model.json rows.csv --names sum,difference -o sum.json
try_filtered 'sed -n 3p' show sum.json --json
printf 'waiting,eruptions\n1,1\n2,2\n' >rows.csv
try transform model.json rows.csv
try transform model.json rows.csv --names one
try product model.json model.json -o product.json
say "row by row"
printf 'eruptions\n2\n3\n\n4.5\n50\n' >some.csv
cut6='sed "s/\(\.[0-9]\{6\}\)[0-9]*/\1/g"'
try_filtered "$cut6" regress model.json some.csv --target waiting
try_filtered "$cut6" regress model.json some.csv --target 1 -q --hdr 0.9 --quantiles 0.025,0.5
try_filtered "$cut6 | head -n 3" regress model.json "$data" --target waiting --proba
try_filtered "$cut6 | head -n 3" regress model.json "$data" --target eruptions --far 0.5 -q
try_filtered "$cut6 | tr -d ' \n'; echo" regress model.json some.csv --target waiting --json --hdr 0.9 --quantiles 0.5 --proba
sed 's/, *"feature_names": *\[[^]]*\]//' model.json >bare.json
printf '3,75\n4.5,80\n' >bare.csv
try_filtered "$cut6" regress bare.json bare.csv --target 1
printf '3\n4.5\n' >bare.csv
try_filtered "$cut6" regress bare.json bare.csv --target 1
try regress model.json some.csv --target waitin
try regress model.json some.csv --target waiting --quantiles 1.5
try regress model.json some.csv --target waiting,eruptions
try regress model.json some.csv
list
