# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
# What a page says in the open: its words without markup, script and pictures.
words() {
    sed -e '/<style>/,/<\/style>/d' -e '/<script/,/<\/script>/d' -e '/<svg/,/<\/svg>/d' \
        -e 's/<[^>]*>/ /g' -e 's/&nbsp;/ /g' "$1" | grep -v '^ *$'
}
say "a page beside the model, and one from the model: the same but for the command"
gmix fit "$data" -k 2 --seed 3 -o model.json --report page.html | tail -n 2
try report model.json "$data" -o again.html
words page.html | grep -v '^ *[0-9]* of the [0-9]* runs' | sed -n '/Two groups/,/^ *Pictures/p'
words again.html | tail -n 10 | sed 's/fit [^ ]*faithful/fit faithful/;
    s/json [^ ]*faithful/json faithful/'
grep -v 'This page' page.html >a
grep -v 'This page' again.html >b
cmp a b && echo same
say "the same bytes every time, also on standard output"
gmix report model.json "$data" --threads 1 >one.html
mv one.html first.html
gmix report model.json "$data" --threads 1 >one.html
cmp first.html one.html && echo same
say "rows that were not fitted, and labels"
head -n 100 "$data" >some.csv
gmix report model.json some.csv -o other.html && words other.html | grep 'not the rows'
gmix fit "$DATA/iris.csv" -k 3 -q -o iris.json
paste -d , "$DATA/iris.csv" "$DATA/iris.labels.csv" >known.csv
try report iris.json known.csv --labels class -o known.html
words known.html | grep -A 1 'adjusted Rand'
say "rows without an observed cell are in no doubt"
{ cat "$data"; printf ',\n,\n'; } >empty.csv
try report model.json empty.csv -o empty.html
words empty.html | grep 'no observed cell'
say "what cannot be"
try report model.json "$data" -o "$data"
try report model.json "$DATA/iris.csv" -o page2.html
try report "$data" model.json -o page2.html
try report model.json "$data" -o no/such/folder.html
try report model.json
try fit "$data" -k 2 --report -
try fit "$data" -k 2 --report ''
try fit "$data" -k 2 -o same --report same
try fit "$data" -k 300 --report page3.html
list
