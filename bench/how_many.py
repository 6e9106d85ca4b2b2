#!/usr/bin/env python3
"""How many groups? The table of docs/posterior.md: what five ways to ask make of tables that many people know.

    bench/how_many.py [--gmix GMIX] [--iterations N] [--tables NAME,...] [--folder DIR]

For every table, with components of full covariance: the K of least BIC and of least ICL among 1 to 9; the number
with the highest posterior probability by the bounds of variational Bayes (Dirichlet weights, 1 to 9); by a mixture of finite mixtures; the
number of groups with rows under a Dirichlet process; and the clusters of the partition nearest to the posterior, with
their adjusted Rand index where rows have classes. Behind each number its probability. Prints a table in Markdown.
Tables are those of data/, or NAME.csv of another folder; classes are in NAME.labels.csv, NAME.classes.txt, or a column "label" or
"Type", which is left out. Chains of large tables are shorter: 4e7 / (N D^1.5) iterations at most, 2000 at least.
"""

import argparse
import csv
import json
import math
import pathlib
import subprocess
import tempfile

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
WORK = 4e7  # of a chain
CLASS_COLUMNS = ("label", "Type")
TABLES = ["galaxies", "acidity", "faithful", "iris", "diabetes", "body"]
HEADS = ["", "rows", "classes", "BIC", "ICL", "VB, P(K)", "MFM, P(K)", "DP, P(groups)",
         "MFM partition", "R-hat", "iterations"]  # fmt: skip


def run(gmix, *args):
    return subprocess.run([gmix, *map(str, args)], check=True, capture_output=True, text=True).stdout


def by_criterion(gmix, table):
    fit = json.loads(run(gmix, "fit", table, "-k", "1-9", "-c", "full", "--json"))
    sound = [c for c in fit["candidates"] if c["status"] == "ok"]
    return [min(sound, key=lambda c: c[name])["components"] for name in ("bic", "icl")]


def by_bounds(gmix, table):
    fit = json.loads(run(gmix, "fit", table, "-k", "1-9", "--bayes", "dirichlet", "--json"))
    bounds = {c["components"]: c["log_likelihood"] for c in fit["candidates"]}
    most = max(bounds.values())
    total = sum(math.exp(b - most) for b in bounds.values())
    best = max(bounds, key=bounds.get)
    return f"{best} ({1 / total:.2f})"


def by_samples(gmix, table, prior, iterations, labels):
    said = json.loads(run(gmix, "posterior", table, "--prior", prior, "--iterations", iterations,
                          "--grid", 0, "--json"))  # fmt: skip
    numbers = said["components_posterior" if prior == "mfm" else "groups_posterior"]
    k = said["most_probable"]
    part = said["partition"]
    clusters = str(part["n_clusters"])
    if labels:
        clusters += f", ARI {rand_index(part['labels'], labels):.2f}"
    return f"{k} ({numbers[k - 1]:.2f})", clusters, said["summary"]["groups"]["r_hat"]


def rand_index(a, b):
    """Hubert & Arabie's adjusted one."""

    def pairs(counts):
        return sum(n * (n - 1) / 2 for n in counts.values())

    def count(keys):
        found = {}
        for key in keys:
            found[key] = found.get(key, 0) + 1
        return found

    both, one, two = pairs(count(zip(a, b))), pairs(count(a)), pairs(count(b))
    expected = one * two / (len(a) * (len(a) - 1) / 2)
    return (both - expected) / (0.5 * (one + two) - expected)


def read(folder, name, directory):
    """A table of numbers, as a file, its rows and columns, and its classes."""
    with open(folder / f"{name}.csv", newline="") as file:
        head, *rows = list(csv.reader(file))
    labels = None
    for column in (c for c in CLASS_COLUMNS if c in head):
        at = head.index(column)
        labels = [row[at] for row in rows]
        head, *rows = [row[:at] + row[at + 1 :] for row in [head, *rows]]
    for ending, first in (("labels.csv", 1), ("classes.txt", 0)):
        path = folder / f"{name}.{ending}"
        if path.exists():
            labels = path.read_text().split("\n")[first : first + len(rows)]
    path = pathlib.Path(directory) / f"{name}.csv"
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path, len(rows), len(head), labels


def line(args, name, directory):
    table, n, d, labels = read(args.folder, name, directory)
    iterations = max(2000, min(args.iterations, int(WORK / (n * d**1.5)) // 1000 * 1000))
    bic, icl = by_criterion(args.gmix, table)
    mfm, clusters, r_mfm = by_samples(args.gmix, table, "mfm", iterations, labels)
    dp, _, r_dp = by_samples(args.gmix, table, "dp", iterations, labels)
    return [name, f"{n} x {d}", len(set(labels)) if labels else "-", bic, icl,
            by_bounds(args.gmix, table), mfm, dp, clusters, f"{max(r_mfm, r_dp):.3f}",
            iterations]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gmix", default="build/cli/gmix")
    parser.add_argument("--iterations", type=int, default=20000)
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--folder", type=pathlib.Path, default=DATA)
    args = parser.parse_args()
    print("| " + " | ".join(HEADS) + " |\n" + "| --- " * len(HEADS) + "|", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        for name in args.tables.split(","):
            cells = line(args, name, directory)
            print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
