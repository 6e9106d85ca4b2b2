#!/usr/bin/env python3
"""One pass of online EM beside steps of EM over all rows: bench/online.py [--rows N] [--gmix PATH].

Four overlapping components in the plane, from a start that is too low by half a nat per row. The gap is the
maximum's mean log-likelihood less that of all rows under the model; seconds are of the whole command, reading
included. Prints Markdown (bench/scale.md).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

AT = np.array([[0, 0], [3, 0], [0, 3], [2.5, 2.5]])
ROOTS = np.array([[[1, 0], [0, 0.8]], [[0.7, 0], [0.5, 0.6]], [[1.2, 0], [-0.4, 0.7]], [[0.5, 0], [0, 0.5]]])
START = {"format": "gmix-model", "version": 1, "covariance": "full", "weights": [0.25] * 4,
         "means": [[-0.5, -0.5], [2, 1], [1, 2], [3, 3]], "covariances": [[[2.0, 0.0], [0.0, 2.0]]] * 4}


def rows_of(n):
    rng = np.random.default_rng(1)
    c = rng.choice(4, n, p=[0.4, 0.3, 0.2, 0.1])
    return AT[c] + np.einsum("nij,nj->ni", ROOTS[c], rng.normal(size=(n, 2)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--gmix", default=os.path.join(os.path.dirname(__file__), "..", "build", "cli", "gmix"))
    args = parser.parse_args()
    gmix = os.path.abspath(args.gmix)
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        np.save("x.npy", rows_of(args.rows))
        with open("start.json", "w", encoding="utf-8") as out:
            json.dump(START, out)

        def run(*command):
            began = time.perf_counter()
            threads = ["--threads", "1"] if command[0] == "fit" else []
            subprocess.run([gmix, *command, "--quiet", *threads], check=True)
            return time.perf_counter() - began

        def mean(model):
            said = subprocess.run([gmix, "score", model, "x.npy"], check=True, capture_output=True, text=True)
            return np.mean(np.array(said.stdout.split()[1:], dtype=float))

        start = ["fit", "x.npy", "--init-model", "start.json"]
        run(*start, "--tol", "1e-10", "--max-iter", "5000", "-o", "best.json")
        best = mean("best.json")
        print("| | gap, 1e-6 nats per row | seconds |\n| --- | ---: | ---: |")
        print(f"| the start | {1e6 * (best - mean('start.json')):.0f} | |")
        for steps in (10, 20, 50):
            seconds = run(*start, "--tol", "0", "--no-accelerate", "--max-iter", str(steps), "-o", "m.json")
            print(f"| {steps} steps of EM, each over all rows | {1e6 * (best - mean('m.json')):.0f} | {seconds:.2f} |")
        seconds = run(*start, "--online", "-o", "online.json")
        print(f"| one pass, online | {1e6 * (best - mean('online.json')):.0f} | {seconds:.2f} |")
        seconds += run("update", "online.json", "x.npy")
        print(f"| two passes, online | {1e6 * (best - mean('online.json')):.1f} | {seconds:.2f} |")
        seconds = run("fit", "x.npy", "-k", "4", "--online", "-o", "found.json")
        print(f"| one pass, from the start that the first 4096 rows give | {1e6 * (best - mean('found.json')):.0f} "
              f"| {seconds:.2f} |")
    return 0


sys.exit(main())
