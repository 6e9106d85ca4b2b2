#!/usr/bin/env python3
"""How often the default search ends in the best solution that is known, on tables it was not tuned to.

Every cell is a table of unseen_tables.py, a family and a K. Its reference is the best of a pool of solutions: those
of three thorough searches and of 50 starts by scikit-learn, each of which counts as what gmix makes of it when
it starts there with the same options: the number that solutions are compared by ("objective" in the report where
there is one, else the log-likelihood, of sound solutions alone). The pools are kept in --cache as models, so that
another rule of comparison, or another build (--gmix), needs no new starts; whatever beats a pool joins it.

    unseen.py --cache DIR --tables 30 --reference-only     fills the pools
    unseen.py --cache DIR --tables 30                      runs the default and a fresh thorough search

"Found": within 1e-4 nats per row of the best, or above it."""

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np

from unseen_tables import unseen

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
FAMILIES = ("full", "tied", "diag", "spherical")
SIZES = (2, 3, 5, 8)
STARTS = 50
SAME = 1e-4  # nats per row
THOROUGH_SEEDS = (101, 102, 103)
FRESH_SEED = 7  # of the thorough search that is measured


def gmix(binary, path, family, k, *options, model=None, limit=600):
    """The report of one fit; None if it failed."""
    command = [binary, "fit", path, "-k", str(k), "-c", family, "--threads", "1", "--json", *map(str, options)]
    try:
        done = subprocess.run(command + (["-o", model] if model else []), capture_output=True, text=True, timeout=limit)
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None


def value(fit):
    """What solutions are compared by, per row; minus infinity for one that does not count."""
    if fit is None or "objective" not in fit and not fit.get("sound", True):
        return -math.inf
    number = fit.get("objective", fit["log_likelihood"])
    return -math.inf if number is None else number / fit["total_weight"]


def as_model(gm, family, shift, scale):
    """gmix's JSON of a scikit-learn model of (x - shift) / scale."""
    units = {"full": np.outer(scale, scale), "tied": np.outer(scale, scale), "diag": scale**2, "spherical": scale[0] ** 2}
    back = np.asarray(gm.covariances_) * units[family]
    return {"format": "gmix-model", "version": 1, "covariance": family, "weights": gm.weights_.tolist(),
            "means": (gm.means_ * scale + shift).tolist(), "covariances": back.tolist()}


def starts_by_scikit_learn(x, family, k):
    """Solutions that differ, best first. Of incomplete rows it knows the complete ones, or, if those are few, means."""
    from sklearn.mixture import GaussianMixture
    complete = x[~np.isnan(x).any(axis=1)]
    if len(complete) < max(0.4 * len(x), 4 * k):
        complete = np.where(np.isnan(x), np.nanmean(x, axis=0), x)
    shift, sd = complete.mean(axis=0), complete.std(axis=0)
    scale = np.full(len(sd), sd.max()) if family == "spherical" else np.where(sd > 0, sd, 1.0)
    z, found = (complete - shift) / scale, {}
    for start in range(STARTS):
        gm = GaussianMixture(k, covariance_type=family, tol=1e-5, max_iter=300, random_state=start, reg_covar=1e-7,
                             init_params=("kmeans", "k-means++", "random_from_data")[min(start % 4, 2)])
        try:
            gm.fit(z)
        except ValueError:
            continue
        if math.isfinite(gm.lower_bound_):
            found.setdefault(round(gm.lower_bound_ / SAME), as_model(gm, family, shift, scale))
    return [found[key] for key in sorted(found, reverse=True)]


