# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
cat >m.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "mfa:1", "feature_names": ["a", "b", "c"],
 "weights": [0.5, 0.5], "means": [[0, 0, 0], [10, 10, 10]],
 "loadings": [[[2], [1], [0]], [[1], [1], [1]]], "uniquenesses": [[1, 1, 1], [0.5, 1, 2]]}
END
cat >rows.csv <<'END'
a,b,c
2,1,0
11,12,
0,0,0
END
say "loadings, uniquenesses, communalities; and where rows stand"
try factors m.json
try factors m.json rows.csv
try show m.json
say "what has no factors, and models that are none"
try fit "$data" -k 2 -c diag -o diag.json --quiet
try factors diag.json
sed 's/\[0.5, 1, 2\]/[0.5, 0, 2]/' m.json >zero.json
try factors zero.json
sed 's/"uniquenesses"/"uniqueness"/' m.json >none.json
try factors none.json
say "numbers of factors that there cannot be"
try fit "$data" -k 2 -c mfa
try fit "$data" -k 2 -c mfa:2
try fit "$data" -k 2 -c mfa:0
try fit "$data" -k 2 -c mfa:1-40
