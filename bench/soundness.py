#!/usr/bin/env python3
"""Soundness as a test: how often components that chance made are named spurious (size), and narrow groups that are there
are accepted (power).

Null tables have no narrow groups: normal, t3, uniform and log-normal, 50 to 5000 rows, 1 to 8 features. A
component of a mixture of 3 to 6 counts if it has fewer than 2 (D + 1) rows; the mixture is the most likely of 14
that plain EM ends in, of whose starts half put a component on D + 2 neighbouring rows. True tables have groups of 5 (D + 1) rows
or more, 1e2 to 1e6 times narrower than the table, inside a wide one or far apart, that have more than twice the rows
which others have where they lie (else they are no groups: a sixtieth of those drawn); gmix judges the optimum at the
truth ("accepted"), and must end there by itself ("found"). The verdicts are those that the report of gmix has,
with components kept as they are. Writes bench/SOUNDNESS.md with --out."""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent
STARTS = 14
NULLS = {
    "normal": lambda rng, n, d: rng.standard_normal((n, d)),
    "t3": lambda rng, n, d: rng.standard_t(3, (n, d)),
    "uniform": lambda rng, n, d: rng.random((n, d)),
    "log-normal": lambda rng, n, d: np.exp(rng.standard_normal((n, d))),
}
PLACES = ("inside a wide one", "far apart")


