# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
short='sed "s/\(\.[0-9]\{5\}\)[0-9]*/\1/g"'
say "logarithms of columns: components are log-normal, likelihoods those of the columns"
try_filtered 'sed -n 1,4p' fit "$data" -k 2 -c V --columns waiting --log-columns waiting -o w.json
gmix score w.json "$data" | awk 'NR > 1 { sum += $1 } END { printf "%.5f\n", sum }'
try_filtered "$short" score w.json "$data" --mean
gmix show w.json --json | grep -c log_jacobian
say "the model finds its columns, and gives them back"
gmix predict w.json "$data" | sort | uniq -c | sort -n | awk '{ print $1, $2 }'
gmix predict w.json "$data" --density | awk -F, 'NR > 1 { sum += $2 } END { printf "%.5f\n", sum }'
try_filtered 'head -n 1' sample w.json -n 5
printf 'x;waiting\n1;54.3\n2;\n' >gap.csv
try_filtered "$short" impute w.json gap.csv
try fit "$data" -k 2 --columns 'eruptions,log(waiting)' -q -o both.json
try_filtered 'grep -c "log(waiting)"' condition both.json --given eruptions=3
tail -n +2 "$data" >plain.csv
try fit plain.csv -k 2 --log-columns 1 -q -o plain.json
gmix predict plain.json plain.csv | sort | uniq -c | sort -n | awk '{ print $1, $2 }'
try_filtered 'grep likelihood | cut -c 1-25' evaluate w.json "$data"
gmix report w.json "$data" -o w.html
grep -c 'not the rows that the model was fitted to' w.html
say "columns that are named, or have no names, are those whose logarithm is the feature"
try_filtered "$short" score w.json "$data" --mean --columns waiting
cut -d, -f2 plain.csv >one.csv
try_filtered "$short" score w.json one.csv --mean
try_filtered "$short" score w.json one.csv --mean --no-header
say "what cannot be meant"
printf 'a,b\n1,2\n0,3\n4,1\n' >zero.csv
try fit zero.csv -k 1 --log-columns a
try fit zero.csv -k 1 --log-columns c
try fit zero.csv -k 1 --columns a --log-columns b
printf 'a,log(a)\n1,2\n2,3\n4,1\n' >twice.csv
try fit twice.csv -k 1 --log-columns a
try fit twice.csv -k 1 --trim 0.3 --columns a --log-columns a -q
printf 'a,b,e\n1,2,1\n3,3,1\n4,1,1\n' >errors.csv
try fit errors.csv -k 1 --columns a --log-columns a --errors e
