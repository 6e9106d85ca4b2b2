# shellcheck shell=sh disable=SC2153
# Components that rest on too few or too similar rows.
python3 - <<'PY'
import random
random.seed(1)
gauss = [(random.gauss(0, 1), random.gauss(0, 1)) for _ in range(200)]
def write(name, rows):
    with open(name, 'w') as f:
        f.write('a,b\n')
        f.writelines(f'{x:.6f},{y:.6f}\n' for x, y in rows)
write('same.csv', [(1, 2)] * 50)
write('two.csv', [(1, 2), (3, 5)])
write('constant.csv', [(x, 7) for x, _ in gauss])
write('duplicates.csv', [(1.5, 2.5)] * 9000 + gauss)
write('line.csv', gauss + [(5 + i / 40, 5 + i / 20) for i in range(40)])
write('tiny.csv', gauss[:12])
PY
try fit same.csv -k 3
try fit constant.csv -k 2
try fit two.csv -k 1 --singular error
try_filtered "grep -e warning -e ^Gauss" fit tiny.csv -k 1 --columns a
head -3 tiny.csv > pair.csv
try_filtered "grep -e Gauss -e warning" fit pair.csv -k 1
try_filtered "grep -e Gauss -e warning" fit pair.csv -k 1 --prior mclust
try fit two.csv -k 2
try fit two.csv -k 3
try_filtered "grep -v -e log-l -e BIC -e ^EM" fit duplicates.csv -k 2
for _ in 1 2 3 4 5 6 7 8; do tail -n +2 duplicates.csv; done >many.csv
try_filtered "grep -A 1 'no sound'" fit many.csv -k 2 --no-header
try_filtered "grep -A 1 'no sound'" fit many.csv -k 2 --no-header --restarts 2
try_filtered "grep -v -e log-l -e BIC -e ^EM" fit line.csv -k 2
try fit line.csv -k 2 --singular error
try fit tiny.csv -k 5 --singular drop
try fit tiny.csv -k 5 --singular kill
printf '%s\n' a,b,c,d 1,2,3,4 2,1,3,5 0,1,2,1 4,2,5,1 3,2,1,1 >noise.csv
try_filtered "grep -A 1 'rests on'" fit noise.csv -k 1 -c EVI --noise 0.5
say "a covariance that all share, of features with few values"
awk 'BEGIN { print "a,b"; for (i = 0; i < 120; i++) print i % 2 "," int(i % 7 / 3) }' >steps.csv
try_filtered 'grep -v -e seconds -e search -e EM' fit steps.csv -k 6 -c tied --resolution off
try_filtered 'head -n 8' fit steps.csv -k 1-6 -c EII,EEE --resolution off
try fit steps.csv -k 6 -c tied --singular error --resolution off
say "features that depend on each other"
awk 'BEGIN { print "x,y"; for (i = 0; i < 60; i++) { x = i * i % 17 / 4; print x "," 2 * x + 1 } }' >plane.csv
for covariance in full tied; do
    try_filtered 'grep -A 2 warning' fit plane.csv -k 1 -c $covariance
done
say "a row that makes up most of a variance, and what chance does"
awk 'BEGIN { print "a,b,c,d,e"; u = 7; for (i = 0; i < 30; i++) { line = ""; for (j = 0; j < 5; j++) {
    z = 0; for (m = 0; m < 12; m++) { u = u * 16807 % 2147483647; z += u / 2147483647 }
    line = line (j ? "," : "") sprintf("%.3f", z - 6 + 20 * (i % 2)) } print line } }' >chance.csv
for covariance in EEI VVI VVV; do
    try_filtered 'grep -A 1 warning' fit chance.csv -k 2 -c $covariance
done
sed '20s/^[^,]*/70/' chance.csv >slip.csv
try_filtered 'grep -A 1 "makes up"' fit slip.csv -k 2 -c VVI