class Cell:
    def __init__(self, args, kind, x, path, family, k):
        self.args, self.kind, self.x, self.path, self.family, self.k = args, kind, x, path, family, k
        name = hashlib.sha1(np.ascontiguousarray(x).tobytes()).hexdigest()[:16]
        self.file = Path(args.cache) / f"{name}-{x.shape[1]}-{family}-{k}.json"
        self.pool = json.loads(self.file.read_text()) if self.file.exists() else {"kind": kind, "models": []}

    def fit(self, *options):
        """(report, model)"""
        with tempfile.NamedTemporaryFile(suffix=".json") as model:
            fit = gmix(self.args.gmix, self.path, self.family, self.k, *options, model=model.name)
            if fit is None:
                return None, None
            kept = json.loads(Path(model.name).read_text())
            return fit, {key: kept[key] for key in ("format", "version", "covariance", "weights", "means", "covariances")}

    def evaluated(self, model):
        """What the rule makes of a solution of the pool."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(model, file)
            file.flush()
            return value(gmix(self.args.gmix, self.path, self.family, self.k, "--init-model", file.name,
                              "--restarts", 1, *self.args.options))

    def save(self):
        part = self.file.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(self.pool))
        part.replace(self.file)

    def fill(self):
        """Whatever the pool lacks."""
        if not self.pool.get("scikit_learn"):
            self.pool["models"] += starts_by_scikit_learn(self.x, self.family, self.k)
            self.pool["scikit_learn"] = STARTS
            self.save()
        if not self.pool.get("thorough"):
            for seed in THOROUGH_SEEDS:
                _, model = self.fit("--search", "thorough", "--seed", seed, *self.args.options)
                self.pool["models"] += [model] if model else []
            self.pool["thorough"] = len(THOROUGH_SEEDS)
            self.save()

    def best(self):
        """Of the pool; what an earlier run found of it where the rule has not changed (--trust)."""
        if not (self.args.trust and "best" in self.pool):
            self.pool["best"] = max([self.evaluated(model) for model in self.pool["models"]], default=-math.inf)
            self.save()
        return self.pool["best"]

    def join(self, fit, model, best):
        """A solution that beats the pool becomes part of it."""
        if model and value(fit) > best + 0.01 * SAME:
            self.pool["models"].append(model)
            self.pool["best"] = value(fit)
            self.save()
        return max(best, value(fit))

    def measure(self):
        self.fill()
        if self.args.reference_only:
            return None
        best = self.best()
        ours, our_model = self.fit("--seed", self.args.fit_seed, *self.args.options)
        best = self.join(ours, our_model, best)
        result = {"kind": self.kind, "family": self.family, "k": self.k, "ours": value(ours),
                  "rows_per_parameter": len(self.x) / ours["n_parameters"] if ours else 0.0}
        if self.args.thorough:
            deep, deep_model = self.fit("--search", "thorough", "--seed", FRESH_SEED, *self.args.options)
            best = self.join(deep, deep_model, best)
            result["thorough"] = value(deep)
        result["best"] = best
        result["seconds"] = ours["seconds"] if ours else math.nan
        result["warnings"] = "; ".join(w if isinstance(w, str) else w.get("text", str(w))
                                       for w in (ours or {}).get("warnings", ["failed"]))
        result["doubt"] = (ours or {}).get("chance_of_better")
        return result


def table_results(args, number):
    warnings.simplefilter("ignore")
    kind, x = unseen(args.seed, number, (ROOT / "data", ROOT / "tests/reference", args.more))
    results = []
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file.name, x)
        for family in args.families:
            for k in args.sizes:
                if len(x) >= 6 * k:
                    results.append(Cell(args, kind, x, file.name, family, k).measure())
    return [r for r in results if r]


def share(results, key):
    """How many of the cells that have a reference were found."""
    known = [r for r in results if math.isfinite(r["best"]) and key in r]
    found = sum(r[key] >= r["best"] - SAME for r in known)
    return f"{100 * found / len(known):5.1f} % of {len(known)}" if known else "-"


def summary(args, results):
    keys = ["ours"] + (["thorough"] if args.thorough else [])
    lines = ["| | default |" + (" thorough |" if args.thorough else ""), "| --- |" + " --- |" * len(keys)]
    rows = [("all", results)] + [(f"K = {k}", [r for r in results if r["k"] == k]) for k in args.sizes]
    rows += [(f, [r for r in results if r["family"] == f]) for f in args.families]
    rows += [(f"K = {k}, two rows a parameter", [r for r in results if r["k"] == k and r["rows_per_parameter"] >= 2])
             for k in args.sizes]
    rows.append(("K <= 3", [r for r in results if r["k"] <= 3]))
    lines += [f"| {name} | " + " | ".join(share(part, key) for key in keys) + " |" for name, part in rows]
    no_reference = sum(not math.isfinite(r["best"]) for r in results)
    lines += ["", f"{no_reference} cells have no solution that counts. Seconds of all default fits: "
              f"{sum(r['seconds'] for r in results if r['seconds'] == r['seconds']):.2f}."]
    return lines


def calibration(results):
    """How often the best known solution beats the default's, by what the default said of that."""
    lines = ["| the default's chance_of_better | beaten |", "| --- | --- |"]
    for low, high in ((0.0, 0.05), (0.05, 0.2), (0.2, 1.01)):
        said = [r for r in results if r["doubt"] is not None and low <= r["doubt"] < high and math.isfinite(r["best"])]
        beaten = sum(r["ours"] < r["best"] - SAME for r in said)
        share = f"{100 * beaten / len(said):.1f} % of {len(said)}" if said else "-"
        lines.append(f"| {100 * low:.0f} to {min(100 * high, 100):.0f} % | {share} |")
    return lines


