# shellcheck shell=sh disable=SC2153
say "what an iteration counts, also where a layout has as many numbers as another one's"
operations() {
    printf '%s: ' "$*"
    gmix bench -n 200 --threads 1 --json "$@" | python3 -c '
import json, sys
r = json.load(sys.stdin)
pairs = r["n_samples"] * r["n_components"] * r["n_features"]
counted = r["gflops"] * 1e9 * r["seconds_per_iteration"] / pairs
print("%.3f operations for a row, component and feature" % counted)'
}
operations -c diag -d 4 -k 4
operations -c spherical -d 3 -k 9
operations -c full -d 4 -k 4
say "text"
gmix bench -n 200 -d 2 -k 2 --threads 1 >text
sed -n '1s/, [a-z0-9]* kernels/, LEVEL kernels/p; 2,$s/ .*//p' text
