#!/usr/bin/env python3
"""Accelerated against plain EM: steps and time to the same log-likelihood from the same start.

Each case runs both kinds of steps until the estimated gain left is below 1e-9 nats per row (or a number of steps),
then reads from the traces how many either took to one log-likelihood, 1e-6 nats per row below the lower of
the two ends; a note says where the ends differ: from one start the longer steps may lead into another basin, with
a higher or a lower top, and plain steps may still be on their way. Seconds are
those steps at each program's own time per step. A step is a pass over the data, and those that were rejected
count. Cases: the benchmark's workloads (if bench/data has them; `./dev bench` makes them), from the
benchmark's start, and mixtures that overlap heavily."""

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


def workloads(quick):
    """The benchmark's mixed tables, or so many of their first rows that plain steps end in minutes."""
    import workloads as made

    rows = {"full-d2": 200_000, "full-d16": 40_000, "full-d64": 20_000, "diag-d39": 10_000, "full-d1": 1_000_000}
    for w in made.WORKLOADS:
        path = Path(f"{made.stem(BENCH / 'data', w, 'mixed')}.npy")
        if path.exists():
            n = rows[w.name] // (2 if quick else 1)
            some = np.load(path, mmap_mode="r")[:n]
            part = Path(tempfile.gettempdir()) / f"gmix-acceleration-{w.name}.npy"
            np.save(part, some)
            yield f"{w.name}, the first {n} rows", str(part), w.k, w.family, str(path.with_suffix("")) + ".start.json"
            part.unlink()


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
    p.add_argument("--max-iter", type=int, default=3000, help="of the small cases")
    p.add_argument("--most-plain", type=int, default=300, help="plain steps of a workload")
    p.add_argument("--quick", action="store_true", help="half of the workloads' rows, < 2 minutes")
    p.add_argument("--no-workloads", action="store_true")
    args = p.parse_args()
    print("| case | plain passes | accelerated | of them rejected | ratio | plain s | accelerated s | ratio |\n"
          "| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for case in [*small(), *overlapping(folder)]:
            compare(args, *case, args.max_iter)
        for case in () if args.no_workloads else workloads(args.quick):
            compare(args, *case, args.most_plain)


def compare(args, name, path, k, family, start, most):
    (fast, fast_s), (plain, plain_s) = (run(args.gmix, path, k, family, start, p, most) for p in (False, True))
    level = min(fast[-1], plain[-1]) - 1e-6  # that both get to
    a, b = steps_to(fast, level), steps_to(plain, level)
    rejected = int((np.diff(fast[:a + 1]) == 0).sum())
    ta, tb = a * fast_s / (len(fast) - 1), b * plain_s / (len(plain) - 1)
    apart = fast[-1] - plain[-1]
    note = "" if abs(apart) < 1e-5 else f" (accelerated ends {abs(apart):.1e} {'higher' if apart > 0 else 'lower'})"
    print(f"| {name}{note} | {b} | {a} | {rejected} | {b / max(a, 1):.1f} | {tb:.3g} | {ta:.3g} | {tb / ta if ta else 1:.1f} |",
          flush=True)


if __name__ == "__main__":
    main()
