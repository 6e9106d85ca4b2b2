#!/usr/bin/env python3
"""How often the default search finds the best optimum that is known, and what it costs.

For every cell (data, family, K) of tests/reference/best_known.csv: the log-likelihood per row of
gmix's and scikit-learn's default fits against the best admissible one of 120 starts, and their times,
taken in turns in one run: gmix's own seconds, scikit-learn's GaussianMixture.fit() in a process that is
warm, each the median of several seeds, of which the faster of two turns counts: other guests of a machine
take it away for milliseconds. Writes bench/OPTIMA.md.

--made N takes tables of made_tables.py instead, and for the best the best sound solution of thorough searches and
150 restarts."""

import argparse
import csv
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent


def gmix(binary, path, cell, seed, search):
    out = subprocess.run([binary, "fit", path, "-k", cell["k"], "-c", cell["covariance"], "--seed", str(seed),
                          "--search", search, "--json"], capture_output=True, text=True, check=True).stdout
    fit = json.loads(out)
    return fit["log_likelihood"] / fit["n_samples"], fit["seconds"], fit["sound"]


def scikit_learn(x, cell, seed):
    from sklearn.mixture import GaussianMixture
    model = GaussianMixture(int(cell["k"]), covariance_type=cell["covariance"], random_state=seed)
    begin = time.perf_counter()
    model.fit(x)
    return model.score(x), time.perf_counter() - begin


def measure(args, cell, x, path):
    ours, theirs = [], []
    for seed in range(args.seeds):
        our_turns, their_turns = [], []
        for _ in range(args.turns):
            time.sleep(0.2)  # scikit-learn's threads wait actively for a while after a fit
            our_turns.append(gmix(args.gmix, path, cell, seed, args.search))
            their_turns.append(scikit_learn(x, cell, seed))
        ours.append(min(our_turns, key=lambda turn: turn[1]))
        theirs.append(min(their_turns, key=lambda turn: turn[1]))
    best = float(cell["best_admissible"])
    return {"cell": cell, "best": best,
            "found": [l >= best - 1e-4 for l, _, _ in ours], "sound": [s for _, _, s in ours],
            "gap": ours[0][0] - best, "their_gap": theirs[0][0] - best,
            "their_found": [l >= best - 1e-4 for l, _ in theirs],
            "seconds": statistics.median(t for _, t, _ in ours),
            "their_seconds": statistics.median(t for _, t in theirs)}


def page(results, args):
    from sklearn import __version__ as version
    n = sum(len(r["found"]) for r in results)
    found = sum(sum(r["found"]) for r in results)
    theirs = sum(sum(r["their_found"]) for r in results)
    first = sum(r["found"][0] for r in results)
    slower = [r for r in results if r["seconds"] > r["their_seconds"]]
    ratio = statistics.geometric_mean(r["their_seconds"] / r["seconds"] for r in results)
    lines = [
        "# Optima that are found by default", "",
        f"`bench/optima.py --seeds {args.seeds}{f' --made {args.made}' if args.made else ''}`: {len(results)} cells of "
        f"{'made_tables.py' if args.made else 'tests/reference/best_known.csv'}, {args.seeds} seeds each, the faster of {args.turns} turns; gmix "
        f"`--search {args.search}`, scikit-learn {version} with its defaults. \"Found\": within 1e-4 nats per row of the best "
        f"{'sound solution of long searches' if args.made else 'admissible optimum of 120 starts'}, or above it. Load average at the end: %.1f." % os.getloadavg()[0], "",
        "| | gmix | scikit-learn |", "| --- | --- | --- |",
        f"| found, all seeds | {100 * found / n:.1f} % | {100 * theirs / n:.1f} % |",
        f"| found, seed 0 | {first} of {len(results)} | {sum(r['their_found'][0] for r in results)} of {len(results)} |",
        f"| faster, median time of a fit | {len(results) - len(slower)} of {len(results)} cells | {len(slower)} |",
        f"| time, geometric mean of ratios | 1 | {ratio:.2f} |", "",
        "Per cell: log-likelihood per row less the best known (seed 0), seeds that found it, median milliseconds.", "",
        "| data | family | K | gmix | found | sound | ms | scikit-learn | ms |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for r in results:
        c = r["cell"]
        lines.append(f"| {c['data']} | {c['covariance']} | {c['k']} | {r['gap']:+.5f} | {sum(r['found'])}/{len(r['found'])} | "
                     f"{sum(r['sound'])}/{len(r['sound'])} | {1e3 * r['seconds']:.2f} | {r['their_gap']:+.5f} | "
                     f"{1e3 * r['their_seconds']:.2f} |")
    return "\n".join(lines) + "\n"


def thorough(binary, path, cell):
    """The best sound log-likelihood per row of long searches; None if there is none."""
    best = None
    for extra in (["--search", "thorough", "--seed", "101"], ["--search", "thorough", "--seed", "102", "--init", "random"],
                  ["--restarts", "150", "--seed", "103"]):
        out = subprocess.run([binary, "fit", path, "-k", cell["k"], "-c", cell["covariance"], "--json", *extra],
                             capture_output=True, text=True).stdout
        fit = json.loads(out) if out else {"sound": False}
        if fit["sound"]:
            best = max(best or -math.inf, fit["log_likelihood"] / fit["n_samples"])
    return best


def made_cells(args, folder):
    import numpy as np
    from made_tables import table
    for number in range(args.made):
        kind, x, family, k = table(number)
        path = os.path.join(folder, f"{number}.npy")
        np.save(path, x)
        cell = {"data": f"{kind} {number}, {x.shape[0]} x {x.shape[1]}", "covariance": family, "k": str(k)}
        cell["best_admissible"] = thorough(args.gmix, path, cell)
        if cell["best_admissible"] is not None:
            yield cell, x, path


def known_cells():
    import numpy as np
    with open(ROOT / "tests/reference/best_known.csv", newline="") as file:
        for cell in csv.DictReader(file):
            if not math.isnan(float(cell["best_admissible"])):
                path = str(ROOT / "data" / (cell["data"] + ".csv"))
                yield cell, np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2), path


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--gmix", default=str(ROOT / "build/cli/gmix"))
    p.add_argument("--seeds", type=int, default=5)
    p.add_argument("--turns", type=int, default=2, help="of which the fastest counts")
    p.add_argument("--search", default="standard")
    p.add_argument("--made", type=int, default=0, metavar="N", help="N made tables instead of the known cells")
    p.add_argument("--out", type=Path, help="write the page there (default: print it)")
    args = p.parse_args()
    warnings.simplefilter("ignore")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for cell, x, path in made_cells(args, folder) if args.made else known_cells():
            if not results:
                scikit_learn(x, cell, 0)  # warm
            results.append(measure(args, cell, x, path))
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    text = page(results, args)
    if args.out:
        args.out.write_text(text)
    print(text if not args.out else "\n".join(text.split("\n")[:12]))


if __name__ == "__main__":
    main()
