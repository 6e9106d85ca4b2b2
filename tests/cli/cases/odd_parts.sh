# shellcheck shell=sh disable=SC2153
# Parts of a data set as programs leave them: empty ones, headers alone, columns in another order, ends of lines.
cat >two.json <<'EOF'
{"format": "gmix-model", "version": 1, "covariance": "spherical", "feature_names": ["a", "b"],
 "weights": [0.5, 0.5], "means": [[0, 0], [5, 5]], "covariances": [1, 1]}
EOF
gmix sample two.json -n 300 -o all.csv
head -n 101 all.csv >part-1.csv
: >part-0.csv
head -n 1 all.csv >part-2.csv
{
    head -n 1 all.csv
    tail -n +102 all.csv | head -n 100
} | awk -F, '{print $2 ",x," $1}' | sed '1s/,x,/,other,/' >part-3.csv
{
    head -n 1 all.csv
    tail -n 100 all.csv
} | sed 's/$/\r/' | gzip >part-4.csv.gz
head -c 150 part-4.csv.gz >short.csv.gz
cut -d, -f1 part-1.csv | tail -n +2 >one.csv
tail -n +2 part-1.csv >bare.csv

model() {
    sed -n '/"weights"/,/"fit"/p' "$1"
}

say "parts without rows are left out, and columns are found by name"
gmix fit all.csv -k 2 --stream --quiet -o all.json
gmix fit 'part-*' -k 2 --quiet -o parts.json
model all.json >all.txt
model parts.json | cmp - all.txt && echo "the same model"
gmix fit 'part-*' -k 2 | head -n 1
gmix fit 'part-*' -k 2 --online | head -n 1

say "a part that is there twice"
gmix fit part-1.csv 'part-1*' part-3.csv -k 2 | head -n 1

say "nothing but such parts"
gmix fit part-0.csv part-2.csv -k 2
echo "exit $?"

say "other numbers of columns, a part that was cut short"
gmix fit bare.csv one.csv -k 2
echo "exit $?"
gmix fit part-1.csv short.csv.gz -k 2 -o none.json
echo "exit $?"
[ ! -e none.json ] && echo "nothing was written"

say "text of several pieces"
awk 'BEGIN { while (length(line) < 4096) line = line "remark " } NR > 1 { print "#" line } { print }' \
    all.csv >rows.csv
{
    echo "# made at random"
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
        tail -n +$((i == 1 ? 1 : 2)) rows.csv
    done
} >long.csv
{
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
        tail -n +$((i == 1 ? 1 : 2)) all.csv
    done
} >again.csv
[ "$(wc -c <long.csv)" -gt 16777216 ] && echo "more than one"
gmix fit again.csv -k 2 --stream --quiet -o again.json
gmix fit long.csv -k 2 --stream --quiet -o long.json
model again.json >again.txt
model long.json | cmp - again.txt && echo "the same model"

say "classes of which the first piece, or file, shows none"
for name in again long; do
    awk '/^#/ { print; next } !head++ { print $0 ",class"; next }
        { print $0 "," (++n > 3000 && n % 7 == 0 ? ($1 > 1.5 ? "10" : "9") : "") }' $name.csv >$name-classes.csv
done
head -n 2000 again-classes.csv >first.csv
{
    head -n 1 again-classes.csv
    tail -n +2001 again-classes.csv
} >second.csv
gmix fit again-classes.csv --labels class -k 2 --quiet -o again.json
model again.json >again.txt
gmix show again.json | grep " [0-9] "
gmix fit long-classes.csv --labels class -k 2 --stream --quiet -o long.json
model long.json | cmp - again.txt && echo "the same model"
gmix fit first.csv second.csv --labels class -k 2 --quiet -o long.json
model long.json | cmp - again.txt && echo "and from two files"

gzip -1 <long.csv | gmix fit - -k 2 --online --quiet -o once.json
gmix fit again.csv -k 2 --online --quiet -o again.json
model again.json >again.txt
model once.json | cmp - again.txt && echo "and from a pipe, once"

say "patterns of files with a data set of HDF5"
cp all.csv table-1.h5
gmix fit 'table-?.h5:/x' -k 2 2>&1 | grep -o "table-1.h5"
gmix fit 'none-*.h5:/x' -k 2
