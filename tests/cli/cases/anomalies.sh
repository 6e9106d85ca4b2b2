# shellcheck shell=sh disable=SC2153
{
    cat "$DATA/faithful.csv"
    echo 3.5,9999
    echo 4.5,45
    echo 2.1,
} >rows.csv
short='sed -E "s/([0-9]\.[0-9]{2})[0-9]*/\1/g"'
say "rows that do not belong, how sure that is, and the cells to blame"
try_filtered "$short" anomalies rows.csv --only
try_filtered "$short | head -n 2" anomalies rows.csv -q --shapley --reasons 0
try_filtered 'tail -n 1 | cut -d, -f 1,5-' anomalies rows.csv -q
say "rows by their names"
awk -F, 'NR == 1 { print "spring," $0 } NR > 1 { print "no. " NR "," $0 }' rows.csv >named.csv
try_filtered 'cut -d, -f 1,2,6' anomalies named.csv --only -q
try_filtered 'cut -d, -f 1,2,6' anomalies --train "$DATA/faithful.csv" --new named.csv --only -q
say "new rows against normal ones"
try_filtered 'cut -d, -f 1,5,6,7' anomalies --train "$DATA/faithful.csv" --new rows.csv --only -q
try_filtered 'cut -d, -f 1,5,6,7' anomalies --train "$DATA/faithful.csv" --new rows.csv --only -q -k 1 --fdr 0.001
say "names with commas"
sed '1s/.*/"a,1","b ""q"""/' "$DATA/faithful.csv" >commas.csv
try_filtered 'head -n 1' anomalies commas.csv -k 2 --shapley -q
head -n 2 commas.csv >one.csv
try anomalies one.csv
say "as JSON"
try_filtered "$short | sed 's/e-[0-9]*//' | tr -d '\n '; echo" anomalies named.csv --only -q --json
say "what cannot be meant"
try anomalies
try anomalies --train rows.csv
try anomalies rows.csv --fdr 2
try anomalies rows.csv --folds 1
try anomalies rows.csv --trim 0.9
try anomalies rows.csv -o rows.csv
try anomalies --train rows.csv --new rows.csv -o rows.csv
list
