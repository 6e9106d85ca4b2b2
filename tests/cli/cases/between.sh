# shellcheck shell=sh disable=SC2153
cat >p.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.4, 0.6], "means": [[-1], [2]], "covariances": [0.25, 1]}
END
cat >q.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "spherical",
 "weights": [0.5, 0.3, 0.2], "means": [[-1.2], [1.5], [3]], "covariances": [0.36, 0.64, 0.81]}
END
say "two models: values to nine places"
# shellcheck disable=SC2016 # awk's own
try_filtered 'awk -F, "NR == 1 || \$1 ~ /plan/ { print \$1 \" \" \$2; next }
    { printf \"%s %.9f\n\", \$1, \$2 }"' compare p.json q.json --approximations
try_filtered "cut -d, -f 1,2 | grep -v '^entropy'" compare p.json p.json
try compare p.json q.json --tolerance 0
say "fewer components, and what that loses"
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g" | cut -d, -f 1-5' reduce q.json -k 1 -o one.json
try_filtered 'tail -n 4' show one.json
try_filtered 'head -n 2' reduce q.json -k 2 --refine transport
try_filtered 'sed -n 5,6p | cut -c 1-12' reduce q.json -k 2 --refine squared-error
try reduce q.json -k 2 --refine squares
try reduce q.json
try reduce q.json -k 4
printf '{"format": "gmix-model", "version": 1, "covariance": "full",
 "weights": [1], "means": [[0, 0]], "covariances": [[[1, 0], [0, 1]]]}' >two.json
try compare p.json two.json
list
say "as JSON"
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g" | grep -v error | grep -A 2 "kl_ab\"\|mw2\|plan"' compare p.json q.json --json
say "many models"
cp p.json r.json
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g"' distances p.json q.json r.json
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g"' distances p.json q.json --distance kl -q
try_filtered 'grep -v rror | tr -d "\n" | sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g"; echo' distances p.json q.json --distance ise --json
try distances p.json
try distances p.json q.json --distance helinger
try distances p.json q.json two.json
say "noise is a density over its box, and takes part"
noise='"noise": {"weight": 0.2, "lower": [-4], "upper": [5]}'
cat >noisy.json <<END
{"format": "gmix-model", "version": 1, "covariance": "spherical", $noise,
 "weights": [0.3, 0.5], "means": [[-1], [2]], "covariances": [0.25, 1]}
END
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g" | cut -d, -f 1,2' compare noisy.json p.json
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g" | cut -d, -f 1-5' reduce noisy.json -k 1 -o less.json
try_filtered 'sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g"' distances noisy.json p.json
try product noisy.json p.json -o product.json
try_filtered 'tail -n 7' show product.json
try compare noisy.json p.json --approximations
