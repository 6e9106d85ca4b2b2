# shellcheck shell=sh disable=SC2153
# Small files as people have them, in ../files: what each command makes of them. Then one whole path:
# read, choose, look, predict into the same file, report.
row='grep -a -e "^Gaussian" -e component.*weight -e feature.*:'
for file in "$FILES"/*; do
    name=${file##*/}
    say "$name"
    try_filtered "$row; true" fit "$file" -k 1 -c diag
    if gmix fit "$file" -k 2 -c EEI -q -o model.json 2>/dev/null; then
        try_filtered 'head -n 3 | tr "\r" "~"' predict model.json "$file" --append --digits 3
        try_filtered 'head -n 2' predict model.json "$file" -q
        gmix impute model.json "$file" -q --append | cmp -s - "$file" && echo "impute: the same file"
    fi
done
say "what was asked for"
try_filtered "$row; true" fit "$FILES/doubtful_signs.csv" -k 1 -c diag --decimal .
try_filtered "$row; true" fit "$FILES/missing_codes.csv" -k 1 -c diag --na=n.d.,-999
try_filtered "$row; true" fit "$FILES/patients.csv" -k 1 -c diag --dates
try_filtered "$row; true" fit "$FILES/patients.csv" -k 1 -c diag --columns -weight --row-names admitted
say "the whole path"
file=$FILES/german_excel.csv
try_filtered 'grep -a -e models -e best' fit "$file" -k 1-3 -c EEI,VVI -o choice.json
try plot choice.json "$file" -q -o look.svg
try predict choice.json "$file" -q --append -o labelled.csv
head -n 2 labelled.csv | tr '\r' '~'
try_filtered 'head -n 4' compare-labels labelled.csv labelled.csv --columns component
try report choice.json "$file" -q -o report.html
try report choice.json "$file" -q -o report.pdf
list
