# shellcheck shell=sh
say "one Gaussian in whole numbers: a choice among models leaves it whole"
awk 'BEGIN {
    srand(3); print "height,weight,mood,visits"
    for (i = 0; i < 400; i++) {
        u = 0; v = 0; m = 0; c = 0
        for (j = 0; j < 12; j++) { u += rand() - 0.5; v += rand() - 0.5; m += rand() - 0.5; c += rand() }
        m = int(3.5 + 0.9 * m); m = m < 1 ? 1 : m > 5 ? 5 : m
        printf "%d,%.1f,%d,%d\n", 170 + 7 * u, 70 + 5 * u + 6 * v, m, rand() < 0.4 ? 0 : 1 + c
    }
}' >people.csv
try_filtered 'grep best' fit people.csv -k 1-3 -c EII,VVI,EEE,VVV --columns height,mood
try_filtered 'grep best' fit people.csv -k 1-3 -c EII,VVI,EEE,VVV --columns height,mood --resolution off
say "what is a single value, and what is a grid, is said"
try_filtered 'grep -A 4 -e warning -e weight' fit people.csv -k 2 --columns weight,visits
try_filtered 'grep -A 2 warning' fit people.csv -k 2 --columns mood,height
say "steps in reports, model files and pages"
try_filtered 'grep -A 1 resolution' fit people.csv -k 2 --json
gmix fit people.csv -k 2 -q -o model.json --report page.html
grep -c '"resolution": \[1.0, 0.1, 1.0, 1.0\]' model.json
gmix show model.json --json | grep -c '"resolution": \[1.0, 0.1, 1.0, 1.0\]'
grep -c '<dt>Recorded in steps of</dt><dd>1 (height), 0.1 (weight), 1 (mood), 1 (visits); no comp' page.html
gmix fit people.csv -k 2 --json --resolution off | grep -c '"resolution": \['
try_filtered 'grep resolution' fit people.csv -k 2 --json --resolution 0,0.1,0,1 --columns height,weight,mood,visits
try_filtered 'grep resolution' fit people.csv -k 2 --json --reg 1e-6
say "no such steps"
try fit people.csv -k 2 --resolution 1,2
try fit people.csv -k 2 --resolution fine
