# shellcheck shell=sh
cp "$DATA/faithful.csv" .
say "a posterior: its bound, its prior, its intervals"
try_filtered 'grep -v -e ^EM -e ^search' fit faithful.csv -k 2 --bayes dirichlet --search quick --no-plot -o model.json
grep -c '"credible_intervals"' model.json
try score model.json faithful.csv --mean --digits 8
try_filtered 'head -n 1' sample model.json -n 3
say "components that the rows do not ask for"
try_filtered 'head -n 1' fit faithful.csv -k 6 --bayes process --search quick --no-plot
say "the choice of K is by the evidence"
try_filtered 'head -n 6' fit faithful.csv -k 1-3 --bayes dirichlet --search quick --no-plot
say "what hangs on the prior"
try_filtered 'tail -n 10' fit faithful.csv -k 2 --bayes dirichlet --search quick --no-plot --sensitivity
try fit faithful.csv -k 2 --sensitivity
say "one feature of a posterior"
gmix marginal model.json --columns waiting -o waiting.json
try show waiting.json
say "what is of Gaussians is refused, and where it is to be had"
try modes model.json
try plot model.json faithful.csv -o x.svg
try rename model.json --points -o points.json
try_filtered 'head -n 1' modes points.json
say "what does not go together"
try fit faithful.csv -k 2 --bayes dirichlet -c VEV
try fit faithful.csv -k 2 --bayes process --noise 0.1
try fit faithful.csv -k 2 --bayes dirichlet --prior-dof 1
try fit faithful.csv -k 2 --bayes dirichlet --concentration 0
try fit faithful.csv -k 2 --concentration 2
try fit faithful.csv -k 1-3 --bayes dirichlet --criterion icl
try fit faithful.csv -k 1-3 --criterion evidence
list
