# shellcheck shell=sh disable=SC2153
say "man pages are sound"
for command in gmix fit predict score impute sample show report compare-labels bench; do
    gmix __man "$command" >page.1 || echo "no page: $command"
    head -n 1 page.1 | sed 's/gmix [0-9.]*/gmix VERSION/'
    if command -v man >/dev/null; then
        { man --warnings -l page.1 >/dev/null; } 2>&1
    fi
done
say "completions are sound, as far as the shells are here to ask"
for shell in bash zsh fish; do
    gmix __completion "$shell" >script || echo "no completion: $shell"
    if command -v "$shell" >/dev/null; then
        "$shell" -n script
    fi
done
try __completion tcsh
if command -v bash >/dev/null; then
    gmix __completion bash >script
    cat >ask <<'END'
. ./script
ask() {
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _gmix
    echo "$*: ${COMPREPLY[*]}"
}
ask gmix s
ask gmix help pre
ask gmix fit --max
ask gmix fit --delimiter s
ask gmix fit --delimiter = t
ask gmix predict --pro
END
    bash ask
fi
say "every option of a fit has its option here"
try __fields
say "on paper: the same sections, in an outline; the same bytes at any time; a picture is no page"
gmix fit "$DATA/faithful.csv" -k 2 -q -o model.json
try report model.json "$DATA/faithful.csv" -o x.pdf
head -c 5 x.pdf && echo
grep -a -o '/Title (.*)' x.pdf
mv x.pdf first.pdf
sleep 1
gmix report model.json "$DATA/faithful.csv" -o x.pdf
cmp x.pdf first.pdf && grep -a -c "/Type /Page % " x.pdf
gmix fit "$DATA/faithful.csv" -k 1-2 -c full,EII -q --report choice.pdf
grep -a -c '/Title (The models compared)' choice.pdf
try report model.json "$DATA/faithful.csv" -o x.svg
try report model.json "$DATA/faithful.csv" -o x.txt
say "rows by their names"
awk -F, 'NR == 1 { print "place," $0 } NR > 1 { print "spring <" NR ">," $0 }' \
    "$DATA/faithful.csv" >named.csv
try fit named.csv -k 2 -q --report named.html
grep -c 'class="name">spring &lt;[0-9]*&gt;</span></th>' named.html
grep -o '"names":\["spring .u003c2.u003e",' named.html
say "many components: a table in place of cards"
try fit "$DATA/iris.csv" -k 9 -c EII --search quick -q --report many.html
grep -c '<tr class="row k[0-9]*" data-component="[0-9]*"><th scope="row" data-value="[0-9]*">' many.html
grep -c '<article' many.html
grep -o 'class="strip"' many.html | wc -l
