# shellcheck shell=sh disable=SC2153
# Which columns are features, row names, or left out: from what a summary's table says.
fit() {
    try_filtered "grep component.*weight; true" fit "$@" -k 1
}
say "text is left out, and said; an identifier names the rows"
awk -F, 'NR == 1 { print "ID," $0 ",species" }
         NR > 1 { print 7 * NR "," $0 "," (NR % 2 ? "a" : "b") }' "$DATA/iris.csv" >iris.csv
head -n 3 iris.csv
fit iris.csv
fit iris.csv --quiet
try fit iris.csv -k 2 -q -o model.json
try_filtered 'head -n 3' predict model.json iris.csv
try_filtered 'head -n 3' predict model.json iris.csv --proba
try_filtered 'head -n 3' score model.json iris.csv
try_filtered 'head -n 3' predict model.json iris.csv --row-names none
try_filtered 'head -n 3' predict model.json iris.csv --row-names species
for command in "mahal" "hdr --mass 0.5" "modes" "regress --target Petal.Width" "impute"; do
    # shellcheck disable=SC2086
    gmix $command model.json iris.csv -q | head -n 2 | cut -d, -f1
done
say "columns by ranges, patterns, exclusions"
fit iris.csv --columns 1-2
fit iris.csv --columns Sepal.Length..Petal.Length
fit iris.csv --columns 'Sepal*'
fit iris.csv --columns 'Sepal*,-*Width'
fit iris.csv --columns -Petal.Width,-1
fit iris.csv --columns numeric,ID --covariance diag
fit iris.csv --columns ..2
fit iris.csv --columns 'x*'
fit iris.csv --columns 3-99
fit iris.csv --columns species
fit iris.csv --row-names none
say "row numbers of write.csv, of pandas, and without any header"
awk -F, 'NR == 1 { print "\"\"," $0 } NR > 1 { print "\"" NR - 1 "\"," $0 }' \
    "$DATA/faithful.csv" >write.csv
fit write.csv
awk -F, '{ print (NR > 1 ? NR - 2 : "") "," $0 }' "$DATA/faithful.csv" >pandas.csv
fit pandas.csv
awk -F, 'NR > 1 { print 1000 + NR * 7919 % 997 ",M," $0 }' "$DATA/faithful.csv" >bare.csv
fit bare.csv
fit bare.csv --columns 2-3
say "whole numbers that all differ are features under a name of their own"
awk -F, 'NR == 1 { print "people," $0 } NR > 1 { print 1000 + NR * 7919 % 997 "," $0 }' \
    "$DATA/faithful.csv" >towns.csv
fit towns.csv
printf 'uid,patient_id,x\n' >long.csv
awk 'BEGIN { for (i = 0; i < 9; i++) print i % 3 ",1234567890123456789" i "," i * i % 7 }' >>long.csv
fit long.csv
say "dates and times"
awk -F, 'NR == 1 { print "day,at," $0 }
         NR > 1 { printf "2024-02-%02d,%02d:30,%s\n", 1 + NR % 28, NR % 24, $0 }' \
    "$DATA/faithful.csv" >dated.csv
fit dated.csv
fit dated.csv --dates
printf 'd,x\n03/04/2024,1\n05/06/2024,2\n07/08/2024,4\n' >doubtful.csv
fit doubtful.csv --dates
printf 'x;town\n1.000,5;A\n2,5;B\n7,25;A\n' >comma.csv
fit comma.csv --columns town
say "nothing else there"
printf 'id\n3\n1\n2\n7\n' >ids.csv
fit ids.csv
printf 'id,of\n3,1 kg\n1,2 kg\n2,2 kg\n7,4 kg\n' >units.csv
fit units.csv
printf 'a,b\nx,y\nz,x\n' >words.csv
fit words.csv
printf 'a;b;\n1;2;\n3;5;\n4;1;\n' >trailing.csv
fit trailing.csv
say "comments, years, signs of accountants, names that are there twice"
printf '# made by a machine\n# a, b\n1,2.5\n2,(3)\n# pause\n4,1\n5,\342\210\22215\n' >comments.csv
fit comments.csv
gmix fit comments.csv -k 1 -q -o comments.json
try predict comments.json comments.csv --append -q
printf '2019,2020,2021\n1,2,3\n2,3,5\n4,1,2\n5,5,1\n3,3,9\n6,2,2\n' >years.csv
fit years.csv
fit years.csv --no-header
printf 'a,a,b\n1,2,3\n2,3,5\n4,1,2\n5,5,1\n' >twice.csv
fit twice.csv --columns 0,2
fit twice.csv --columns a
say "cells that are bounds"
awk -F, 'NR == 1 { print } NR > 1 { print ($1 < 2 ? "<2" : $1 > 4.7 ? "> 4.7" : $1) "," $2 }' \
    "$DATA/faithful.csv" >below.csv
awk -F, 'NR == 1 { print "eruptions,e,waiting,w" } NR > 1 { print ($1 < 2 ? ",2" : $1 > 4.7 ? "4.7," : $1 "," $1) "," $2 "," $2 }' \
    "$DATA/faithful.csv" >bounds.csv
try fit below.csv -k 2 -c diag -o below.json
gmix fit bounds.csv --between eruptions,e,waiting,w -k 2 -c diag -q -o bounds.json
grep -A 10 '"weights"' bounds.json >bounds.txt
grep -A 10 '"weights"' below.json | cmp - bounds.txt && echo "as with --between"
fit below.csv -q
printf 'a,b\n<5,1\n>5,2\n<5,3\n>5,4\n' >two_words.csv
fit two_words.csv
