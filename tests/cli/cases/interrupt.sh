# shellcheck shell=sh disable=SC2153
cat >wide.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.5, 0.5], "means": [[0, 0, 0, 0], [1, 1, 1, 1]], "covariances": [1, 1]}
END
gmix sample wide.json -n 50000 -o data.csv

# Starts a fit that would take hours; waits until EM is under way. It never outlives the
# case for long: the trap ends it, and its time limit does if the trap cannot.
fit=
trap '[ -z "$fit" ] || kill -KILL "$fit" 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM
start() {
    gmix fit data.csv -k 8 --init random --tol 0 --max-iter 1000000000 --progress \
        --time-limit 120 -o model.json >summary.txt 2>progress.txt &
    fit=$!
    for _ in $(seq 300); do
        grep -q iteration progress.txt 2>/dev/null && return
        sleep 0.05
    done
    echo "EM did not begin"
}

say "a signal ends the fit with the best model so far"
start
kill -TERM "$fit"
wait "$fit"
echo "exit $?"
fit=
grep -o 'interrupted in iteration' summary.txt
tail -n 1 summary.txt
gmix show model.json --json | grep -c '"cancelled"'
list
rm -f model.json
list
