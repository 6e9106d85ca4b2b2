#!/usr/bin/env python3
"""Large tables: whether a fit by default ends above scikit-learn's default, and how soon its best so far is.

In one run for each of the tables of made_tables.LARGE and of workloads.py, with seeds of their own: scikit-learn's
GaussianMixture with its defaults, its seconds and log-likelihood per row; gmix's default fit; and gmix with
--time-limit at shares of scikit-learn's seconds, whose log-likelihoods must not fall from left to right. A share counts as
passed if that fit and all later ones end no lower than scikit-learn. Seconds are those of the fits alone,
on tables in memory."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
SHARES = (1 / 50, 1 / 20, 1 / 10, 1 / 6, 1 / 3, 1)
SAME = 1e-9  # nats per row, relative


def tables(args):
    """(name, family, K, table)"""
    import numpy as np
    from made_tables import LARGE
    from workloads import WORKLOADS, make
    for at, (name, (family, k, table)) in enumerate(LARGE.items()):
        if args.only and name not in args.only:
            continue
        try:
            x = table(np.random.default_rng([args.seed, at]))
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
        else:
            yield name, family, k, x
    for w in WORKLOADS:
        if not args.only or w.name in args.only:
            yield w.name, w.family, w.k, make(w, "mixed", 1000 + args.seed)[3]


def gmix(args, path, family, k, *options):
    """(seconds, log-likelihood per row)"""
    out = subprocess.run([args.gmix, "fit", path, "-k", str(k), "-c", family, "--threads", str(args.threads), "--json",
                          *map(str, options)], capture_output=True, text=True)
    try:
        fit = json.loads(out.stdout)
    except ValueError:
        print(f"{path}: {out.stderr}", file=sys.stderr)
        return float("nan"), float("-inf")
    return fit["seconds"], fit["log_likelihood"] / fit["total_weight"]


def scikit_learn(x, family, k, seed):
    from sklearn.mixture import GaussianMixture
    model = GaussianMixture(k, covariance_type=family, random_state=seed)
    begin = time.perf_counter()
    model.fit(x)
    return time.perf_counter() - begin, model.score(x)


def measure(args, name, family, k, x):
    import numpy as np
    theirs = scikit_learn(x, family, k, args.seed)
    time.sleep(1)  # its threads wait actively for a while
    with tempfile.NamedTemporaryFile(suffix=".npy", dir=args.folder) as file:
        np.save(file.name, x)
        del x
        limited = [gmix(args, file.name, family, k, "--time-limit", share * theirs[0]) for share in SHARES]
        ours = gmix(args, file.name, family, k)
    above = [ll >= theirs[1] * (1 - SAME * (1 if theirs[1] > 0 else -1)) for _, ll in limited]
    passed = next((limited[i][0] / theirs[0] for i in range(len(SHARES)) if all(above[i:])), None)
    return {"name": name, "k": k, "family": family, "theirs": theirs, "ours": ours, "limited": limited, "passed": passed}


def row(r):
    seconds, ll = r["theirs"]
    limited = " | ".join(f"{l - ll:+.4f}" for _, l in r["limited"])
    over = max(s / (share * seconds) for (s, _), share in zip(r["limited"], SHARES))
    passed = f"{r['passed']:.3f}" if r["passed"] else "not in its time"
    falls = any(b < a - 1e-6 for (_, a), (_, b) in zip(r["limited"], r["limited"][1:]))
    return (f"| {r['name']}, {r['family']} K = {r['k']} | {seconds:.2f} s, {ll:.4f} | {limited} | {'falls' if falls else 'rises'} | "
            f"{over:.2f} | {passed} | {r['ours'][1] - ll:+.4f}, {r['ours'][0] / seconds:.2f} |")


def page(results, args):
    head = " | ".join(f"limit {share:.3g}" for share in SHARES)
    return "\n".join([
        "# Large tables", "",
        f"`bench/large.py --seed {args.seed} --threads {args.threads}`; {os.cpu_count()} processors, load average at the end "
        f"{os.getloadavg()[0]:.1f}. Log-likelihood per row less scikit-learn's; times as shares of scikit-learn's.", "",
        f"| table | scikit-learn | {head} | with the limit | most time over its limit | passes scikit-learn after | default fit, its time |",
        "| --- |" + " --- |" * (len(SHARES) + 5), *map(row, results)]) + "\n"


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--gmix", default=str(ROOT / "build/cli/gmix"))
    p.add_argument("--seed", type=int, default=11)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--only", nargs="+", default=[], help="names of tables: d64 diag39 d16 china full-d2 ...")
    p.add_argument("--folder", help="for tables as files (default: a temporary one)")
    p.add_argument("--out", type=Path, help="write the page there, too")
    args = p.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, str(args.threads))
    warnings.simplefilter("ignore")
    results = []
    for table in tables(args):
        results.append(measure(args, *table))
        print(row(results[-1]), file=sys.stderr, flush=True)
    print(page(results, args))
    if args.out:
        args.out.write_text(page(results, args))


if __name__ == "__main__":
    main()
