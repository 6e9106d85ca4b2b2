# shellcheck shell=sh disable=SC2153
paste -d, "$DATA/iris.csv" "$DATA/iris.labels.csv" >iris.csv
awk -F, -v OFS=, 'NR > 1 && NR % 2 == 0 { $5 = "-" } { print }' iris.csv >half.csv
say "all labels known: quadratic and linear discriminant analysis"
try fit iris.csv --labels class --cv 10 -o qda.json
try fit iris.csv --labels class --cv 150 -c tied
say "half of them: semi-supervised, with two components per class, with a new class"
try fit half.csv --labels class -o half.json
try fit half.csv --labels class --per-class 2 -c diag
grep -v -e ',virginica' half.csv >two.csv
try fit two.csv --labels class -k 3
say "the same seed gives the same folds"
gmix fit half.csv --labels class --cv 5 --json | sed -n '/cross_validation/,/}/p' >one
gmix fit half.csv --labels class --cv 5 --json --threads 1 | sed -n '/cross_validation/,/}/p' >two
cmp one two && echo same
gmix fit half.csv --labels class --json | python3 -c '
import json, sys
trace = json.load(sys.stdin)["trace"]
print("monotone" if all(a <= b + 1e-9 for a, b in zip(trace, trace[1:])) else trace)'
say "classes of rows, and the model file"
try_filtered 'sed -n "1,2p;60p"' predict qda.json iris.csv
try_filtered 'sed -n "1,2p;60p"' predict qda.json iris.csv --proba
sed -n '/"classes"/,/]/p' qda.json
gmix show qda.json --json >again.json
cmp qda.json again.json && echo same
say "without a single label it is the plain fit"
awk -F, -v OFS=, 'NR > 1 { $5 = "" } { print }' iris.csv >none.csv
gmix fit none.csv --labels class -k 3 --json | grep -v 'seconds\|command' >one
gmix fit "$DATA/iris.csv" -k 3 --json | grep -v 'seconds\|command' >two
cmp one two && echo same
try fit none.csv --labels class
say "what is asked for wrongly"
try fit iris.csv --labels klass
try fit iris.csv --labels class -k 2
try fit iris.csv --labels class -k 4
try fit iris.csv -k 3 --cv 10
try fit iris.csv --labels class --cv 1
try fit iris.csv --labels class --cv 151
printf 'a,c\n1,x\n2,x\n4,x\n5,y\n' >lone.csv
try fit lone.csv --labels c --cv 2 --reg 1
try fit iris.csv --labels Sepal.Length --columns Sepal.Length,Sepal.Width
say "a class of too few rows: named, with what can be done, which helps"
head -n 104 iris.csv >few.csv
try_filtered 'grep -v ^EM' fit few.csv --labels class
try fit few.csv --labels class --singular error
try fit few.csv --labels class --singular error --per-class 2
try fit few.csv --labels class --singular drop
try_filtered 'grep -e Gauss -e warning' fit few.csv --labels class --singular error -c tied
try_filtered 'grep -e Gauss -e warning' fit few.csv --labels class --singular error --prior mclust
