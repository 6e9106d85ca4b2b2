#!/usr/bin/env python3
"""Writes em_steps.txt: plain EM by scikit-learn, step by step, from an explicit start.

Run by hand, in an environment with the pinned versions, from the root of the tree:

    python3 -m venv .venv
    .venv/bin/pip install scikit-learn==1.5.2 numpy==1.26.4 scipy==1.13.1
    .venv/bin/python tests/reference/make_sklearn_reference.py

A case is five lines, numbers in %.17g:

    case DATA FAMILY K
    weights ...          the start: K
    means ...            K x D
    covariances ...      in the family's layout
    loglik ...           total log-likelihood under the start, and after each step

The start is that of a fixed partition: the rows ordered by the sum of their standardised
features and cut into K runs of equal length. The covariance floor (reg_covar) is 0.
"""
import math
import os

import numpy as np
import sklearn
from sklearn.mixture import GaussianMixture
from sklearn.mixture._gaussian_mixture import (_compute_precision_cholesky,
                                               _estimate_gaussian_parameters)

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")
STEPS = 25
CASES = {"faithful": [1, 2, 3, 5], "iris": [2, 3, 4], "body": [2, 3, 6],
         "diabetes": [2, 3, 4], "synthetic5": [1, 4, 7]}


def synthetic():
    """480 rows in 5-D from four components, of very different scales; 12 digits."""
    rng = np.random.default_rng(20240607)
    scales = np.array([1e-3, 1.0, 40.0, 2.0, 1e5])
    rows = []
    for k in range(4):
        mixing = rng.normal(size=(5, 5)) * 0.7 + np.eye(5)
        rows.append(rng.normal(size=(120, 5)) @ mixing.T + rng.normal(size=5) * 3)
    x = np.concatenate(rows)[rng.permutation(480)] * scales + 10 * scales
    path = os.path.join(HERE, "synthetic5.csv")
    np.savetxt(path, x, fmt="%.12g", delimiter=",", header="a,b,c,d,e", comments="")


def load(name):
    folder = HERE if name == "synthetic5" else DATA
    return np.loadtxt(os.path.join(folder, name + ".csv"), delimiter=",", skiprows=1, ndmin=2)


def partition(x, k):
    order = np.argsort(((x - x.mean(0)) / x.std(0)).sum(1), kind="stable")
    resp = np.zeros((len(x), k))
    for c, rows in enumerate(np.array_split(order, k)):
        resp[rows, c] = 1
    return resp


def run(x, family, k):
    """The start and the log-likelihoods of STEPS steps."""
    mixture = GaussianMixture(k, covariance_type=family, reg_covar=0)
    nk, means, covariances = _estimate_gaussian_parameters(x, partition(x, k), 0, family)
    mixture.weights_, mixture.means_, mixture.covariances_ = nk / len(x), means, covariances
    mixture.precisions_cholesky_ = _compute_precision_cholesky(covariances, family)
    start = (mixture.weights_.copy(), means.copy(), covariances.copy())
    trace = [math.fsum(mixture.score_samples(x))]
    for _ in range(STEPS):
        _, log_resp = mixture._e_step(x)
        mixture._m_step(x, log_resp)
        trace.append(math.fsum(mixture.score_samples(x)))
    return start, trace


def line(word, numbers):
    return " ".join([word] + ["%.17g" % v for v in np.ravel(numbers)]) + "\n"


def main():
    synthetic()
    with open(os.path.join(HERE, "em_steps.txt"), "w", encoding="utf-8") as out:
        for name, ks in CASES.items():
            x = load(name)
            for family in ("full", "tied", "diag", "spherical"):
                for k in ks:
                    (weights, means, covariances), trace = run(x, family, k)
                    assert np.all(np.isfinite(trace)) and np.all(np.diff(trace) > -1e-8)
                    out.write(f"case {name} {family} {k}\n" + line("weights", weights) +
                              line("means", means) + line("covariances", covariances) +
                              line("loglik", trace))
    print("scikit-learn", sklearn.__version__)


if __name__ == "__main__":
    main()
