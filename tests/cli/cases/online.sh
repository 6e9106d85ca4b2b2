# shellcheck shell=sh disable=SC2153
cat >two.json <<'EOT'
{"format": "gmix-model", "version": 1, "covariance": "full", "feature_names": ["a", "b"],
 "weights": [0.5, 0.5], "means": [[0, 0], [3, 3]],
 "covariances": [[[1, 0.5], [0.5, 1]], [[1, 0], [0, 1]]]}
EOT
gmix sample two.json -n 20000 -o all.csv
head -n 8001 all.csv >first.csv
{
    head -n 1 all.csv
    tail -n +8002 all.csv
} >rest.csv

say "one pass, and in pieces: the same model, to the last bit"
try fit all.csv -k 2 --online -o all.json --no-plot
gmix fit first.csv -k 2 --online -o pieces.json --quiet
try update pieces.json rest.csv
cmp all.json pieces.json && echo same
gmix fit 'first.csv' rest.csv -k 2 --online -o files.json --quiet
cmp all.json files.json && echo same

say "killed at any moment, the model is what it was, or what it becomes"
gmix fit first.csv -k 2 --online -o old.json --quiet
cp old.json now.json
for seconds in 0.002 0.006 0.01 0.02 0.03; do
    timeout -s KILL "$seconds" gmix update now.json rest.csv --quiet >/dev/null 2>&1
    if cmp -s now.json all.json; then
        cp old.json now.json
    fi
    cmp old.json now.json || echo "damaged after $seconds s"
done
gmix update now.json rest.csv --quiet
cmp now.json all.json && echo whole

say "from a fit of all rows, to another file, forgetting"
gmix fit first.csv -k 2 -o fit.json --quiet
try update fit.json rest.csv --forget 1e-3 -o next.json
grep -c '"fit"' fit.json next.json
grep '"rows"\|"forget"' next.json

say "row groups of Parquet, one at a time: the bits of the file at once"
parquet=$FILES/../../fuzz/corpus/parquet
for how in --online --stream; do
    gmix fit "$parquet/groups.parquet" -k 1 --columns i,f,u $how -o groups.json --quiet
    gmix fit "$parquet/plain.parquet" -k 1 --columns i,f,u $how -o plain.json --quiet
    sed '/"fit"/,$d' groups.json >groups.txt
    sed '/"fit"/,$d' plain.json | cmp - groups.txt && echo same
done
gmix update all.json "$parquet/groups.parquet" --columns i,f -o groups.json

say "what is refused"
try update all.json missing.csv
try update all.csv all.json
try update all.json all.csv --forget 2
try fit all.csv -k 2 --forget 1e-5
try fit all.csv -k 2 --online --checkpoint state
try fit all.csv -k 1-3 --online
try fit all.csv -k 2 --online --trim 0.1
sed 's/"spread": .*/"spread": [0.0, 1.0],/' all.json >bad.json
try update bad.json rest.csv
sed 's/"seen": .*/"seen": [1.0],/' all.json >bad.json
try update bad.json rest.csv
