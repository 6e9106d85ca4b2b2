#!/usr/bin/env python3
"""Detectors of anomalies on sets with known ones: what docs/anomalies.md has in its tables.

    bench/anomaly.py FOLDER      FOLDER holds .npz files with X (N, D) and y (1: anomaly)

For every set: AUC of all rows, unsupervised, of one Gaussian, of four and eight components and of the
defaults; and the share of normal rows that training on every second normal row calls anomalous
among the others at p <= 0.05, for K = 1 and 4, with the range that a binomial count of these
and of as many calibrating rows leaves at 95 %. `--sets a,b` limits the sets. Needs gmix, NumPy,
scikit-learn (for AUC) and SciPy.
"""
import argparse
import pathlib
import warnings

import numpy as np
from scipy.stats import beta, betabinom
from sklearn.metrics import roc_auc_score

import gmix

ALPHA = 0.05
# scikit-learn's ridge, as the detectors of PyOD have it: columns may be constant.
RIDGE = {"reg": 1e-6}


def area(x, y, **options):
    detector = gmix.GaussianMixtureDetector(random_state=0, **options).fit(x)
    return roc_auc_score(y, detector.decision_scores_), detector.mixture_.n_components


def false_positives(x, y, k):
    """Of held-out normal rows: how many, of how many, and the 95 % range."""
    normal = x[y == 0]
    train, test = normal[::2], normal[1::2]
    detector = gmix.GaussianMixtureDetector(k, clean=True, random_state=0, options=RIDGE).fit(train)
    found = int(np.sum(detector.p_values(test) <= ALPHA))
    # p <= alpha are the lowest `rank` of m + 1 places among m calibrating rows: given these, the
    # probability of one is Beta distributed, and the count beta-binomial.
    m = len(train)
    rank = int(np.floor(ALPHA * (m + 1)))
    low, high = betabinom.ppf([0.025, 0.975], len(test), rank, m + 1 - rank)
    return found, len(test), int(low), int(high), beta.mean(rank, m + 1 - rank)


def shares(x, y):
    """What false_positives() says of one component and of four, as text; "!": out of its range."""
    said = []
    for count in (1, 4):
        found, n, low, high, _ = false_positives(x, y, count)
        mark = "" if low <= found <= high else " !"
        said.append(f"{found / n:.4f} = {found}/{n} [{low}, {high}]{mark}")
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sets", help="parts of the names of the sets to do")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    print("set            n x d      anomalies  AUC: 1         4       8    default (K)   "
          "held-out normal rows at p <= .05: K = 1 [95 %]     K = 4 [95 %]")
    for path in sorted(given.folder.glob("*.npz"), key=lambda p: p.stem.split("_")[-1].lower()):
        if given.sets and not any(part in path.stem for part in given.sets.split(",")):
            continue
        held = np.load(path)
        x, y = held["X"].astype(float), held["y"].astype(int)
        one, _ = area(x, y, n_components=1, options=RIDGE)
        four, _ = area(x, y, n_components=4, options=RIDGE)
        eight, _ = area(x, y, n_components=8, options=RIDGE)
        chosen, k = area(x, y)
        rates = shares(x, y)
        print(f"{path.stem.split('_')[-1]:14} {x.shape[0]:5} x {x.shape[1]:2} {y.sum():8}    "
              f"{one:.6f}  {four:.4f}  {eight:.4f}  {chosen:.4f} ({k})    "
              + "    ".join(rates), flush=True)


if __name__ == "__main__":
    main()
