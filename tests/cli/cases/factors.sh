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
say "laws are named alike in the table and below it, whichever name was given"
cat >many.csv <<'END'
a,b,c,d
1,2,3,1
2,4,5,3
3,5,7,2
4,9,9,7
5,9,8,4
6,13,11,9
7,13,15,8
8,17,15,6
END
try fit many.csv -k 1 -c mfa:1,UUC:1,UCU:1,diag
say "numbers of factors that there cannot be"
try fit "$data" -k 2 -c mfa
try fit "$data" -k 2 -c mfa:2
try fit "$data" -k 2 -c mfa:0
try fit "$data" -k 2 -c mfa:1-40
