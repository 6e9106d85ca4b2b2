# shellcheck shell=sh disable=SC2153
# The tests and the outcome; p-values and quantiles hang on the last bits of searches.
brief='sed -e "/2 log ratio of/,/^\$/d" -e "/ vs .*[0-9]\$/s/ *[0-9.]*\$//" -e "/left out/d"'
say "one component against two, and so on until one is not rejected"
try_filtered "$brief" test-k "$DATA/faithful.csv" -k 1-4 -c EEE --replicates 39 --search quick
say "a number against the next; every test; another level"
try_filtered "$brief" test-k "$DATA/faithful.csv" -k 2 --replicates 99 --search quick --level 0.01
say "the same as one JSON object"
gmix test-k "$DATA/acidity.csv" -k 1..3 --all --replicates 19 --search quick --json >test.json
python3 - <<'END'
import json
r = json.load(open("test.json"))
print({k: r[k] for k in ("end", "covariance", "level", "n_samples", "n_features", "n_rows")})
for t in r["tests"]:
    large = sum(x >= t["statistic"] for x in t["replicates"])
    print(t["n_components"], round(t["statistic"], 2), t["n_replicates"] + t["n_left_out"],
          t["n_as_large"] == large, t["p_value"] == (1 + large) / (1 + t["n_replicates"]),
          abs(2 * (t["log_likelihood_more"] - t["log_likelihood"]) - t["statistic"]) < 1e-9)
END
say "what is refused"
try test-k "$DATA/faithful.csv"
try test-k "$DATA/faithful.csv" -k 4-2
try test-k "$DATA/faithful.csv" -k 1,2
try test-k "$DATA/faithful.csv" -k 0
try test-k "$DATA/faithful.csv" -k 1-3 --replicates 0
try test-k "$DATA/faithful.csv" -k 1-3 --level 2
try test-k "$DATA/faithful.csv" -k 1-3 --replicates 18
try test-k "$DATA/faithful.csv" -k 1-3 --replicates 98 --level 0.01
try test-k "$DATA/faithful.csv" -k 1-3 -c VVX
try test-k "$DATA/faithful.csv" -k 300