def gmix(binary, x, k, *options, model=None):
    """(report, model) of a fit of full covariances; model: where EM starts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        np.save(path / "x.npy", x)
        if model:
            (path / "start.json").write_text(json.dumps(model))
            options = (*options, "--init-model", path / "start.json", "--restarts", 1)
        out = subprocess.run([binary, "fit", path / "x.npy", "-k", str(k), "--threads", "1", "--json", "-o", path / "out.json",
                              *map(str, options)], capture_output=True, text=True)
        try:
            return json.loads(out.stdout), json.loads((path / "out.json").read_text())
        except (ValueError, OSError):
            print(out.stderr, file=sys.stderr)
            return None, None


def numbers(text):
    """Components that a sentence of the report is about: "component 2", "components 0, 3 and 4"."""
    found = re.match(r"components? ((?:\d+(?:, | and )?)+)", text)
    return [int(number) for number in re.findall(r"\d+", found.group(1))] if found else []


def spurious(fit, k):
    """Components that the report calls spurious: said of each of them, or in sentences."""
    each = fit.get("components")
    if isinstance(each, list) and each and isinstance(each[0], dict) and ("spurious" in each[0] or "sound" in each[0]):
        return {c for c, said in enumerate(each) if said.get("spurious", not said.get("sound", True))}
    for key in ("spurious", "spurious_components"):
        if isinstance(fit.get(key), list):
            return set(fit[key])
    said = set()
    for warning in fit["warnings"]:
        text = warning if isinstance(warning, str) else str(warning.get("text", ""))
        if "spurious" in text:
            said |= set(numbers(text))
        elif "singular" in text and not fit.get("sound", True):
            said |= set(range(k))
    return said


def plain_em(rng, x, k, narrow):
    """One solution of plain EM, from k-means, with a component on D + 2 neighbouring rows or not."""
    from sklearn.mixture import GaussianMixture
    d = x.shape[1]
    start = {}
    if narrow:
        centres = x[rng.choice(len(x), k, replace=False)]
        near = x[np.argsort(((x - centres[0]) ** 2).sum(1))[: d + 2]]
        cov = np.cov(near.T).reshape(d, d) + 1e-12 * np.eye(d) * x.var(0).mean()
        precisions = [np.linalg.pinv(cov, hermitian=True)] + [np.diag(1 / x.var(0))] * (k - 1)
        centres[0] = near.mean(0)
        weights = np.r_[(d + 2) / len(x), np.full(k - 1, (1 - (d + 2) / len(x)) / (k - 1))]
        start = {"means_init": centres, "weights_init": weights, "precisions_init": np.array(precisions)}
    gm = GaussianMixture(k, reg_covar=1e-10 * x.var(0).mean(), tol=1e-6, max_iter=300, random_state=int(rng.integers(2**31)), **start)
    try:
        gm.fit(x)
    except ValueError:
        return -np.inf, None
    return gm.lower_bound_, {"format": "gmix-model", "version": 1, "covariance": "full", "weights": gm.weights_.tolist(),
                             "means": gm.means_.tolist(), "covariances": gm.covariances_.tolist()}


def null_case(task):
    """(kind, verdicts on components of few rows, verdicts on the others)"""
    args, number = task
    warnings.simplefilter("ignore")
    rng = np.random.default_rng([args.seed, 0, number])
    kind = list(NULLS)[number % len(NULLS)]
    d, n, k = int(rng.integers(1, 9)), int(np.exp(rng.uniform(np.log(50), np.log(args.rows)))), int(rng.integers(3, 7))
    x = NULLS[kind](rng, max(n, 4 * k * (d + 1)), d)
    best = max((plain_em(rng, x, k, start % 2) for start in range(STARTS)), key=lambda s: s[0])[1]
    fit, model = gmix(args.gmix, x, k, "--singular", "keep", model=best) if best else (None, None)
    if fit is None:
        return kind, [], []
    named = spurious(fit, k)
    rows = [w * len(x) for w in model["weights"]]
    return (kind, [c in named for c in range(k) if 0 < rows[c] < 2 * (d + 1)],
            [c in named for c in range(k) if rows[c] >= 2 * (d + 1)])


def stand_apart(groups):
    """True if each narrow group has more than twice as many rows as all others have where it lies."""
    for at, own in enumerate(groups):
        rest = np.vstack(groups[:at] + groups[at + 1:])
        centre, reach = own.mean(0), 3 * np.sqrt(own.shape[1]) * own.std(0).max()
        if 2 * (((rest - centre) ** 2).sum(1) < reach**2).sum() >= len(own) and own.std(0).max() < 0.5:
            return False
    return True


def true_table(rng, place):
    """(table, truth as a model, how narrow): one wide group or three narrow ones, drawn again until these are groups"""
    while True:
        groups, *rest = true_groups(rng, place)
        if stand_apart(groups):
            return np.vstack(groups) * 10.0 ** rng.integers(-3, 4), *rest


def true_groups(rng, place):
    d = int(rng.integers(1, 9))
    narrow = 10.0 ** -rng.uniform(2, 6)
    sizes = [int(rng.integers(5, 20)) * (d + 1) for _ in range(1 if place == PLACES[0] else 3)]
    means = rng.standard_normal((len(sizes), d))
    widths = [narrow * rng.uniform(1, 2) for _ in sizes]
    if place == PLACES[0]:
        sizes, means, widths = [int(rng.integers(200, 2000)), *sizes], np.vstack([np.zeros(d), means]), [1.0, *widths]
    groups = [rng.normal(m, w, (n, d)) for n, m, w in zip(sizes, means, widths)]
    model = {"format": "gmix-model", "version": 1, "covariance": "full", "weights": [n / sum(sizes) for n in sizes],
             "means": means.tolist(), "covariances": [(w**2 * np.eye(d)).tolist() for w in widths]}
    return groups, model, narrow


def scaled(model, factor):
    return {**model, "means": (np.array(model["means"]) * factor).tolist(),
            "covariances": (np.array(model["covariances"]) * factor**2).tolist()}


def true_case(task):
    """(place, how narrow, accepted, found)"""
    args, number = task
    rng = np.random.default_rng([args.seed, 1, number])
    place = PLACES[number % 2]
    x, model, narrow = true_table(rng, place)
    k = len(model["weights"])
    factor = np.abs(x).max() / np.abs(np.array(model["means"])).max() if place == PLACES[1] else x[: int(model["weights"][0] * len(x))].std()
    truth = scaled(model, 10.0 ** np.round(np.log10(factor)))
    at_truth, _ = gmix(args.gmix, x, k, "--singular", "keep", model=truth)
    ours, _ = gmix(args.gmix, x, k)
    if at_truth is None or ours is None:
        return place, narrow, False, False
    accepted = not spurious(at_truth, k)
    return place, narrow, accepted, not spurious(ours, k) and ours["log_likelihood"] >= at_truth["log_likelihood"] - 1e-4 * len(x)


def share(of):
    return f"{100 * np.mean(of):.1f} % of {len(of)}" if len(of) else "-"


def page(args, nulls, trues):
    lines = ["# Soundness as a test", "", f"`bench/soundness.py --tables {args.tables} --seed {args.seed}`: see there what is counted.", "",
             "Null tables: components called spurious.", "", "| table | fewer than 2 (D + 1) rows | more rows |", "| --- | --- | --- |"]
    for kind in [*NULLS, "all"]:
        part = [r for r in nulls if kind in (r[0], "all")]
        lines.append(f"| {kind} | {share(sum((r[1] for r in part), []))} | {share(sum((r[2] for r in part), []))} |")
    lines += ["", "Narrow groups that are there.", "", "| groups | narrower than the table | accepted | found by default |", "| --- | --- | --- | --- |"]
    for place in PLACES:
        for low in (2, 3, 4, 5):
            part = [r for r in trues if r[0] == place and 10.0 ** -(low + 1) <= r[1] < 10.0**-low]
            lines.append(f"| {place} | 1e{low} to 1e{low + 1} | {share([r[2] for r in part])} | {share([r[3] for r in part])} |")
    lines.append(f"| all | | {share([r[2] for r in trues])} | {share([r[3] for r in trues])} |")
    return "\n".join(lines) + "\n"


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--gmix", default=str(ROOT / "build/cli/gmix"))
    p.add_argument("--tables", type=int, default=200, help="null ones, and as many true ones")
    p.add_argument("--rows", type=int, default=5000, help="most of a null table")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--jobs", type=int, default=1)
    p.add_argument("--out", type=Path, help="write the page there, too")
    args = p.parse_args()
    tasks = [(args, number) for number in range(args.tables)]
    with ProcessPoolExecutor(args.jobs) as pool:
        trues = list(pool.map(true_case, tasks))
        nulls = list(pool.map(null_case, tasks))
    text = page(args, nulls, trues)
    print(text)
    if args.out:
        args.out.write_text(text)


if __name__ == "__main__":
    main()
