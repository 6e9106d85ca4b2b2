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
say "what is made of Student's t"
printf 'waiting\n55\n70\n' >two.csv
try condition model.json --given waiting=70 -o at70.json
try_filtered 'tail -n +11' show at70.json
try regress model.json two.csv --target eruptions --quantiles 0.05,0.95
try quantile waiting.json --at 0.025,0.5
try cdf waiting.json --at 60
try boundaries waiting.json
try hdr waiting.json --mass 0.9
try modes model.json
try rename model.json --names short,long --order eruptions -o named.json
gmix plot model.json faithful.csv -o x.svg
grep -c credible x.svg
say "the report of it"
gmix fit faithful.csv -k 1-3 --bayes dirichlet --search quick --sensitivity -o choice.json --report page.html --quiet
try_filtered "grep -A 2 another" show choice.json
grep -o -e 'Probability</th>' -e 'means in their posterior' -e '<h3>With another prior' page.html
grep -c '"prior_sensitivity"' choice.json
say "rows in pieces"
try_filtered 'head -n 2' fit faithful.csv --stream -k 2 --bayes dirichlet --search quick --no-plot
try fit faithful.csv faithful.csv -k 2 --bayes process --sensitivity
say "a limit that leaves no time for what is said of the fit leaves the fit"
try_filtered 'grep ^warning' fit faithful.csv -k 3 --bayes dirichlet --sensitivity --time-limit 0.001 -o cut.json
gmix fit faithful.csv -k 2-3 --bayes dirichlet --criterion evidence --time-limit 0.001 | grep 'P(K)'
say "what is of Gaussians is refused, and where it is to be had"
try mahal model.json faithful.csv
try rename model.json --points -o points.json
try_filtered 'head -n 1' mahal points.json faithful.csv
say "what does not go together"
try fit faithful.csv -k 2 --bayes dirichlet -c VEV
try fit faithful.csv -k 2 --bayes process --noise 0.1
try fit faithful.csv -k 2 --bayes dirichlet --prior-dof 1
try fit faithful.csv -k 2 --bayes dirichlet --concentration 0
try fit faithful.csv -k 2 --concentration 2
try fit faithful.csv -k 1-3 --bayes dirichlet --criterion icl
try fit faithful.csv -k 1-3 --criterion evidence
say "the bound of one component is the evidence"
try_filtered 'grep evidence' fit faithful.csv -k 1 --bayes dirichlet
say "rows in a plane: no prior is to be had from them"
awk -F, 'NR == 1 { print $0 ",sum" } NR > 1 { print $0 "," $1 + $2 }' faithful.csv >plane.csv
try fit plane.csv -k 2 --bayes dirichlet -c tied
try fit plane.csv -k 2 --bayes process
list
