# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
say "a prior: mclust's, with other numbers, of weights alone"
try fit "$data" -k 3 --prior mclust
try fit "$data" -k 2 -c EEE --prior mclust --prior-shrinkage 5 --prior-dof 20 --prior-scale 0.5
gmix fit "$data" -k 2 --dirichlet 10 --json | grep -c log_posterior
gmix fit "$data" -k 2 --json | grep -c log_posterior
say "frozen parameters"
gmix fit "$data" -k 2 -q -o start.json
head -n 200 "$data" >some.csv
try fit some.csv --init-model start.json --freeze covariances,means:1
try fit some.csv --init-model start.json --freeze weights,means,covariances
say "noise"
{
    cat "$data"
    printf '1.9,95\n5,43\n3,45\n5.1,60\n1.7,90\n3.2,95\n2.5,90\n4.9,44\n'
} >noisy.csv
try fit noisy.csv -k 2 --noise 0.05 -o noise.json
sed -n '/"noise"/,/}/p' noise.json
try_filtered 'tail -n 8' predict noise.json noisy.csv
try_filtered "sed -n '1,2p;\$p'" predict noise.json noisy.csv --proba
try score noise.json noisy.csv --mean
gmix sample noise.json -n 20000 --labels --quiet | grep -c -e ',-1$'
gmix show noise.json --json >again.json
cmp noise.json again.json && echo same
try fit noisy.csv -k 2 --noise 0.05 --noise-volume 1000 --json | grep -m 1 -A 3 noise
say "noise over a feature's range, which is box and hull"
try_filtered 'grep -o uniform.*' fit noisy.csv -k 2 --noise 0.05 --noise-volume box --columns waiting
try_filtered 'grep -o uniform.*' fit noisy.csv -k 2 --noise 0.05 --noise-volume hull --columns waiting
say "trimming"
try fit noisy.csv -k 2 --trim 0.03
gmix fit noisy.csv -k 2 --trim 0.03 --json | grep -e trim -A 1 | head -n 12
gmix fit noisy.csv -k 2 --trim 0.03 -q -o trimmed.json --report trimmed.html
grep -c 'not the rows' trimmed.html
printf '%s\n' 0 1 3 6 10 15 21 28 | gmix fit - --no-header -k 1 --noise 0.998 --trim 0.2 | grep trimmed
gmix show trimmed.json | grep trimmed
gmix show trimmed.json --json >again.json
cmp trimmed.json again.json && echo same
say "what is asked for wrongly"
try fit "$data" -k 2 --trim 0.6
try fit "$data" -k 2 --prior mclost
try fit "$data" -k 2 --prior-dof 7
try fit "$data" -k 2 --dirichlet 0.5
try fit "$data" -k 2 --freeze means
try fit "$data" --init-model start.json --freeze mean
try fit "$data" --init-model start.json --freeze means:2
try fit "$data" --init-model start.json --freeze means:1-0
try fit "$data" --init-model start.json -c tied --freeze covariances:1
try fit "$data" -k 2 --noise 1
try fit "$data" -k 2 --noise-volume 7
try fit "$data" -k 2 --noise-volume hull
try fit "$data" -k 2 --noise 0.1 --noise-volume hul
try fit "$data" -k 2 --noise 0.1 --noise-volume 0
