# shellcheck shell=sh disable=SC2153
# Results as new columns of the user's own file.
awk -F, 'NR == 1 { print "\"ID\";\"eruptions\";\"waiting\";\"note\"\r" }
         NR > 1 { $1 = sprintf("%.2f", $1); gsub(/\./, ",", $1)
                  print NR * 3 ";" (NR == 4 ? "" : $1) ";" (NR == 4 || NR == 6 ? "NA" : $2) \
                        ";\"a; \"\"b\"\"\"\r" }' "$DATA/faithful.csv" >german.csv
try fit german.csv -k 2 -q -o model.json
try_filtered 'head -n 6' predict model.json german.csv --append
try_filtered 'head -n 4' predict model.json german.csv --append --proba --density --digits 3
try_filtered 'head -n 3' predict model.json german.csv --append --exact
try_filtered 'head -n 4' predict model.json german.csv --density
try_filtered 'head -n 3' score model.json german.csv --append
try_filtered 'head -n 3' score model.json german.csv --digits 4
try_filtered 'head -n 6' impute model.json german.csv --append --digits 4
say "the rest is the file, byte by byte; what was written can be read, and written again"
gmix predict model.json german.csv --append -o labelled.csv
sed 's/\(;[^;]*\)\{3\}\r$/\r/' labelled.csv | cmp - german.csv && echo same
try_filtered 'head -n 2' predict model.json labelled.csv --append
gmix predict model.json - --append <german.csv | cmp - labelled.csv && echo same
say "classes and noise"
awk -F, 'NR == 1 { print $0 ",kind" } NR > 1 { print $0 "," ($1 < 3 ? "short" : "") }' \
    "$DATA/faithful.csv" >partly.csv
try fit partly.csv --labels kind -k 2 -q -o classes.json
try_filtered 'head -n 3' predict classes.json partly.csv --append
try fit "$DATA/faithful.csv" -k 2 --noise 0.05 -q -o noise.json
try_filtered 'head -n 2' predict noise.json "$DATA/faithful.csv" --append --proba
say "not"
try predict model.json german.csv --append --digits 0
try predict model.json german.csv --append --digits 3 --exact
try score model.json german.csv --append --mean
try impute model.json german.csv --append --draws 2
say "rows of one component"
try fit "$DATA/faithful.csv" -k 2 -q -o two.json
try sample two.json -n 2 --component 0 --labels
try sample two.json -n 2 --component 1 --seed 3
try sample two.json -n 2 --component 2
gmix sample two.json -n 2000 --component 1 -o drawn.csv
gmix predict two.json drawn.csv | sort | uniq -c | awk '$1 > 1900 { print "mostly", $2 }'
