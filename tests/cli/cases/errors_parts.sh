# shellcheck shell=sh disable=SC2153
# Rows with errors, bounds or a truncation in files, streams and parts.
cat >two.json <<'EOT'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.5, 0.5], "means": [[0, 0], [3, 3]], "covariances": [1, 1]}
EOT
gmix sample two.json -n 132000 | awk -F, 'NR == 1 { print "x,y,sx,sy"; next }
    { print $1 "," $2 "," 0.1 + NR % 7 / 10 "," (NR % 50 ? 0.3 : "inf") }' >rows.csv
awk 'NR == 1 { head = $0; next }
    { p = NR - 2 < 57600 ? 1 : 2
      if (p != last) { file = "rows-" p ".csv"; print head >file; last = p }
      print >file }' rows.csv

numbers() {
    gmix show "$1" --json | sed '/"fit"/,$d'
}
same() {
    numbers "$1" >one.txt
    numbers "$2" >other.txt
    cmp one.txt other.txt && grep -c . one.txt
}

say "files in turn, a stream and parts: the same numbers"
set -- -k 2 --errors sx,sy --max-iter 4
gmix fit rows.csv "$@" --stream --quiet -o stream.json
gmix fit 'rows-?.csv' "$@" --quiet -o turn.json
same stream.json turn.json
gmix begin rows-?.csv "$@" -o fit.state
for _ in 1 2 3 4 5 6 7 8 9; do
    test -e parts.json && break
    gmix pass fit.state rows-1.csv -o 1.answer
    gmix pass fit.state rows-2.csv -o 2.answer
    gmix merge fit.state 1.answer 2.answer -o parts.json --quiet >/dev/null || break
done
same stream.json parts.json

say "few rows: the fit of a table"
head -200 rows.csv >few.csv
gmix fit few.csv "$@" --quiet -o table.json
gmix fit few.csv "$@" --stream --quiet -o stream.json
same table.json stream.json
awk -F, 'NR == 1 { print "x"; next } $1 > -1 && $1 < 4 { print $1 }' few.csv >within.csv
gmix fit within.csv -k 2 --truncated=-1,4 --quiet -o table.json
gmix fit within.csv -k 2 --truncated=-1,4 --stream --quiet -o stream.json
same table.json stream.json
awk -F, 'NR == 1 { print "low,high"; next } { l = int($1 + 10) - 10; print l "," l + 1 }' few.csv >between.csv
gmix fit between.csv -k 2 --between low,high --quiet -o table.json
gmix fit between.csv -k 2 --between low,high --stream --quiet -o stream.json
same table.json stream.json
printf 'to,n\n0,5\n1,20\n2,17\n3,9\n4,12\n,6\n' >bins.csv
gmix fit bins.csv -k 2 --binned to,n --quiet -o table.json
gmix fit bins.csv -k 2 --binned to,n --stream --quiet -o stream.json
same table.json stream.json

say "what a row lacks is said"
awk -F, 'NR == 60000 { $4 = "" } { print $1 "," $2 "," $3 "," $4 }' rows.csv >lacks.csv
try fit lacks.csv "$@" --stream
