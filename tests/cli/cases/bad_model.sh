# shellcheck shell=sh disable=SC2153
model() {
    printf '{"format":"gmix-model","version":1,"covariance":"%s","weights":%s,' "$1" "$2"
    printf '"means":%s,"covariances":%s}\n' "$3" "$4"
}
model spherical '[0.5,0.5]' '[[0],[1]]' '[1,1]' >good.json
try show good.json
bad() {
    cat >bad.json
    try show bad.json
}
say "no model at all"
try show absent.json
bad </dev/null
echo 'a,b' | bad
echo '[1,2]' | bad
head -c 60 good.json | bad
sed 's/gmix-model/other/' good.json | bad
sed 's/"version":1/"version":99/' good.json | bad
sed 's/"weights"/"wieghts"/' good.json | bad
say "no mixture"
model spherical '[1.5,-0.5]' '[[0],[1]]' '[1,1]' | bad
model spherical '[0.5,0.6]' '[[0],[1]]' '[1,1]' | bad
model spherical '[]' '[]' '[]' | bad
model spherical '[0.5,0.5]' '[[0],[1,2]]' '[1,1]' | bad
model spherical '[0.5,0.5]' '[[0],["x"]]' '[1,1]' | bad
model spherical '[0.5,0.5]' '[[0],[1e999]]' '[1,1]' | bad
model spherical '[0.5,0.5]' '[[0],[1]]' '[1,0]' | bad
model spherical '[0.5,0.5]' '[[0],[1]]' '[1]' | bad
model cubic '[0.5,0.5]' '[[0],[1]]' '[1,1]' | bad
model full '[1]' '[[0,0]]' '[[[1,2],[2,1]]]' | bad
model full '[1]' '[[0,0]]' '[[[1,0.5],[0.4,1]]]' | bad
say "names of its features"
model diag '[1]' '[[0,0]]' '[[1,1]]' | sed 's/"version":1/"version":1,"feature_names":["a","a"]/' | bad
model diag '[1]' '[[0,0]]' '[[1,1]]' | sed 's/"version":1/"version":1,"feature_names":["a","b","c"]/' | bad
say "sizes that lie"
sed 's/"version":1/"version":1,"n_components":1000000000/' good.json | bad
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "["; print "" }' | bad
say "of another width, or without the columns"
printf 'x,y\n1,2\n3,4\n' >wide.csv
try predict good.json wide.csv
try score good.json wide.csv -o scores.csv
printf '1\n2\nx\n' >word.csv
try predict good.json word.csv -o labels.csv
printf 'x\n1\ninf\n3\n' >infinite.csv
try predict good.json infinite.csv -o labels.csv
try score good.json infinite.csv
try fit wide.csv --init-model good.json
try fit wide.csv -k 3 --init-model good.json
rm -f ./*.csv
list
