# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
say "no such command, no such option: the nearest is named"
try ft "$data"
try fit "$data" --compnents 3
try fit "$data" -k 2 --covarience full
try fit "$data" -k 2 -x
try --versoin
try help sho
try fit "$data" --comp 3
try predict model.json "$data" --progress
say "a slip gets the same hint wherever it is, or the same silence"
try fit "$data" -k 2 --ini random
try fit "$data" -k 2 --zzzz
try fit "$data" -k 2 --covariance zzzzzzzz
say "missing and superfluous words"
try fit
try predict model.json
try fit "$data"
try fit "$data" more.csv -k 2
try fit "$data" -k
try fit "$data" -k 2 --json=yes
try sample model.json
say "values out of range, with what would be right"
try fit "$data" -k 0
try fit "$data" -k two
try fit "$data" -k 2 --covariance ful
try fit "$data" -k 2 --init=kmean
try fit "$data" -k 2 --tol -1
try fit "$data" -k 2 --max-iter 1.5
try fit "$data" -k 2 --restarts none
try fit "$data" -k 2 --precision half
try fit "$data" -k 2 --seed x
try fit "$data" -k 2 --seed 18446744073709551616
try fit "$data" -k 2 --reg 1e308
try fit "$data" -k 2 --dirichlet 1e300
try fit "$data" -k 2 --prior mclust --prior-dof 1e300
try fit "$data" -k 2 --threads 0
try fit "$data" -k 2 --delimiter ab
try sample model.json -n 2.5
try sample model.json -n -3
try bench -k 30 -n 20
try bench -n 1e19 -d 100000
try fit "$data" -k 1e3
try fit "$data" -k 1e10
try fit "$data" -k 2.5e0
say "a start needs what it starts from; labels cannot be given here"
try fit "$data" -k 2 --init model
try fit "$data" -k 2 --init labels
try fit "$data" -k 2 --init split
say "contradictions"
try fit "$data" -k 2 --header --no-header
try fit "$data" -k 2 -o - --json
try fit "$data" --init random --init-model model.json
try predict - -
try fit - --init-model -
try fit "$data" -k 2 --reg 0.1 --reg-relative 1e-6
try fit "$data" -k 2 --per-class 2
say "what has no effect is said, not refused"
try_filtered 'head -n 1' fit "$data" -k 2 --restarts 2 --search quick
try_filtered 'head -n 1' fit "$data" -k 2 --restarts 0 --search quick
say "no such column"
try fit "$data" -k 2 --columns eruption
try fit "$data" -k 2 --columns 0,2
try fit "$data" -k 2 --weights wait
try fit "$data" -k 2 --columns ''
say "choosing among models: lists, criteria, and what has no place in it"
try fit "$data" -k 1..9
try fit "$data" -k 3-1
try fit "$data" -k 1, -c all
try fit "$data" -k 2 --covariance full,oblong
try fit "$data" -k 2 --criterion bik
try fit "$data" -k 1-2 --singular drop
try fit "$data" -k 1-2 --init labels
try fit "$data" -k 1-2 --freeze means
try fit "$data" -k 1-2 --folds 3
try fit "$data" -k 1-2 --criterion cv --folds 1
try fit "$data" -k 1-2 --criterion cv --folds 1000
list
