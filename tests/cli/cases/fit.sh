# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
say "the summary, and the model file"
try fit "$data" -k 2 --tol 1e-12 -o model.json
list
say "one feature, four features, other families"
try fit "$DATA/galaxies.csv" -k 1
try fit "$DATA/iris.csv" -k 3 -c tied
try fit "$DATA/iris.csv" -k 2 -c diag --columns Petal.Width,Sepal.Length --seed 4
try fit "$data" -k2 -cspherical --restarts=3
say "K = 1 is the closed form"
gmix fit "$data" -k 1 --reg 0 --json >one.json
python3 - "$data" <<'END'
import csv, json, math, sys
rows = [list(map(float, r)) for r in list(csv.reader(open(sys.argv[1])))[1:]]
n = len(rows)
m = [sum(r[j] for r in rows) / n for j in (0, 1)]
s = [[sum((r[i] - m[i]) * (r[j] - m[j]) for r in rows) / n for j in (0, 1)] for i in (0, 1)]
det = s[0][0] * s[1][1] - s[0][1] ** 2
closed = -n / 2 * (2 * math.log(2 * math.pi) + math.log(det) + 2)
got = json.load(open("one.json"))["log_likelihood"]
print(abs(got - closed) <= 1e-12 * abs(closed) or (got, closed))
END
say "JSON has every member of the contract and nothing else is printed"
gmix fit "$data" -k 2 --json >report.json
python3 - <<'END'
import json
report = json.load(open("report.json"))
print("missing:", [m for m in (
    "log_likelihood n_samples n_features n_components covariance bic aic icl n_parameters "
    "n_iterations converged stop warnings seconds").split() if m not in report])
print({m: report[m] for m in ("n_samples", "n_features", "n_components", "covariance",
                              "n_parameters", "converged", "stop", "warnings")})
END
say "quiet is quiet; a pipe sees no progress, unless asked for"
try fit "$data" -k 2 -q
try_filtered 'head -n 1' fit "$data" -k 2 --quiet --json
gmix fit "$data" -k 2 --progress 2>&1 >/dev/null | head -n 1 | sed 's/[0-9.-][0-9.]*/N/g; s/,.*//'
say "the model on standard output, the summary elsewhere; and back in"
gmix fit "$data" -k 2 -o - 2>summary.txt >piped.json
sed -n 1p summary.txt
gmix show - <piped.json | sed -n 1p
say "data on standard input"
gmix fit - -k 2 --tol 1e-12 <"$data" | sed -n 2p
say "exactly M plain steps from a given model"
try fit "$data" --init-model model.json --max-iter 0
try fit "$data" -k 2 --init-model model.json --max-iter 3 --tol 0 --no-accelerate --reg 0
say "from a model of fewer components, or more"
gmix fit "$data" -c tied --init split --init-model model.json -o three.json | sed -n 2,5p
gmix fit "$data" -c tied --init merge --init-model three.json | sed -n 2,5p
gmix fit "$data" -c tied -k 3 --init auto --init-model model.json | sed -n 2,5p
try fit "$data" -k 2 --init split --init-model model.json
try fit "$data" --init merge --init-model model.json -k 3
say "limits are told"
try fit "$data" -k 3 --max-iter 2 -q -o limited.json
try show limited.json
say "a search that was cut short counts no hits"
gmix fit "$data" -k 20 --time-limit 0.001 | grep '^search'
say "the same bits for any number of threads"
gmix fit "$data" -k 4 -q --threads 1 -o one.json
gmix fit "$data" -k 4 -q --threads 3 -o three.json
sed 's/"seconds": *[0-9.e-]*//' one.json >one
sed 's/"seconds": *[0-9.e-]*//' three.json >three
cmp one three && echo same
say "far from zero the mean keeps its digits"
awk 'BEGIN { for (i = 0; i < 40; i++) printf "%.1f\n", 1000000003 + (i % 8) / 10 }' >far.csv
try fit far.csv -k 1
