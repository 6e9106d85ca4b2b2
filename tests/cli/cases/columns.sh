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
check shuffled.csv
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
