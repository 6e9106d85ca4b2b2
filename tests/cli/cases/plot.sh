# shellcheck shell=sh
# Pictures: what is drawn where, and what is refused.
gmix fit "$DATA/faithful.csv" -k 2 -q -o model.json
try plot model.json "$DATA/faithful.csv" -o picture.svg
head -c 38 picture.svg
echo
gmix plot model.json "$DATA/faithful.csv" -o - | cmp - picture.svg && say "the same bytes"
list

say "kinds"
for kind in density scatter matrix projection trace uncertainty; do
    try_filtered "grep -c '</svg>'" plot model.json "$DATA/faithful.csv" --kind $kind -o -
done
try_filtered "grep -o '<title.*</title>'" plot model.json --show waiting -o -
try_filtered "grep -o '<title.*</title>'" plot model.json "$DATA/faithful.csv" --show 1 --title "A & B" -o -
try_filtered "grep -o '<desc.*</desc>'" plot model.json "$DATA/faithful.csv" --theme dark -o -
try_filtered "head -c 90" plot model.json "$DATA/faithful.csv" --size 600x400 -o -
echo

say "a fit that draws"
try_filtered "tail -n 2" fit "$DATA/faithful.csv" -k 2 --plot fit.svg -o model.json
list

say "what is refused"
try plot model.json "$DATA/faithful.csv"
try plot model.json "$DATA/faithful.csv" -o picture.jpg
try plot model.json "$DATA/faithful.csv" -o picture
try plot model.json "$DATA/faithful.csv" -o nowhere/picture.svg
try plot model.json "$DATA/faithful.csv" --kind scater -o refused.svg
try plot model.json "$DATA/faithful.csv" --theme black -o refused.svg
try plot model.json "$DATA/faithful.csv" --size 600 -o refused.svg
try plot model.json "$DATA/faithful.csv" --scale 20 -o refused.png
try plot model.json "$DATA/faithful.csv" --criterion bik -o refused.svg
try plot model.json "$DATA/faithful.csv" --show wating -o refused.svg
try plot model.json "$DATA/faithful.csv" --show waiting,waiting -o refused.svg
try plot model.json "$DATA/faithful.csv" --show waiting --kind scatter -o refused.svg
try plot model.json --kind uncertainty -o refused.svg
try plot model.json "$DATA/faithful.csv" --kind confusion -o refused.svg
try plot model.json --kind selection -o refused.svg
try plot "$DATA/faithful.csv" model.json -o refused.svg
try plot model.json "$DATA/iris.csv" -o refused.svg
try plot -o refused.svg
try fit "$DATA/faithful.csv" -k 2 --plot refused.jpg
try fit "$DATA/faithful.csv" -k 2 --plot -
try fit "$DATA/faithful.csv" -k 2 --plot nowhere/picture.svg
list
