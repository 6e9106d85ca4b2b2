# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
try fit "$data" -k 2 -q -o model.json
gmix score model.json "$data" >reference.csv
check() {
    printf '$ gmix score model.json %s: ' "$*"
    status=0
    gmix score model.json "$@" >scores.csv 2>error || status=$?
    if [ "$status" -ne 0 ]; then
        printf 'exit %d\n! ' "$status"
        cat error
    else
        cmp -s scores.csv reference.csv && echo same
    fi
}
say "columns are found by name, whatever their order and neighbours"
awk -F, '{ print $2 ",row" NR "," $1 }' "$data" | sed '1s/row1/id/' >shuffled.csv
check shuffled.csv --row-names none
try_filtered 'head -n 3' score model.json shuffled.csv
tr ',' '\t' <"$data" >tabs.tsv
check tabs.tsv
check tabs.tsv --delimiter tab
check - <"$data"
say "without names they are taken as they come"
tail -n +2 "$data" >plain.csv
check plain.csv
check plain.csv --no-header
sed '1s/.*/x,y/' "$data" >renamed.csv
check renamed.csv --columns x,y
check renamed.csv --columns 0,1
say "or not found"
check renamed.csv
cut -d, -f1 "$data" | sed '1s/.*/waitng/' >one.csv
check one.csv
cut -d, -f1 plain.csv >narrow.csv
check narrow.csv
check shuffled.csv --columns waiting
check shuffled.csv --columns waiting,eruption
say "names with commas, and weights"
sed '1s/.*/"a,b","say ""c"""/' "$data" >quoted.csv
try fit quoted.csv -k 1 --columns '"a,b","say ""c"""' --max-iter 1 -o quoted.json
try_filtered 'head -n 1' sample quoted.json -n 1
awk -F, 'NR == 1 { print $0 ",w" } NR > 1 { print $0 "," 2 }' "$data" >weighted.csv
try fit weighted.csv -k 1 --weights w
say "a column of weights that is not there is the command line's fault, everywhere"
try fit weighted.csv -k 1 --weights v
check weighted.csv --weights v
check weighted.csv --weights waiting
printf '$ gmix score model.json - --weights v: '
gmix score model.json - --weights v <weighted.csv 2>.err || echo "exit $?"
sed 's/^/! /' .err
check weighted.csv --weights w
printf '$ gmix score model.json - <renamed.csv: '
gmix score model.json - <renamed.csv 2>.err || echo "exit $?"
sed 's/^/! /' .err
say "names that are numbers: the first line is the model's names"
printf '2020,2019\n1,2\n3,5\n4,1\n' >years.csv
try fit years.csv -k 1 --header -q -o years.json
try score years.json years.csv
gmix sample years.json -n 2 >drawn.csv
try_filtered 'wc -l' predict years.json drawn.csv
try_filtered 'wc -l' predict years.json years.csv --no-header
printf '2020,y\n1,2\n3,5\n4,1\n' >year.csv
try fit year.csv -k 1 --header -q -o year.json
try_filtered 'wc -l' predict year.json year.csv
say "names in Latin-1: the same in the model and in the file"
printf 'gr\366\337e,b\n1,2\n3,5\n4,1\n' >latin1.csv
try fit latin1.csv -k 1 -q -o latin1.json
try_filtered 'wc -l' predict latin1.json latin1.csv
try_filtered 'head -n 1' sample latin1.json -n 1
say "a model and data the wrong way round"
try predict plain.csv model.json
try predict plain.csv narrow.csv
say "a name that is nearly the model's"
printf 'eruption,waitin\n1,2\n' >near.csv
try predict model.json near.csv
