# shellcheck shell=sh disable=SC2153
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
# of logarithms: both bounds, 0 is open below; probabilities have no units, so that no Jacobian comes in
gmix fit open.csv -k 1 --binned from,to,n --log-columns to --no-plot -o logs.json | grep likelihood
gmix score logs.json open.csv --binned from,to,n --digits 5
gmix fit open.csv -k 1 --binned from,to,n --log-columns n
gmix fit bins.csv -k 2 --binned n,upper --no-plot
gmix fit bins.csv -k 2 --binned upper --no-plot
gmix fit bins.csv -k 2 --binned upper,n --weights n --no-plot
gmix fit bins.csv -k 1-3 -c E,V --binned upper,n --no-plot --criterion cv
cat > limits.csv <<END
a_low,a_high,b_low,b_high
,0.5,1,2
1.2,1.2,0,1
0.9,0.9,2,3
2.1,2.1,1,2
3,,2,3
1.7,1.7,,
,0.5,0,1
1.1,1.1,1,2
END
gmix fit limits.csv -k 1 -c diag --between a_low,a_high,b_low,b_high --no-plot
gmix fit limits.csv -k 1 --between a_low,a_high,b_low,b_high --no-plot
gmix fit limits.csv -k 1 --between a_low,a_high,b_low --no-plot
# bins in any order are a histogram; those that overlap are intervals, and leave no test of it
printf 'from,to,n\n3,4,14\n2,3,31\n1,2,20\n0,1,5\n4,,9\n' > turned.csv
gmix fit turned.csv -k 1 --binned from,to,n --no-plot | grep goodness
printf 'from,to,n\n0,2,5\n1,3,20\n2,4,31\n3,5,14\n4,6,9\n' > overlapping.csv
gmix fit overlapping.csv -k 1 --binned from,to,n --no-plot | grep goodness
# a truncated sample: parameters of the whole population; bins are cut at the bounds; logarithms of bounds, too
printf 'x\n0.62\n1.91\n0.85\n1.37\n2.4\n0.7\n1.15\n0.55\n3.1\n0.95\n1.6\n0.78\n' > cut.csv
gmix fit cut.csv -k 1 --truncated 0.5, --no-plot -o cut.json
gmix score cut.json cut.csv --truncated 0.5, --digits 5 | head -n 3
gmix fit open.csv -k 1 --binned from,to,n --truncated 0.25, --no-plot | grep -e likelihood -e goodness
gmix fit cut.csv -k 1 --truncated 0.5,4 --log-columns x --no-plot | grep -e likelihood -e '±'
gmix fit cut.csv -k 1 --truncated 0.6,4
gmix fit open.csv -k 1 --binned from,to,n --truncated 1.5,4
gmix fit cut.csv -k 1 --truncated 4,0.5
gmix fit cut.csv -k 1 --truncated 4
gmix fit limits.csv -k 1 -c diag --columns a_low,b_low --truncated 0,4
# a fit that can be killed keeps what it found: the same model when it goes on
gmix fit bins.csv -k 2 --binned upper,n --no-plot -q -o plain.json
gmix fit bins.csv -k 2 --binned upper,n --no-plot -q -o kept.json --checkpoint kept.ck
gmix fit bins.csv -k 2 --binned upper,n --no-plot -q -o again.json --checkpoint kept.ck
for f in plain kept again; do
    gmix show "$f.json" | grep -v -e "EM  " -e search >"$f.txt"
done
grep -c component plain.txt
cmp plain.txt kept.txt && cmp plain.txt again.txt && echo same