def misses(args, results):
    def text(r, key):
        return f"{r['best'] - r[key]:.5f}" if key in r else "-"
    missed = [r for r in results if math.isfinite(r["best"]) and
              (r["ours"] < r["best"] - SAME or r.get("thorough", math.inf) < r["best"] - SAME)]
    lines = ["| table | family | K | below the best, per row | thorough | seconds | warnings |", "| --- | --- | --- | --- | --- | --- | --- |"]
    for r in sorted(missed, key=lambda r: (r["kind"], r["family"], r["k"])):
        lines.append(f"| {r['kind']} | {r['family']} | {r['k']} | {text(r, 'ours')} | {text(r, 'thorough')} | "
                     f"{r['seconds']:.3f} | {r['warnings'][:args.width]} |")
    return lines


def arguments():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--gmix", default=str(ROOT / "build/cli/gmix"))
    p.add_argument("--tables", type=int, default=10)
    p.add_argument("--first", type=int, default=0, help="number of the first table")
    p.add_argument("--seed", type=int, default=1, help="of the tables")
    p.add_argument("--fit-seed", type=int, default=0, help="of the default fit")
    p.add_argument("--jobs", type=int, default=1)
    p.add_argument("--cache", required=True, help="folder of the pools")
    p.add_argument("--trust", action="store_true", help="pools are worth what the last run without it found")
    p.add_argument("--reference-only", action="store_true")
    p.add_argument("--no-thorough", dest="thorough", action="store_false", help="measure the default alone")
    p.add_argument("--families", type=lambda s: s.split(","), default=list(FAMILIES))
    p.add_argument("--sizes", type=lambda s: [int(k) for k in s.split(",")], default=list(SIZES))
    p.add_argument("--options", type=str.split, default=[], help="more options of every fit")
    p.add_argument("--more", default=str(ROOT.parent / "shared/data/tables"), help="a folder of more real tables")
    p.add_argument("--width", type=int, default=60, help="of warnings in the table of misses")
    p.add_argument("--out", type=Path, help="write the page there, too")
    return p.parse_args()


def main():
    args = arguments()
    Path(args.cache).mkdir(parents=True, exist_ok=True)
    results = []
    with ProcessPoolExecutor(args.jobs) as pool:
        numbers = range(args.first, args.first + args.tables)
        for part in pool.map(table_results, [args] * len(numbers), numbers):
            results += part
            print(".", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if not args.reference_only:
        text = "\n".join(["# Tables the search was not tuned to", "",
                          f"`bench/unseen.py --tables {args.tables} --first {args.first} --seed {args.seed}`", "",
                          *summary(args, results), "", *calibration(results), "", "Misses:", "", *misses(args, results)]) + "\n"
        print(text)
        if args.out:
            args.out.write_text(text)


if __name__ == "__main__":
    main()
