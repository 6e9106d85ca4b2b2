#!/usr/bin/env bash
# Three processes get what one gets, and so does a fit that is killed after every third answer:
# three_processes.sh EXAMPLE GMIX DATA_DIR
set -eu
example=$(realpath "$1") gmix=$(realpath "$2") data=$(realpath "$3")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# A model file without what was said of the fit.
numbers()
{
    python3 -c 'import json, sys
m = json.load(open(sys.argv[1])); m.pop("fit", None); print(json.dumps(m, indent=1))' "$1"
}

# killed ROWS: the example, as often as it takes.
killed()
{
    local runs=0
    rm -f state
    while ! "$example" "$1" 2 state killed.json 3; do
        runs=$((runs + 1))
        if [ $runs -gt 500 ]; then
            echo "a fit that is killed after every third answer does not end"
            exit 1
        fi
    done
    echo $runs
}

# A small table: all rows come to the master.
tail -n +2 "$data/faithful.csv" >small.csv
# A long one: EM takes its passes. (More than 2^18 cells.)
"$gmix" fit "$data/iris.csv" -k 2 -o iris.json --quiet
"$gmix" sample iris.json -n 70000 --seed 4 | tail -n +2 >long.csv

for rows in small long; do
    rm -f state
    "$example" $rows.csv 2 state parts.json
    "$gmix" fit $rows.csv -k 2 --stream -o whole.json --quiet
    [ "$rows" = long ] || "$gmix" fit $rows.csv -k 2 -o table.json --quiet
    [ "$rows" = long ] || diff <(numbers parts.json) <(numbers table.json)
    diff <(numbers parts.json) <(numbers whole.json)
    runs=$(killed $rows.csv)
    [ "$runs" -gt 1 ]
    diff <(numbers parts.json) <(numbers killed.json)
    echo "$rows: the same in three processes, killed $runs times"
done
