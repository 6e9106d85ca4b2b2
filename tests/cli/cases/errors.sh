# shellcheck shell=sh disable=SC2153
say "standard errors from second derivatives, and in the model file"
try_filtered 'grep -v ^search' fit "$DATA/faithful.csv" -k 2 --se information -o model.json
try_filtered 'tail -n 15' show model.json
say "what components share is named once; a family of variances"
try_filtered 'grep -A99 ^standard' fit "$DATA/faithful.csv" -k 2 -c tied --se information --level 0.9
try_filtered 'grep -A99 ^standard' fit "$DATA/galaxies.csv" -k 1 -c E --se information
say "by replicates: the same for any number of threads"
gmix fit "$DATA/faithful.csv" -k 2 -c diag --se bootstrap --replicates 40 --json --threads 1 >one.json
gmix fit "$DATA/faithful.csv" -k 2 -c diag --se bootstrap --replicates 40 --json --threads 2 >two.json
gmix fit "$DATA/faithful.csv" -k 2 -c diag --se weighted-likelihood --replicates 40 --json >weighted.json
python3 - <<'END'
import json
def errors(name):
    return json.load(open(name))["standard_errors"]
one, two, weighted = errors("one.json"), errors("two.json"), errors("weighted.json")
print(one == two, sorted(one))
for e in (one, weighted):
    print(e["method"], e["level"], e["n_replicates"], [len(e[m]) for m in ("weights", "means", "covariances")],
          all(l < u for l, u in zip(e["weights_lower"], e["weights_upper"])))
END
say "what is refused"
try fit "$DATA/faithful.csv" -k 2 --se jackknife
try fit "$DATA/faithful.csv" -k 2 --replicates 10
try fit "$DATA/faithful.csv" -k 2 --se bootstrap --replicates 1
try fit "$DATA/faithful.csv" -k 2 --se information --level 95
say "where there are none the fit is kept, and says why"
try_filtered 'grep -A9 warning' fit "$DATA/faithful.csv" -k 2 --se information --prior mclust -o prior.json
try_filtered 'grep warning' fit "$DATA/faithful.csv" -k 3 --se information --eigen-ratio 1.1 --quiet -o ratio.json
gmix show ratio.json | grep -c 'no standard errors'
gmix fit "$DATA/faithful.csv" -k 3 --se information --eigen-ratio 1.1 --json 2>/dev/null | grep '"warnings"'
list
