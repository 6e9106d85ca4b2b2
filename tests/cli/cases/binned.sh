# Histograms: upper bounds and counts; lower bounds, upper ones and counts; what is none.
cat > bins.csv <<END
upper,n
1,5
2,20
3,31
4,14
5,4
6,11
7,25
8,13
,2
END
gmix fit bins.csv -k 2 --binned upper,n --no-plot
printf 'from,to,n\n0,1,5\n1,2,20\n2,3,31\n3,4,14\n4,,44\n' > open.csv
gmix fit open.csv -k 1 --binned from,to,n --no-plot -q -o model.json
gmix score model.json open.csv --binned from,to,n --digits 5
gmix fit bins.csv -k 2 --binned n,upper --no-plot
gmix fit bins.csv -k 2 --binned upper --no-plot
gmix fit bins.csv -k 2 --binned upper,n --weights n --no-plot
gmix fit bins.csv -k 1-3 -c E,V --binned upper,n --no-plot --criterion cv
