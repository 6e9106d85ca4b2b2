# shellcheck shell=sh disable=SC2153
gmix fit "$DATA/iris.csv" -k 3 -c VEV --restarts 5 -q -o model.json
gmix predict model.json "$DATA/iris.csv" >found.csv
say "components and classes"
try compare-labels found.csv "$DATA/iris.labels.csv"
say "the same as one JSON object"
gmix compare-labels found.csv "$DATA/iris.labels.csv" --json | python3 -c '
import json, sys
r = json.load(sys.stdin)
print({k: r[k] for k in ("n_rows", "labels_b", "match")}, sum(map(sum, r["counts"])))'
say "columns by name; what has no label is left out; many labels"
printf 'x,who,a label\n1,ann,3\n2,bob,\n3,ann,-\n4,eve,12\n5,eve,12\n' >table.csv
try compare-labels table.csv table.csv --columns who,"a label"
try compare-labels table.csv table.csv --columns who
python3 - <<'END'
with open("many.csv", "w") as f:
    f.write("a,b\n")
    for i in range(300):
        f.write("group %02d,%d\n" % (i * i % 31, i % 29))
END
try_filtered 'head -n 8' compare-labels many.csv many.csv --columns a,b
say "what is refused"
try compare-labels table.csv found.csv
try compare-labels found.csv table.csv --columns component,who
try compare-labels table.csv table.csv --columns nobody
try compare-labels table.csv table.csv --columns x,who,x
try compare-labels table.csv
printf 'a,b\n1,\n,2\n' >apart.csv
try compare-labels apart.csv apart.csv --columns a,b
