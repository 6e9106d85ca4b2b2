# shellcheck shell=sh disable=SC2153
# Rows with errors of measurement: fits, scores, true values.
cat > stars.csv <<END
x,y,sx,sy
1.0,2.1,0.1,0.2
2.0,3.9,0.1,0.1
3.1,6.0,0.2,0.3
4.0,8.3,0.1,0.2
5.2,9.8,0.3,0.2
6.1,12.1,0.1,0.4
7.0,,0.2,0.1
8.1,16.4,inf,0.3
END
gmix fit stars.csv -k 1 --columns x,y --errors sx,sy --no-plot -o line.json -q
gmix denoise line.json stars.csv --errors sx,sy --digits 4
gmix score line.json stars.csv --errors sx,sy --digits 5
gmix fit stars.csv -k 1 --columns x,y --errors sx --no-plot
gmix fit stars.csv -k 1 --columns x,y --errors sx,sy --error-cov sx,sy,x --no-plot
gmix fit stars.csv -k 1 --columns x --errors y --no-plot
gmix test-k stars.csv --errors sx
gmix impute line.json stars.csv --errors sx,sy
