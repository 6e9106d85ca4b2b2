# shellcheck shell=sh disable=SC2153
fit() {
    try fit "$1" -k 2 -o model.json
}
say "nothing there"
fit absent.csv
: >empty.csv
fit empty.csv
printf 'a,b\n' >header.csv
fit header.csv
mkdir folder
fit folder
fit -
say "too little"
printf 'a,b\n1,2\n' >one.csv
fit one.csv
printf 'a,b\n1,2\n3,5\n1,2\n3,5\n1,2\n' >few.csv
try fit few.csv -k 3 -o model.json
try fit few.csv -k 9 -o model.json
printf 'a,b\n1,2\n2,2\n4,2\n' >constant.csv
fit constant.csv
printf 'a,b\n1,2\n1,2\n1,2\n' >identical.csv
fit identical.csv
say "cells that are no numbers"
printf 'a,b\n1,2\n2,x3\n4,2\n' >word.csv
fit word.csv
printf 'a,b,c\n1,2,u\n2,3,v\n4,2,w\n' >words.csv
try fit words.csv -k 2 -o model.json --columns all
printf 'a;b\n1,5;2\n2.5;3\n4;2\n' >comma.csv
fit comma.csv
printf 'a,b\n1,2\n2,NaN\n4,2\n' >nan.csv
try fit nan.csv -k 2 --missing error -o model.json
printf 'a,b\n1,2\n2,-inf\n4,2\n' >inf.csv
fit inf.csv
printf 'a,b\n1,2\n2,\n,2\n' >missing.csv
try fit missing.csv -k 2 --missing error -o model.json
try fit missing.csv -k 2 --missing drop -o model.json
printf 'a,b\n1,\n2,\n4,NA\n' >nothing.csv
try fit nothing.csv -k 2 -o model.json --columns all
try fit nothing.csv -k 2 --columns all --missing drop
try fit nothing.csv -k 2 --missing omit
say "a shape that is no table"
printf 'a,b\n1,2\n2\n4,2\n' >short.csv
fit short.csv
printf 'a,b\n1,2\n2,3,4\n4,2\n' >long.csv
fit long.csv
printf 'a,b\n1,2\n"2,3\n4,2\n' >quote.csv
fit quote.csv
printf 'a,a\n1,2\n2,3\n4,2\n' >twice.csv
fit twice.csv
printf '\001\000\002\000' >binary.csv
fit binary.csv
printf 'a,b\n"1"5,2\n3,3\n4,2\n' >trailing.csv
fit trailing.csv
say "a row with a slip, or a header"
printf '1_000,2\n3,2\n5,7\n' >mixed.csv
fit mixed.csv
try fit mixed.csv -k 1 -q --header
try fit mixed.csv -k 1 -q --no-header
say "weights that are none"
printf 'a,w\n1,2\n2,-3\n4,2\n' >negative.csv
try fit negative.csv -k 2 --weights w
say "a first line that is neither names nor numbers"
printf ',\n1,2\n3,5\n4,1\n' >blank.csv
try fit blank.csv -k 1
printf '0x1p3,0x10\n1,2\n3,5\n4,1\n' >hexadecimal.csv
try fit hexadecimal.csv -k 1
say "nothing was written"
list
