# shellcheck shell=sh disable=SC2153
# Writes a table of float64 that is read where it lies.
python3 - <<'PYTHON'
import array, random
random.seed(1)
n, d = 200000, 4
header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }" % (n, d)
header += " " * (63 - (len(header) + 10) % 64) + "\n"
with open("data.npy", "wb") as file:
    file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
    array.array("d", [random.gauss(0, 1) for _ in range(n * d)]).tofile(file)
PYTHON

fit=
trap '[ -z "$fit" ] || kill -KILL "$fit" 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM
start() {
    rm -f progress.txt # that of a run before
    gmix fit data.npy -k 8 --init random --tol 0 --max-iter 1000000000 --threads 2 \
        --progress --time-limit 120 -o model.json >summary.txt 2>progress.txt &
    fit=$!
    for _ in $(seq 600); do
        grep -q iteration progress.txt 2>/dev/null && return
        sleep 0.05
    done
    echo "EM did not begin"
}

say "what a killed command leaves is removed by the next write of that target, and nothing else"
start
kill -KILL "$fit"
wait "$fit" 2>/dev/null
fit=
list | sed 's/gmix-[A-Za-z0-9]*/gmix-XXXXXX/'
touch model.json.backup model.json.gmix-notes other.json.gmix-abcdef
gmix fit "$DATA/faithful.csv" -k 1 -q -o model.json
list

say "a file that becomes shorter while it is in use"
rm -f model.json
start
truncate -s 1000 data.npy
wait "$fit"
echo "exit $?"
fit=
grep -o 'a file became shorter while it was read' progress.txt || tail -c 400 progress.txt
list

say "inputs without an end, and files that unpack to far more than they are"
yes 1,2 | gmix fit - -k 1 --input-limit 5
yes 1,2 | head -c 8000000 | gzip >bomb.csv.gz
gmix fit bomb.csv.gz -k 1 --input-limit 5
gmix fit bomb.csv.gz -k 1 --columns 0 --input-limit 0
true
