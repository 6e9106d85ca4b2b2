#!/usr/bin/env python3
"""How long a million rows take to be conditioned: what docs/conditioning.md says.

    bench/condition.py [ROWS]

Old Faithful with two components, waiting given eruptions; and 8 features with 5 components, 2 of them given 6:
means and standard deviations, with a quantile, and with regions of highest density. Seconds of one call, on one
thread and on all; the median of five (of one for regions). Needs gmix and NumPy.
"""
import pathlib
import statistics
import sys
import time

import numpy as np

import gmix

DATA = pathlib.Path(__file__).parents[1] / "data" / "faithful.csv"


def seconds(call, rounds):
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def tables():
    x = np.loadtxt(DATA, delimiter=",", skiprows=1)
    yield "2 features, K = 2, 1 given 1", 2, x[:, :1], x[:, 1:]
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(8, 8)) / 3 + np.eye(8)
    x = (rng.normal(size=(5000, 8)) + 6 * rng.integers(0, 5, (5000, 1))) @ mixing
    yield "8 features, K = 5, 2 given 6", 5, x[:, 2:], x[:, :2]


def main():
    n = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    print(f"{n} rows, seconds on 1 thread / all")
    for name, k, x, y in tables():
        rows = x[np.random.default_rng(1).integers(0, len(x), n)]
        told = []
        for what, rounds, call in (
            ("mean, sd", 5, lambda r: r.predict(rows, return_std=True)),
            ("and median", 5, lambda r: r.predict(rows, return_std=True, quantiles=[0.5])),
            ("regions of 1 in 100 rows", 1, lambda r: r.regions(rows[: n // 100], 0.9)),
        ):
            pair = []
            for threads in (1, None):
                regressor = gmix.GaussianMixtureRegressor(k, n_threads=threads).fit(x, y)
                pair.append(seconds(lambda: call(regressor), rounds))
            told.append(f"{what} {pair[0]:.2f} / {pair[1]:.2f}")
        print(f"{name:30} " + "   ".join(told), flush=True)


if __name__ == "__main__":
    main()
