# shellcheck shell=sh disable=SC2153
data=$DATA/faithful.csv
cat >model.json <<'END'
{"format": "gmix-model", "version": 1, "covariance": "full",
 "feature_names": ["eruptions", "waiting"],
 "weights": [0.35587285771824, 0.64412714228176],
 "means": [[2.03638845611069, 54.47851639196248], [4.28966197441512, 79.96811518981119]],
 "covariances": [[[0.06916767374286, 0.43516763679348], [0.43516763679348, 33.69728215649882]],
                 [[0.16996843407252, 0.94060929796999], [0.94060929796999, 36.04621107773868]]]}
END
gmix marginal model.json --columns waiting -o waiting.json
cut8='sed "s/\(\.[0-9]\{8\}\)[0-9]*/\1/g"'
say "quantiles and tails of one feature"
try_filtered "$cut8" quantile waiting.json --at 1e-300,0.05,0.5,0.95
try_filtered "$cut8" quantile waiting.json --at 1e-300 --from-above
try_filtered "$cut8" cdf waiting.json --at 60,500
try quantile waiting.json
try quantile waiting.json --at 1
try quantile model.json --at 0.5
say "boxes"
# shellcheck disable=SC2016 # awk's own
probability='awk -F, "NR == 2 { printf \"%.9f, %d\n\", \$1, \$2 < 1e-11 }"'
try_filtered "$probability" cdf model.json --upper eruptions=3,waiting=70
try_filtered "$probability" cdf model.json --lower waiting=50 --upper 1=60,0=NA
try cdf model.json
try cdf model.json --at 1 --lower 0=1
say "regions, and rows inside"
try_filtered "$cut8" hdr waiting.json --mass 0.5,0.9
try_filtered 'cut -d, -f 1,6' hdr model.json --mass 0.5,0.95
gmix hdr model.json "$data" --mass 0.5,0.95 | sort | uniq -c
try hdr model.json
printf 'eruptions,waiting\n2,54\n2,\n,\n' >holes.csv
try hdr model.json holes.csv --mass 0.5,0.95
say "modes, saddles, basins"
try_filtered 'sed "s/\(\.[0-9]\{7\}\)[0-9]*/\1/g"' modes model.json
gmix modes model.json "$data" | sort | uniq -c
say "as JSON"
flat="$cut8 | tr -d '\n '; echo"
try_filtered "$flat" quantile waiting.json --at 0.5 --json
try_filtered "$flat" cdf waiting.json --at 60 --json
try_filtered "cut -d, -f 1 | cut -c 1-31 | grep -v error" cdf model.json --upper waiting=70 --json
try_filtered "sed 's/\(\.[0-9]\{6\}\)[0-9]*/\1/g' | tr -d '\n '; echo" modes model.json --json
try_filtered "tr -d '\n '; echo" modes model.json holes.csv --json
try_filtered "$flat" hdr waiting.json --mass 0.5 --json
try_filtered "tr -d '\n '; echo" hdr model.json holes.csv --mass 0.5,0.95 --json
say "distances"
try_filtered "$cut8 | head -n 3" mahal model.json "$data"
list
