# shellcheck shell=sh disable=SC2153
# What samples say, by what does not hang on the last bit of a logarithm.
say "how many groups: probabilities, the partition, its clusters"
gmix posterior "$DATA/galaxies.csv" --iterations 400 --seed 3 --threads 1 --model m.json --partition rows.csv \
    --similarity s.csv --density d.csv --json >a.json
gmix posterior "$DATA/galaxies.csv" --iterations 400 --seed 3 --threads 2 --json >b.json
python3 - <<'END'
import csv
import json
a, b = json.load(open("a.json")), json.load(open("b.json"))
print("same on two threads:", all(a[k] == b[k] for k in ("trace", "parameters", "density", "summary")))
print({k: a[k] for k in ("covariance", "prior", "components", "n_samples", "n_chains", "n_iterations", "n_draws", "end")})
p = a["components_posterior"]
print("sum", round(sum(p), 3), "between 3 and 9:", sum(p[2:9]) > 0.6, "one or two:", sum(p[:2]) < 0.01)
print("prior of 1, 2, 3:", [round(x, 6) for x in a["components_prior"][:3]])
rows = list(csv.DictReader(open("rows.csv")))
part = a["partition"]
print(len(rows), [int(r["cluster"]) for r in rows] == part["labels"], len(part["together"]) == part["n_clusters"])
m = json.load(open("m.json"))
print(m["covariance"], m["feature_names"], len(m["weights"]) == part["n_clusters"])
s = list(csv.reader(open("s.csv")))
print(len(s), len(s[0]), float(s[1][0]), float(s[1][1]) == float(s[2][0]))
d = list(csv.DictReader(open("d.csv")))
print(len(d), d[0]["feature"], all(float(r["lower"]) <= float(r["density"]) * 1.5 for r in d))
END
gmix predict m.json "$DATA/galaxies.csv" | head -n 1
say "the text"
gmix posterior "$DATA/faithful.csv" --prior dp -c diag --iterations 40 --grid 0 |
    sed -e 's/([0-9.]* s)/(T s)/' -e '/^ .*[0-9]/d' -e '/R-hat/d' -e '/chains do not/,/trust/d' -e 's/[0-9.]*[0-9] /N /g' -e 's/ [0-9.]*[0-9]/ N/g' | head -n 9
say "time over, and what is refused"
gmix posterior "$DATA/faithful.csv" --iterations 1e8 --time-limit 0.6 --grid 0 | grep -c "the time limit passed: what there was until then"
try posterior "$DATA/faithful.csv" --prior crp
try posterior "$DATA/faithful.csv" -c tied
try posterior "$DATA/faithful.csv" -c banana
try posterior "$DATA/faithful.csv" --iterations 3
try posterior "$DATA/faithful.csv" --burn-in 1
try posterior "$DATA/faithful.csv" --components-prior geometric --components-parameter 3
try posterior "$DATA/faithful.csv" --concentration 1 --concentration-shape 2
try posterior "$DATA/faithful.csv" --thin 4000
try posterior "$DATA/faithful.csv" --weights waiting
printf 'a,b\n1,2\n3,\n5,6\n' >holes.csv
try posterior holes.csv
say "rows in a plane, as few rows as features, one row"
awk -F, 'NR == 1 { print $0 ",sum" } NR > 1 { print $0 "," $1 + $2 }' "$DATA/faithful.csv" >plane.csv
try posterior plane.csv
gmix posterior plane.csv --prior-scale 1 --iterations 100 --seed 3 --grid 0 | grep -o "2 components are most probable"
head -n 3 plane.csv >two.csv
gmix posterior two.csv --iterations 100 --grid 0 | grep -c "no more rows than features"
head -n 2 plane.csv >one.csv
try posterior one.csv
