#!/usr/bin/env python3
"""Detectors of anomalies on other kinds of tables than those that their defaults were chosen on.

    bench/anomaly_made.py [SEED ...]     (default 1)

Seventeen tables that are made, or are scikit-learn's: heavy tails, curves and rings, many clusters,
answers on a scale, counts, factors, sensors. For each, as in bench/anomaly.py: AUC of one Gaussian and of the
defaults, and held-out normal rows at p <= 0.05, for K = 1 and 4, with the range that counts leave.
"""
import sys
import warnings

import numpy as np
from anomaly import RIDGE, area, shares
from sklearn import datasets

N = 600


def curves(rng):
    angle = rng.uniform(0, np.pi, N)
    moons = np.c_[np.cos(angle), np.sin(angle)]
    moons[N // 2 :] = [1, 0.5] - moons[N // 2 :]
    yield "moons", moons + rng.normal(0, 0.06, (N, 2)), rng.uniform([-1.3, -0.9], [2.3, 1.4], (25, 2))
    angle = rng.uniform(0, 2 * np.pi, N)
    ring = np.c_[5 * np.cos(angle), 5 * np.sin(angle), rng.normal(0, 0.3, N)] + rng.normal(0, 0.3, (N, 3))
    yield "ring, centre", ring, rng.normal(0, 0.5, (15, 3))
    e = rng.normal(size=(N, 1))
    bad = rng.normal(size=(20, 3))
    bad[:, 1] = bad[:, 0] ** 2 + rng.choice([-2, 2], 20)
    yield "parabola", np.c_[e, e**2 + rng.normal(0, 0.2, (N, 1)), rng.normal(size=(N, 1))], bad
    t = np.arange(700) / 20
    waves = np.c_[np.sin(t), np.cos(0.7 * t), 0.5 * np.sin(t) + np.cos(t)] + rng.normal(0, 0.1, (700, 3))
    stuck = waves[rng.permutation(700)[:15]].copy()
    stuck[:, 1] = 1.9
    yield "sensor stuck", waves, stuck


def tails(rng):
    mix = rng.normal(size=(5, 5))
    yield "t, 5 dof", rng.standard_t(5, size=(N, 5)) @ mix, rng.uniform(-9, 9, size=(20, 5)) @ mix
    root = np.linalg.cholesky(0.8 + 0.2 * np.eye(4))
    yield "log-normal, broken", np.exp(rng.normal(size=(N, 4)) @ root.T), np.exp(rng.normal(size=(20, 4)))
    two = np.vstack([rng.normal(0, 1, (500, 2)), rng.normal(0, 10, (100, 2))])
    yield "two scales", two, rng.uniform(-50, 50, (12, 2))
    yield "cube", rng.uniform(size=(N, 5)), rng.uniform(-0.35, 1.35, (15, 5))
    yield "clump", rng.normal(size=(N, 6)), rng.normal(0, 0.3, (25, 6)) + 3.0


def groups(rng):
    g = rng.normal(size=(N, 1))
    answers = np.clip(np.round(3 + 1.1 * g + rng.normal(0, 0.8, (N, 8))), 1, 5)
    yield "answers, random", answers, rng.integers(1, 6, (20, 8)).astype(float)
    rate = np.exp(rng.normal(1, 0.5, (N, 1)))
    counts = rng.poisson(rate * np.array([[1, 2, 0.5, 4]])).astype(float)
    counts[rng.uniform(size=counts.shape) < 0.2] = 0
    yield "counts", counts, rng.poisson(12, (15, 4)) + 9.0 * rng.integers(0, 2, (15, 4))
    centre = rng.normal(0, 12, (8, 4))
    between = 0.5 * (centre[rng.integers(0, 8, 25)] + centre[rng.integers(0, 8, 25)])
    normal = centre[rng.integers(0, 8, 900)] + rng.normal(size=(900, 4))
    yield "8 clusters", normal, between + rng.normal(0, 1.5, (25, 4))
    load = rng.normal(size=(5, 40))
    normal = rng.normal(size=(300, 5)) @ load + rng.normal(0, 0.3, (300, 40))
    yield "factors", normal, rng.normal(size=(9, 5)) @ load + rng.normal(0, 0.5, (9, 40))


def classes(rng):
    def some(of, normal, odd, n):
        chosen = of.data[np.isin(of.target, odd)]
        rows = of.data[np.isin(of.target, normal)]
        varies = rows.std(0) > 0.3 if n == 20 else rows.std(0) > 0
        return rows[:, varies], chosen[rng.permutation(len(chosen))[:n]][:, varies]

    yield "digits", *some(datasets.load_digits(), [0, 1, 2, 3], [8], 20)
    yield "cancer", *some(datasets.load_breast_cancer(), [1], [0], 15)
    yield "wines", *some(datasets.load_wine(), [0, 1], [2], 8)
    yield "iris", *some(datasets.load_iris(), [1, 2], [0], 5)


def main():
    warnings.simplefilter("ignore")
    for seed in map(int, sys.argv[1:] or ["1"]):
        rng = np.random.default_rng(seed)
        for name, normal, odd in (t for kind in (curves, tails, groups, classes) for t in kind(rng)):
            order = rng.permutation(len(normal) + len(odd))
            x = np.vstack([normal, odd])[order]
            y = (order >= len(normal)).astype(int)
            one, _ = area(x, y, n_components=1, options=RIDGE)
            chosen, k = area(x, y)
            print(f"{name:19} {x.shape[0]:4} x {x.shape[1]:2} {y.sum():3}  K = 1 {one:.4f}  defaults {chosen:.4f} ({k})  "
                  + "  ".join(shares(x, y)), flush=True)


if __name__ == "__main__":
    main()
