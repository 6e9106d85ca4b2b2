#!/usr/bin/env python3
"""Rows per second and memory of fits from files, from 1e6 to 1e8 rows of 8 features: bench/scale.md.

    bench/scale.py [--rows 1e6,1e7,1e8] [--kinds npy,parquet,csv,parts] [--steps 10] [--gmix PATH] [--place DIR]
    bench/scale.py --all [--python PYTHON] [--gmix-mpi PATH]     and online.py, distributed.py mpi and spark

Kinds: one NPY file, one Parquet file in row groups of 250 000 rows (needs pyarrow), one CSV file (of 1e7 rows at most: writing it
takes ten times as long as fitting it), NPY files of 1e6 rows.
So many EM steps of K = 4 full components from a given start, as a stream; then one pass online, of the same files. The files
of one kind and size are there at a time: 1e8 rows are 6.4 GB. Prints Markdown.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

from distributed import ROOT, peak_of

D, K, EACH = 8, 4, 1_000_000
MOST_CSV = 10_000_000
OTHER_PASSES = 5  # a look, two measures, a seed, and a pass before the first step


def means_of():
    return np.random.default_rng(1).normal(0, 2, (K, D))


def rows_of(piece, n):
    rng = np.random.default_rng([2, piece])
    return means_of()[rng.integers(0, K, n)] + rng.normal(0, 1, (n, D))


def pieces(n):
    for first in range(0, n, EACH):
        yield first // EACH, rows_of(first // EACH, min(EACH, n - first))


def write_npy(place, n):
    out = np.lib.format.open_memmap(os.path.join(place, "x.npy"), "w+", "<f8", (n, D))
    for i, x in pieces(n):
        out[i * EACH:i * EACH + len(x)] = x
        out.flush()
    return ["x.npy"]


def write_parquet(place, n):
    import pyarrow
    from pyarrow import parquet
    names = [f"x{j}" for j in range(D)]
    schema = pyarrow.schema([(name, pyarrow.float64()) for name in names])
    with parquet.ParquetWriter(os.path.join(place, "x.parquet"), schema) as out:
        for _, x in pieces(n):
            table = pyarrow.table({name: x[:, j] for j, name in enumerate(names)})
            out.write_table(table, row_group_size=EACH // 4)
    return ["x.parquet"]


def write_csv(place, n):
    with open(os.path.join(place, "x.csv"), "w", encoding="ascii") as out:
        for _, x in pieces(n):
            np.savetxt(out, x, "%.7g", ",")
    return ["x.csv"]


def write_parts(place, n):
    for i, x in pieces(n):
        np.save(os.path.join(place, f"part-{i:04}.npy"), x)
    return ["part-*.npy"]


KINDS = {"npy": write_npy, "parquet": write_parquet, "csv": write_csv, "parts": write_parts}


def start():
    return {"format": "gmix-model", "version": 1, "covariance": "full", "weights": [1 / K] * K,
            "means": (means_of() + 0.3).tolist(), "covariances": [np.eye(D).tolist()] * K}


def line(kind, n, steps, gmix, place):
    names = KINDS[kind](place, n)
    size = sum(os.path.getsize(os.path.join(place, name)) for name in os.listdir(place)) / 1e6
    with open(os.path.join(place, "start.json"), "w", encoding="utf-8") as out:
        json.dump(start(), out)
    fit = [gmix, "fit", *names, "--init-model", "start.json", "-q", "-o", "m.json"]
    seconds, held = peak_of([*fit, "--stream", "--tol", "0", "--no-accelerate", "--max-iter", str(steps)], place)
    online, held_online = peak_of([*fit, "--online"], place)
    print(f"| {n:.0e} | {kind} | {size:.0f} | {seconds:.1f} | {n * (steps + OTHER_PASSES) / seconds:.1e} | {held:.0f} "
          f"| {online:.1f} | {n / online:.1e} | {held_online:.0f} |", flush=True)


def formats(args):
    print(f"| rows x {D} | kind | MB of files | {args.steps} steps, seconds | rows/s of a pass | MB held | online, seconds "
          "| rows/s | MB held |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for n in args.rows:
        for kind in args.kinds:
            if kind == "csv" and n > MOST_CSV:
                continue
            with tempfile.TemporaryDirectory(dir=args.place) as place:
                line(kind, n, args.steps, os.path.abspath(args.gmix), place)


def others(args):
    here = os.path.dirname(os.path.abspath(__file__))
    distributed = os.path.join(here, "distributed.py")
    for python, script, *words in ((sys.executable, os.path.join(here, "online.py"), "--gmix", args.gmix),
                                   (sys.executable, distributed, "mpi", "--gmix-mpi", args.gmix_mpi),
                                   (args.python, distributed, "spark"), (args.python, distributed, "faithful")):
        print(f"\n## {os.path.basename(script)} {words[0] if words[0][0] != '-' else ''}\n", flush=True)
        subprocess.run([python, script, *words], check=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=lambda text: [int(float(n)) for n in text.split(",")], default=[10**6, 10**7])
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=list(KINDS))
    parser.add_argument("--gmix", default=os.path.join(ROOT, "build", "cli", "gmix"))
    parser.add_argument("--gmix-mpi", default=os.path.join(ROOT, "build", "cli", "gmix-mpi"))
    parser.add_argument("--python", default=sys.executable, help="one that has gmix, pyspark and pyarrow")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--place", help="where the files go")
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    formats(args)
    if args.all:
        others(args)


if __name__ == "__main__":
    main()
