# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
try fit "$data" -k 2 -q -o model.json
say "labels and probabilities"
try_filtered 'head -n 4' predict model.json "$data"
try_filtered 'head -n 4' predict model.json "$data" --proba
try predict model.json "$data" -o labels.csv
sort labels.csv | uniq -c
say "log-densities; their sum is the log-likelihood of the fit"
try_filtered 'head -n 4' score model.json "$data"
try score model.json "$data" --mean
gmix fit "$data" -k 2 --json >fit.json
gmix score model.json "$data" >scores.csv
python3 - <<'END'
import json, math
total = math.fsum(map(float, open("scores.csv").read().split()[1:]))
fit = json.load(open("fit.json"))["log_likelihood"]
print(abs(total - fit) <= 1e-12 * abs(fit) or (total, fit))
END
say "samples: the seed decides, and a longer one begins like a shorter one"
try_filtered "sed '2,\$s/[0-9][0-9.]*/N/g'" sample model.json -n 3 --labels
gmix sample model.json -n 1e3 >thousand.csv
gmix sample model.json -n 2000 --seed 0 | head -n 1001 | cmp - thousand.csv && echo same
gmix sample model.json -n 1000 --seed 1 | cmp -s - thousand.csv || echo different
gmix sample model.json -n 20000 | gmix fit - -k 1 --json >/dev/null && echo readable
say "tables of a model; its JSON reads back to the same bytes"
try show model.json
gmix show model.json --json >again.json
cmp model.json again.json && echo same
say "a model written by hand"
cat >hand.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "tied",
 "weights": [0.25, 0.75], "means": [[0, 0], [10, 5]], "covariances": [[4, 1], [1, 9]]}
END
try show hand.json
printf '0,0\n10,5\n' >points.csv
try predict hand.json points.csv --proba
try_filtered 'head -n 1' sample hand.json -n 2
list
