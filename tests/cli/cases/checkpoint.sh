# shellcheck shell=sh disable=SC2153
cat >two.json <<'EOT'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.5, 0.5], "means": [[0, 0, 0, 0], [3, 3, 3, 3]], "covariances": [1, 1]}
EOT
gmix sample two.json -n 70000 -o long.csv

numbers() {
    gmix show "$1" --json | sed '/"fit"/,$d'
}

say "a fit that is killed goes on where it was"
gmix fit long.csv -k 3 --tol 1e-9 --stream -o straight.json --quiet
for seconds in 0.2 0.4 0.6 0.8; do
    timeout -s KILL "$seconds" gmix fit long.csv -k 3 --tol 1e-9 --checkpoint state \
        --every 0 -o resumed.json --quiet >/dev/null 2>&1
done
gmix fit long.csv -k 3 --tol 1e-9 --checkpoint state --every 0 -o resumed.json --quiet
numbers straight.json >straight.txt
numbers resumed.json >resumed.txt
cmp straight.txt resumed.txt && wc -l <straight.txt | sed 's/ //g'
[ ! -e state ] && echo "the state is gone"

say "what is no state"
echo "something else" >state
gmix fit long.csv -k 3 --checkpoint state
echo "exit $?"

say "what wants all rows at once"
rm -f state
gmix fit long.csv -k 3 --checkpoint state --every 3 --trim 0.1
echo "exit $?"

say "for one fit, with a file"
gmix fit long.csv -k 1-3 --stream
gmix fit long.csv -k 3 --every 3
