# shellcheck shell=sh disable=SC2153
say "every third row loses a cell: empty, NA, or a code"
awk -F, -v OFS=, 'NR == 1 { print; next }
    NR % 9 == 2 { $1 = "" } NR % 9 == 5 { $2 = "NA" } NR % 9 == 8 { $2 = "-99.0" }
    NR == 100 { $1 = ""; $2 = "?" } { print }' "$DATA/faithful.csv" >holes.csv
try_filtered 'head -n 6' fit holes.csv -k 2
try fit holes.csv -k 2 --na=?,-99 --tol 1e-12 -o model.json
try fit holes.csv -k 2 --na=?,-99 --missing drop
try fit holes.csv -k 2 --na=?,-99 --missing error
try fit holes.csv -k 2 --na=
gmix fit holes.csv -k 2 --na=?,-99 --tol 1e-12 --json >fit.json
python3 - <<'END'
import json
fit = json.load(open("fit.json"))
print([fit[name] for name in ("n_samples", "n_missing_cells", "n_incomplete_rows", "n_dropped_rows")])
END
gmix show model.json --json | cmp - model.json && echo "read back"
say "a cell that is not there makes up no variance"
awk 'BEGIN { print "x,y"; for (i = 0; i < 40; i++)
    print (i == 4 || i == 9 ? "" : 1000 * (i % 2) + i * i % 17) "," (i == 9 ? "" : i * i % 13) }' >gaps.csv
try_filtered 'grep -A 1 warning' fit gaps.csv -k 2 -c diag
say "using the model on incomplete rows"
try_filtered 'sed -n "1,4p;99,100p"' predict model.json holes.csv --na=?,-99 --proba
try_filtered 'sed -n "1,4p;101,102p"' score model.json holes.csv --na=?,-99
gmix score model.json holes.csv --na=?,-99 >scores.csv
python3 - <<'END'
import json, math
total = math.fsum(map(float, open("scores.csv").read().split()[1:]))
fit = json.load(open("fit.json"))["log_likelihood"]
print(abs(total - fit) <= 1e-12 * abs(fit) or (total, fit))
END
say "filled in: by means, by draws"
try_filtered 'sed -n "1,8p;98,101p"' impute model.json holes.csv --na=?,-99
try impute model.json holes.csv --na=?,-99 -o filled.csv
gmix impute model.json filled.csv | cmp - filled.csv && echo "nothing more to fill"
head -n 10 holes.csv >few.csv
try_filtered 'sed -n "1,2p;11,13p;20,22p"' impute model.json few.csv --na -99 --draws 3 --seed 7
gmix impute model.json few.csv --na=-99 --draws 1 --seed 7 >one.csv
gmix impute model.json few.csv --na=-99 --draws 2 --seed 7 | head -n 10 | cut -d, -f1,2 |
    cmp - one.csv && echo "the first draw is the first draw"
gmix impute model.json few.csv --na=-99 --draws 1 --seed 8 | cmp -s - one.csv || echo different
try impute model.json few.csv --na=-99 --seed 7
try impute model.json few.csv --na=-99 --draws 0
try impute model.json few.csv -o bad.csv --columns eruptions --na=-99
printf 'eruptions,waiting\n1,inf\n' >infinite.csv
try impute model.json infinite.csv -o bad.csv
say "no words for NPY, which has NaN"
python3 - <<'END'
import struct
head = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }".ljust(117) + "\n"
open("x.npy", "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + head.encode()
                          + struct.pack("<6d", 2.0, 50.0, float("nan"), 80.0, 4.5, float("nan")))
END
try impute model.json x.npy
try impute model.json x.npy --na=-99
list
