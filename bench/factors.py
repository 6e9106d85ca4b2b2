#!/usr/bin/env python3
"""Mixtures of factor analysers over many features: seconds and memory of a fit.

bench/factors.py GMIX [ROWS [FEATURES [K [Q]]]]   default 100000 2000 8 10

Rows are drawn, in single precision, from K groups with Q factors each that lie within each other's spread. It
prints what the fit says, how long fit and prediction took, and where the groups' rows are. Needs NumPy.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np


def draw(path, n, d, k, q, seed=1):
    rng = np.random.default_rng(seed)
    mean = rng.normal(size=(k, d)) * 0.3
    loadings = rng.normal(size=(k, d, q)) * 0.7
    sd = np.sqrt(rng.uniform(0.3, 1.5, size=(k, d)))
    group = rng.integers(0, k, n)
    x = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(n, d))
    for first in range(0, n, 5000):
        for c in range(k):
            rows = first + np.flatnonzero(group[first:first + 5000] == c)
            x[rows] = (mean[c] + rng.normal(size=(len(rows), q)) @ loadings[c].T
                       + rng.normal(size=(len(rows), d)) * sd[c])
    x.flush()
    return group


def main():
    gmix = os.path.abspath(sys.argv[1])
    n, d, k, q = (int(a) for a in (sys.argv[2:] + ["100000", "2000", "8", "10"][len(sys.argv) - 2:]))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.npy")
        group = draw(path, n, d, k, q)
        model = os.path.join(folder, "model.json")
        began = time.time()
        said = subprocess.run([gmix, "fit", path, "-k", str(k), "-c", f"mfa:{q}", "-o", model], check=True,
                              capture_output=True, text=True).stdout.splitlines()
        seconds = time.time() - began
        labels = subprocess.run([gmix, "predict", model, path], check=True, capture_output=True,
                                text=True).stdout.split()[1:]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    for line in said[:4]:
        print(line[:100])
    print(f"{n} x {d}, K = {k}, q = {q}: {seconds:.1f} s, {used.ru_utime + used.ru_stime:.1f} s of processors, "
          f"{used.ru_maxrss / 1024:.0f} MB, {n * d * 4 / 2**20:.0f} MB of them rows")
    table = np.zeros((k, k), dtype=int)
    np.add.at(table, (group, np.array(labels, dtype=int)), 1)
    print(f"{table.max(axis=1).sum() / n:.4f} of the rows are where most of their group are, in "
          f"{len(set(table.argmax(axis=1)))} components")


if __name__ == "__main__":
    main()
