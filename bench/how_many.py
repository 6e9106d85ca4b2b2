#!/usr/bin/env python3
"""How many groups? The table of docs/posterior.md: what five ways to ask make of tables that many people know.

    bench/how_many.py [--gmix GMIX] [--iterations N] [--tables NAME,...]

For every table, with components of full covariance: the K of least BIC and of least ICL among 1 to 9; the number
with the highest posterior probability by the bounds of variational Bayes (Dirichlet weights, 1 to 9); by a mixture of finite mixtures; the
number of groups with rows under a Dirichlet process; and the clusters of the partition nearest to the posterior, with
their adjusted Rand index where rows have classes. Behind each number its probability. Prints a table in Markdown.
"""

import argparse
import csv
import json
import math
import pathlib
import subprocess

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
TABLES = ["galaxies", "acidity", "faithful", "iris", "diabetes", "body"]
HEADS = ["", "rows", "classes", "BIC", "ICL", "VB, P(K)", "MFM, P(K)", "DP, P(groups)",
         "MFM partition", "R-hat"]  # fmt: skip


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


def classes_of(name):
    path = DATA / f"{name}.labels.csv"
    if not path.exists():
        return None
    with open(path, newline="") as file:
        return [row[0] for row in list(csv.reader(file))[1:]]


def line(gmix, name, iterations):
    table = DATA / f"{name}.csv"
    labels = classes_of(name)
    with open(table) as file:
        heading = file.readline()
        rows = sum(1 for _ in file)
    bic, icl = by_criterion(gmix, table)
    mfm, clusters, r_mfm = by_samples(gmix, table, "mfm", iterations, labels)
    dp, _, r_dp = by_samples(gmix, table, "dp", iterations, labels)
    return [name, f"{rows} x {heading.count(',') + 1}", len(set(labels)) if labels else "-", bic, icl,
            by_bounds(gmix, table), mfm, dp, clusters, f"{max(r_mfm, r_dp):.3f}"]  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gmix", default="build/cli/gmix")
    parser.add_argument("--iterations", type=int, default=20000)
    parser.add_argument("--tables", default=",".join(TABLES))
    args = parser.parse_args()
    print("| " + " | ".join(HEADS) + " |\n" + "| --- " * len(HEADS) + "|", flush=True)
    for name in args.tables.split(","):
        cells = line(args.gmix, name, args.iterations)
        print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


if __name__ == "__main__":
    main()
