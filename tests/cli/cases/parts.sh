# shellcheck shell=sh disable=SC2153
cat >two.json <<'EOT'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.5, 0.5], "means": [[0, 0, 0, 0], [3, 3, 3, 3]], "covariances": [1, 1]}
EOT
gmix sample two.json -n 70000 -o plain.csv

# weights, a class for some rows, missing cells, and a column that is no feature
awk -F, 'NR == 1 { print "note," $0 ",w,group"; next }
    { if (NR % 53 == 0) $2 = ""
      print NR "n," $1 "," $2 "," $3 "," $4 "," 1 + NR % 3 "," (NR % 9 ? "" : ($1 > 1.5 ? "far" : "near")) }' \
    plain.csv >rich.csv

# cuts TABLE into four parts at multiples of 288 rows: those of TABLE-p.csv
cut() {
    awk -v name="${1%.csv}" 'NR == 1 { head = $0; next }
        { p = NR - 2 < 24480 ? 1 : NR - 2 < 40896 ? 2 : NR - 2 < 57312 ? 3 : 4
          if (p != last) { file = name "-" p ".csv"; print head >file; last = p }
          print >file }' "$1"
}
cut plain.csv
cut rich.csv

numbers() {
    gmix show "$1" --json | sed '/"fit"/,$d'
}

# the whole fit of NAME-*.csv, begun in NAME.state
drive() {
    while [ ! -e "$1.json" ]; do
        for part in "$1"-?.csv; do
            gmix pass "$1.state" "$part" -o "$part.answer" &
        done
        wait
        gmix merge "$1.state" "$1"-?.csv.answer -o "$1.json" || return
    done
}

same() {
    numbers "$1" >one.txt
    numbers "$2" >other.txt
    cmp one.txt other.txt && grep -c . one.txt
}

say "a fit in parts has the numbers of a stream's"
try begin plain-1.csv plain-2.csv plain-3.csv plain-4.csv -k 3 --max-iter 6 -o plain.state
drive plain | sed 's/^pass$/pass, .../' | uniq
gmix fit plain.csv -k 3 --max-iter 6 --stream --quiet -o straight.json
same straight.json plain.json

say "and so has a fit of files in turn"
gmix fit 'plain-?.csv' -k 3 --max-iter 6 --quiet -o turn.json
same straight.json turn.json
try fit 'none-*.csv' -k 3
try fit 'plain-?.csv' -k 3 -o plain-2.csv
try fit plain-1.csv plain-2.csv -k 3 --se bootstrap
try fit plain-1.csv - -k 3

say "weights, classes and missing cells"
set -- -k 3 --weights w --labels group --covariance VVE --max-iter 8
gmix begin rich-?.csv "$@" -o rich.state
drive rich 2>/dev/null | sed 's/^pass$/pass, .../' | uniq
gmix fit rich.csv "$@" --stream --quiet -o straight.json
same straight.json rich.json
gmix fit rich-?.csv "$@" --quiet -o turn.json
same straight.json turn.json

say "a class of which no row is drawn for the start"
awk -F, -v OFS=, 'NR == 40000 { $7 = "rare" } { print }' rich.csv >rare.csv
gmix fit rare.csv "$@" --stream
rm rare.csv

say "passes and steps that are killed are made again"
mv plain.json before.json
gmix begin plain-?.csv -k 3 --max-iter 6 -o plain.state --quiet
i=0
while [ ! -e plain.json ]; do
    for part in plain-?.csv; do
        i=$((i + 1))
        timeout -s KILL "0.00$((i % 7 + 1))" gmix pass plain.state "$part" -o "$part.answer"
        gmix pass plain.state "$part" -o "$part.answer"
    done
    for late in 2 4; do
        timeout -s KILL "0.00$late" gmix merge plain.state plain-?.csv.answer -o plain.json
        for part in plain-?.csv; do # of the step it is at now
            [ -e plain.json ] || gmix pass plain.state "$part" -o "$part.answer"
        done
    done
    [ -e plain.json ] || gmix merge plain.state plain-?.csv.answer -o plain.json
done >/dev/null 2>&1
same before.json plain.json
[ "$i" -gt 4 ] && echo "more than one round"

say "a choice among models is made on some of the rows"
rm plain.json
try begin plain-1.csv plain-2.csv plain-3.csv plain-4.csv -k 2-3 -c EII,VII --search quick -o plain.state
drive plain | sed 's/^pass$/pass, .../' | uniq
gmix fit 'plain-?.csv' -k 2-3 -c EII,VII --search quick --quiet -o turn.json
same turn.json plain.json
gmix show plain.json | grep -o -e "best  EII, 2 components" -e "chosen on .* rows" -e "Gaussian mixture.*"
gmix fit plain-1.csv plain-2.csv -k 1-3 --bayes dirichlet
gmix fit plain-1.csv plain-2.csv -k 3-1

say "what is refused, and changes nothing"
gmix begin plain-?.csv -k 2 -o s --quiet
for p in 1 2 3 4; do
    gmix pass s "plain-$p.csv" -o "$p.old"
done
cp s before
try merge s 1.old 2.old 4.old
try merge s 1.old 2.old 2.old 3.old 4.old
try pass s rich-1.csv -o a
try pass s plain-1.csv
try merge s
try merge s plain-1.csv
try pass plain-1.csv plain-1.csv -o a
cmp before s && gmix merge s ./?.old --quiet
try merge s 1.old 2.old 3.old 4.old
for p in 1 2 3 4; do
    gmix pass s "plain-$p.csv" -o "$p.new"
done
gmix begin plain-?.csv -k 5 --missing drop -o foreign --quiet
try merge foreign 1.old 2.old 3.old 4.old

say "files that were cut short"
n=$(wc -c <1.new)
for part in 1 2 3 4 5 6 7 8; do
    head -c $((n * part / 9)) 1.new >short
    cp s before
    gmix merge s short 2.new 3.new 4.new 2>>said && echo "taken: $part"
    cmp before s
done
sed 's/:.*//' said | sort | uniq -c | sed 's/^ *//'
head -c 700 s >short
try pass short plain-1.csv -o a
head -c 40 s >short
try merge short 1.new 2.new 3.new 4.new

say "a full disk"
cp s before
(
    ulimit -f 0
    gmix merge s ./?.new
    gmix pass s plain-1.csv -o a
) 2>&1
cmp before s
[ ! -e a ] && gmix merge s ./?.new

say "classes that the first part does not show"
sed 's/near/between/' rich-3.csv >odd.csv
gmix begin rich-1.csv odd.csv -k 3 --labels group -o odd.state --quiet 2>/dev/null
gmix pass odd.state odd.csv -o a 2>&1 | grep class
