# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
try fit "$data" -k 2 -q -o model.json
say "a place where nothing can be"
try fit "$data" -k 2 -o nowhere/model.json
try fit "$data" -k 2 -o .
try predict model.json "$data" -o model.json/labels.csv
say "a full disk"
try fit "$data" -k 2 -o /dev/full
try sample model.json -n 100000 -o /dev/full
for command in "fit $data -k 2" "fit $data -k 2 --json" "fit $data -k 2 -q -o -" \
    "predict model.json $data" "score model.json $data --mean" \
    "sample model.json -n 100000" "show model.json" "help" "--version"; do
    echo "gmix ${command%% *} >/dev/full"
    # shellcheck disable=SC2086
    gmix $command >/dev/full
    echo "exit $?"
done
say "a standard output that is closed gets nothing, nor does the model file get its text"
gmix show model.json >&-
echo "exit $?"
gmix fit "$data" -k 2 -o closed.json >&-
echo "exit $?"
gmix show closed.json --json >again.json && cmp closed.json again.json && echo whole
say "a reader that goes away is no one's fault: status 1, no message"
{
    gmix sample model.json -n 300000
    echo "exit $?" >&2
} | head -n 1
say "a failed command leaves the old file"
echo old >labels.csv
printf 'eruptions,waiting\n1,2\ninf,3\n' >infinite.csv
try predict model.json infinite.csv -o labels.csv
cat labels.csv
say "a link is followed, a device is not replaced"
ln -s real.csv link.csv
echo old >real.csv
try sample model.json -n 1 -o link.csv
head -n 1 real.csv
test -L link.csv && test -c /dev/full && echo both still there
say "an output is none of the files that are read, whatever they are called"
cp "$data" in.csv
cp model.json start.json
ln -s in.csv alias.csv
ln in.csv hard.csv
try fit in.csv -k 2 -o in.csv
try fit ./in.csv -k 2 -o in.csv
try fit in.csv -k 2 -o alias.csv
try fit alias.csv -k 2 -o hard.csv
try fit in.csv --init-model start.json -o start.json
try predict model.json in.csv -o in.csv
try predict model.json in.csv -o model.json
try score model.json in.csv -o alias.csv
try sample model.json -n 3 -o model.json
try show model.json --json -o model.json
echo "gmix fit - -k 2 -o in.csv <in.csv"
# shellcheck disable=SC2094 # to be refused
gmix fit - -k 2 -o in.csv <in.csv
echo "exit $?"
cmp "$data" in.csv && cmp model.json start.json && echo unharmed
say "an empty name"
try fit in.csv -k 2 -o ''
try fit '' -k 2
say "a link to nothing yet stays one: what it points to is written"
mkdir there
ln -s later.json there/later
ln -s there/later dangling.json
try fit in.csv -k 2 -q -o dangling.json
test -L dangling.json && test -L there/later && test -s there/later.json && echo written
ln -s loop loop
try sample model.json -n 1 -o loop
say "a limit of file sizes"
(
    ulimit -f 8
    try sample model.json -n 100000 -o limited.csv
)
list
