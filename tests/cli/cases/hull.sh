# shellcheck shell=sh disable=SC2153
# Noise over the convex hull of the data, in builds with Qhull.
data=$DATA/faithful.csv
{
    cat "$data"
    printf '1.9,95\n5,43\n3,45\n5.1,60\n1.7,90\n3.2,95\n2.5,90\n4.9,44\n'
} >noisy.csv
try_filtered 'grep -o uniform.*' fit noisy.csv -k 2 --noise 0.05
try_filtered 'grep -o uniform.*' fit noisy.csv -k 2 --noise 0.05 --noise-volume hull -o hull.json
sed -n '/"noise"/,/}/p' hull.json | grep -v weight
try_filtered 'grep -o uniform.*' fit noisy.csv -k 1-2 -c VVV,EEE --noise 0.05 --noise-volume hull
say "rows with missing cells have no part in it, trimmed ones have"
{
    cat noisy.csv
    printf '9,NA\n'
} >missing.csv
try_filtered 'grep -o uniform.*' fit missing.csv -k 2 --noise 0.05 --noise-volume hull
try_filtered 'grep -o uniform.*' fit noisy.csv -k 2 --noise 0.05 --noise-volume hull --trim 0.02
say "what has no hull"
awk -F, -v OFS=, 'NR > 1 { $2 = 3 * $1 + 1 } { print }' noisy.csv >plane.csv
try fit plane.csv -k 2 --noise 0.05 --noise-volume hull
gmix fit "$DATA/iris.csv" -k 1 -c diag -q -o iris.json
gmix sample iris.json -n 60 | awk -F, -v OFS=, '{ print $0, (NR == 1 ? "e,f,g" : (NR % 7) "," (NR % 11) "," (NR % 13)) }' >wide.csv
try fit wide.csv -k 1 -c diag --noise 0.05 --noise-volume hull
