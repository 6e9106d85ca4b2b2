# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
say "a table of criteria, the best three, and the model chosen"
try fit "$data" -k 1-4 --covariance all -o model.json
try_filtered 'head -n 4' show model.json
say "lists; cross-validation; one feature has two families; K grows until it does not help"
try fit "$DATA/iris.csv" -k 2,3 -c full,tied,VEV --criterion icl
try_filtered 'head -n 12' fit "$DATA/iris.csv" -k 1-3 -c EEE,VVV --criterion cv --folds 5
try_filtered 'head -n 8' fit "$data" -k auto -c tied --criterion aicc
try_filtered 'head -n 9' fit "$DATA/galaxies.csv" -k 2 -c full,spherical,tied --criterion none
say "why cells are empty"
printf '0 0\n1 0\n0 1\n1 1\n0 0\n1 0\n0 1\n1 1\n' >few.txt
try_filtered 'head -n 14' fit few.txt --no-header -k 1,2,5 -c full,EII
try_filtered 'head -n 12' fit "$data" -k 2 -c full,VEV --eigen-ratio 10
say "weights, missing cells, noise, a prior, labels"
awk 'BEGIN { FS = OFS = "," } NR % 7 == 3 { $2 = "" } { print $0, NR == 1 ? "w" : 1 + NR % 2 }' \
    "$data" >holes.csv
try_filtered 'sed -n "4,7p"' fit holes.csv --weights w -k 1-3 -c full,tied,VVI
try_filtered 'sed -n "4,7p"' fit "$data" -k 1-3 -c full,tied,VVI --noise 0.05
try_filtered 'sed -n "4,7p"' fit "$data" -k 1-3 -c full,tied,VVI --prior mclust
paste -d, "$DATA/iris.csv" "$DATA/iris.labels.csv" >labelled.csv
label=$(sed -n 1p "$DATA/iris.labels.csv")
try_filtered 'sed -n "4,9p"' fit labelled.csv --labels "$label" -c full,tied,VEV
try fit labelled.csv --labels "$label" -k 3 --criterion cv
say "JSON carries every cell"
gmix fit "$data" -k 1-3 -c full,EII --json >report.json
python3 - <<'END'
import json
report = json.load(open("report.json"))
print(report["criterion"], report["covariance"], report["n_components"])
for c in report["candidates"]:
    print(c["components"], c["covariance"], c["status"], c["n_parameters"], "%.3f" % c["bic"],
          sorted(c))
END
say "the same bits for any number of threads"
gmix fit "$DATA/iris.csv" -k 1-3 -c EEI,VVE,VVV -q --threads 1 -o one.json
gmix fit "$DATA/iris.csv" -k 1-3 -c EEI,VVE,VVV -q --threads 3 -o three.json
sed 's/"seconds": *[0-9.e-]*//; s/--threads [0-9]//; s/[a-z]*.json//' one.json >one
sed 's/"seconds": *[0-9.e-]*//; s/--threads [0-9]//; s/[a-z]*.json//' three.json >three
cmp one three && echo same
say "say how many, or ask"
try fit "$data"
