# shellcheck shell=sh disable=SC2153
fit() {
    try fit "$1" -k 2
}
say "other programs' files: what each is, and the command that makes a table of it"
printf 'PK\003\004\024\000\006\000[Content_Types].xml xl/workbook.xml' >book.xlsx
fit book.xlsx
printf 'PK\003\004\024\000mimetypeapplication/vnd.oasis.opendocument.spreadsheet' >book.ods
fit book.ods
printf 'PK\003\004\024\000arr_0.npy' >arrays.npz
fit arrays.npz
printf 'PK\003\004\024\000readme' >readme.zip
fit readme.zip
printf '\320\317\021\340\241\261\032\341' >book.xls
fit book.xls
printf 'PAR1\025\004\000' >data.parquet
fit data.parquet
printf 'PAR1,PAR2\n1,2\n3,5\n4,1\n2,2\n' >par.csv
try fit par.csv -k 1 -q
printf 'ARROW1\000\000' >data.arrow
fit data.arrow
printf '\044FL2@(#) SPSS\002\000\000' >data.sav
fit data.sav
printf '<stata_dta>\000' >data.dta
fit data.dta
printf 'X\n\000\000\000\003' | gzip >data.rds
fit data.rds
printf 'RDX3\nX\n\000' >data.RData
fit data.RData
printf '{"a": [1, 2], "b": [3, 4]}\n' >data.json
fit data.json
printf '\n[{"a": 1}, {"a": 2}]\n' >records.json
fit records.json
printf '[a],[b]\n1,2\n3,5\n4,1\n2,2\n' >brackets.csv
try fit brackets.csv -k 1 -q
printf '<!DOCTYPE html>\n<html><table></table></html>\n' >page.html
fit page.html
printf 'BZh91AY&SY\001' >data.csv.bz2
fit data.csv.bz2
printf '\377\376a\000' >unicode.txt
fit unicode.txt
printf '%%PDF-1.7\n' >"it's.pdf"
fit "it's.pdf"
printf 'ARROW1\000\000' >"it's.arrow"
fit "it's.arrow"
say "a table for a model, and a model for a table"
try show "$DATA/faithful.csv"
try plot "$DATA/faithful.csv" -o picture.svg
try predict "$DATA/faithful.csv" "$DATA/iris.csv"
try show book.xlsx
try fit "$DATA/faithful.csv" -k 2 -q -o model.json
fit model.json
