#!/usr/bin/env python3
"""Accelerated against plain EM: steps and time to the same log-likelihood from the same start.

Each case runs both kinds of steps until the estimated gain left is below 1e-9 nats per row, then reads from
the traces how many steps either took to come within 1e-6 nats per row of the higher end. Seconds are
those steps at each program's own time per step. Cases: the benchmark's workloads (if bench/data has them;
`./dev bench` makes them) and mixtures that overlap heavily."""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent


def overlapping(folder):
    """Mixtures whose components lie `apart` standard deviations from each other."""
    rng = np.random.default_rng(1)
    for apart, d, k, n in ((3, 2, 3, 20000), (2, 2, 3, 20000), (1.5, 2, 3, 20000), (2, 5, 4, 20000), (1.5, 1, 2, 20000)):
        means = apart * rng.standard_normal((k, d)) / (1 if d == 1 else np.sqrt(2))
        if d == 1:
            means = apart * np.arange(k)[:, None].astype(float)
        x = means[rng.integers(k, size=n)] + rng.standard_normal((n, d)) * (1 + 0.3 * rng.integers(2, size=(n, 1)))
        path = Path(folder) / f"overlap{apart}-d{d}.npy"
        np.save(path, x)
        yield f"{k} components {apart} sd apart, D={d}, N={n}", str(path), k, "full", None


def workloads():
    for name, k, family in (("full-d2", 8, "full"), ("full-d16", 32, "full"), ("full-d64", 32, "full"),
                            ("diag-d39", 256, "diag"), ("full-d1", 4, "full")):
        path = BENCH / "data" / f"{name}-mixed-r2.npy"
        if path.exists():
            yield name, str(path), k, family, str(BENCH / "data" / f"{name}-mixed-r2.start.json")


def small():
    for name, k, family in (("faithful", 3, "full"), ("faithful", 6, "full"), ("iris", 3, "full"), ("iris", 6, "tied"),
                            ("body", 4, "full"), ("body", 6, "diag"), ("acidity", 4, "full")):
        yield f"{name}, {family}, K={k}", str(ROOT / "data" / (name + ".csv")), k, family, None


def run(gmix, path, k, family, start, plain, most):
    command = [gmix, "fit", path, "-k", str(k), "-c", family, "--restarts", "1", "--tol", "1e-9", "--max-iter", str(most), "--json"]
    command += ["--init-model", start] if start else ["--init", "kmeans++"]
    command += ["--no-accelerate"] if plain else []
    fit = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return np.array(fit["trace"]) / fit["n_samples"], fit["seconds"]


def steps_to(trace, level):
    there = np.nonzero(trace >= level)[0]
    return int(there[0]) if len(there) else None


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    p.add_argument("--gmix", default=str(ROOT / "build/cli/gmix"))
    p.add_argument("--max-iter", type=int, default=3000)
    p.add_argument("--no-workloads", action="store_true")
    args = p.parse_args()
    print("| case | plain steps | accelerated | ratio | plain s | accelerated s | ratio |\n| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, path, k, family, start in [*small(), *overlapping(folder), *([] if args.no_workloads else workloads())]:
            (fast, fast_s), (plain, plain_s) = (run(args.gmix, path, k, family, start, p, args.max_iter) for p in (False, True))
            level = max(fast[-1], plain[-1]) - 1e-6
            a, b = steps_to(fast, level), steps_to(plain, level)
            if a is None or b is None:
                who = "accelerated" if b is None else "plain"
                print(f"| {name} | {b or f'not in {len(plain) - 1}'} | {a or f'not in {len(fast) - 1}'} | only {who} gets there "
                      f"({fast[-1]:.6f}, {plain[-1]:.6f}) | | | |", flush=True)
                continue
            ta, tb = a * fast_s / (len(fast) - 1), b * plain_s / (len(plain) - 1)
            print(f"| {name} | {b} | {a} | {b / a:.1f} | {tb:.3g} | {ta:.3g} | {tb / ta:.1f} |", flush=True)


if __name__ == "__main__":
    main()
