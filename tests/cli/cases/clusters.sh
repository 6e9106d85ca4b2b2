# shellcheck shell=sh disable=SC2153
cat >f3.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "tied", "feature_names": ["eruptions", "waiting"],
 "weights": [0.356378119134, 0.168606127264, 0.475015753601],
 "means": [[2.037614738191, 54.491285035518], [3.797758938298, 77.46886788027], [4.465738951531, 80.872752251398]],
 "covariances": [[0.077975411064, 0.470158467383], [0.470158467383, 33.672042077858]]}
END
short='sed -E "s/(\.[0-9]{4})[0-9]*/\1/g"'
say "two of three components are one group"
try_filtered "$short" clusters f3.json "$DATA/faithful.csv"
try_filtered "$short | cut -d, -f 1-4" clusters f3.json "$DATA/faithful.csv" --method ridge --clusters 1 -q
say "a model that knows its clusters: predictions and pictures speak of them"
try_filtered 'wc -l' clusters f3.json "$DATA/faithful.csv" -q --replicates 9 --model clustered.json
try_filtered 'tail -n 3' predict clustered.json "$DATA/faithful.csv"
try_filtered 'head -n 1' predict clustered.json "$DATA/faithful.csv" --proba
try plot clustered.json "$DATA/faithful.csv" --kind scatter -o scatter.svg
try plot f3.json "$DATA/faithful.csv" --kind clusters -o tree.svg
grep -c "cluster 1" scatter.svg
grep -c "entropy suggests 2 clusters" tree.svg
try_filtered "$short | head -n 12" clusters f3.json "$DATA/faithful.csv" -q --json
say "what cannot be meant"
try clusters f3.json "$DATA/faithful.csv" --method rigde
try clusters f3.json "$DATA/faithful.csv" --clusters 4
try clusters f3.json
try clusters f3.json "$DATA/faithful.csv" --model f3.json
list
say "the directions in which components differ"
try_filtered "$short" project f3.json
try_filtered "$short" project f3.json "$DATA/faithful.csv" --lambda 0.5
try_filtered "$short | head -n 3" project f3.json "$DATA/faithful.csv" --scores --directions 1 --model line.json
try_filtered 'grep -c Dir1' show line.json
try project f3.json --scores
try project f3.json --lambda 2
try project f3.json --directions 3
