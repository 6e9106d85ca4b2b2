# shellcheck shell=sh disable=SC2153
cat >two.json <<'EOF'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.5, 0.5], "means": [[0, 0, 0, 0], [3, 3, 3, 3]], "covariances": [1, 1]}
EOF
gmix sample two.json -n 66000 -o long.csv
gmix sample two.json -n 300 --seed 2 -o other.csv
gmix sample two.json -n 300 -o short.csv

# All of a model file but what a clock and the command line say.
numbers() {
    sed -E 's/"seconds": *[0-9.e+-]+//; s/"command": *"[^"]*"//' "$1"
}

# same NAME OPTION...: killed three times, then left alone: what it writes is what it writes without a stop.
same() {
    name=$1
    shift
    gmix "$@" --threads 1 >straight.txt
    for seconds in 0.03 0.1 0.2; do
        timeout -s KILL "$seconds" gmix "$@" --checkpoint state --every 0 >/dev/null 2>&1
    done
    gmix "$@" --checkpoint state --every 0 >resumed.txt
    numbers straight.txt >straight.numbers
    numbers resumed.txt >resumed.numbers
    cmp straight.numbers resumed.numbers && [ -s straight.numbers ] && [ ! -e state ] && echo "$name: the same, and the state is gone"
}

say "work that is killed goes on where it was"
same stream fit long.csv -k 3 --stream --quiet -o -
same search fit short.csv -k 4 --quiet -o -
same runs fit short.csv -k 4 --restarts 40 --quiet -o -
same choice fit short.csv -k 1-5 -c full,EII,VVI --quiet -o -
same errors fit short.csv -k 2 --se bootstrap --replicates 30 --quiet -o -
same tests test-k short.csv -k 1-3 --search quick --replicates 19 --json

say "what is no state, or was cut short"
echo "something else" >state
gmix fit short.csv -k 3 --checkpoint state
echo "exit $?"
rm state
gmix fit short.csv -k 3 --checkpoint state --every 0 --quiet -o /dev/full
[ -s state ] && echo "the result was not written: there is a state"
cp state whole
head -c 1000 whole >state
gmix fit short.csv -k 3 --checkpoint state
echo "exit $?"
head -c 1000 whole | cmp - state && echo "it is untouched"

say "other data, other options, other work"
cp whole state
gmix fit other.csv -k 3 --checkpoint state -o none.json
echo "exit $?"
gmix fit short.csv -k 3 --tol 0.001 --checkpoint state -o none.json
echo "exit $?"
gmix fit short.csv -k 1-3 --checkpoint state -o none.json
echo "exit $?"
cmp whole state && [ ! -e none.json ] && echo "nothing was written"
gmix fit short.csv -k 3 --stream --quiet -o straight.json
gmix fit short.csv -k 3 --checkpoint state --quiet -o resumed.json
numbers straight.json >straight.numbers
numbers resumed.json | cmp - straight.numbers && [ ! -e state ] && echo "and the work can go on"

say "a disk that is full"
rm -f state
gmix test-k short.csv -k 1-2 --search quick --replicates 19 >straight.txt
(
    ulimit -f 1
    gmix test-k short.csv -k 1-2 --search quick --replicates 19 --checkpoint state --every 0 2>&1
) | cat >full.txt
grep "^gmix" full.txt | sort -u
[ "$(grep -c "^gmix" full.txt)" -le 2 ] && echo "said once a minute, and at the end"
grep -v "^gmix" full.txt | sed 's/([^()]* s)//' >full.numbers
sed 's/([^()]* s)//' straight.txt | cmp - full.numbers && [ ! -e state ] && echo "the result is there"

say "what wants all rows at once"
rm -f state
gmix fit long.csv -k 3 --checkpoint state --every 3 --trim 0.1
echo "exit $?"

say "with a file"
gmix fit long.csv -k 3 --every 3
gmix fit long.csv -k 3 --checkpoint -
