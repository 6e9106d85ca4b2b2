# shellcheck shell=sh disable=SC2153
# What was read, by its means and standard deviations.
fit() {
    try_filtered "grep -A 9 component | grep -v -e '^features' -e '^$'" fit "$@" -k 1
}
say "write.csv2 and German Excel"
printf '"a";"b"\n0,435;2,87\n1,5;3,1\n2,25;1,5\n1,75;2,5\n' >csv2.csv
fit csv2.csv
printf 'sep=;\r\nUmsatz;Quote\r\n1.000,92;0,5\r\n2.345,1;0,25\r\n-12.345,67;0,75\r\n' >german.csv
fit german.csv
say "French Excel: blanks between thousands, names in Latin-1"
printf 'co\373t;d\351lai\r\n1\240234,5;2\r\n12\240345,25;3\r\n1,5;4\r\n' >french.csv
fit french.csv
say "thousands in a file with decimal points"
printf 'a,b\n"1,234",3.5\n"2,345",4.25\n"12,345",7\n' >english.csv
fit english.csv
printf "a\tb\n1'234\t3.5\n2'345.5\t4.25\n2.5\t7\n" >swiss.tsv
fit swiss.tsv
say "two readings: asked"
printf 'a,b\n"1,234",3\n"2,345",4\n"12,345",7\n' >doubtful.csv
fit doubtful.csv
fit doubtful.csv --decimal ,
fit doubtful.csv --thousands ,
printf 'a;b\n1.234;0,5\n2.345;0,25\n12.345;0,75\n' >mixed.csv
fit mixed.csv
fit mixed.csv --decimal comma
fit mixed.csv --decimal , --thousands ,
fit mixed.csv --decimal x
fit mixed.csv --thousands x
say "a header without a name for the row names"
printf '"a" "b"\n"x" 1.5 2\n"y" 2.5 3\n"z" 3.25 1\n' >table.txt
fit table.txt --columns a,b
printf 'a\n1,5\n2,7\n3,1\n' >cut.csv
fit cut.csv
fit cut.csv --decimal . --columns a
