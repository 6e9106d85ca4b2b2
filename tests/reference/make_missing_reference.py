#!/usr/bin/env python3
"""Writes missing2.csv, missing5.csv and missing_maximum.txt: Gaussian data with 30 % of their
cells missing at random, and the maximum of the observed-data likelihood found without EM.

Run by hand, in an environment with the pinned versions, from the root of the tree:

    python3 -m venv .venv
    .venv/bin/pip install numpy==1.26.4 scipy==1.13.1
    .venv/bin/python tests/reference/make_missing_reference.py

Whether a cell is missing depends on the first feature, which is always there. A case is four
lines, numbers in %.17g:

    case NAME
    loglik ...           total observed-data log-likelihood at its maximum
    mean ...             D
    covariance ...       D x D

The maximum is that of BFGS over the mean and a Cholesky factor (its diagonal by logarithms),
with the exact gradient, then Newton, until the gradient is below 1e-12 of the number of rows.
"""
import os

import numpy as np
from scipy.optimize import minimize

HERE = os.path.dirname(os.path.abspath(__file__))


def make(name, d, n, seed):
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(d, d)) * 0.6 + np.eye(d)
    x = rng.normal(size=(n, d)) @ mixing.T + rng.normal(size=d) * 2
    x = x * np.array([1.0, 50.0, 0.01, 3.0, 1e4])[:d]
    z = (x[:, 0] - x[:, 0].mean()) / x[:, 0].std()
    share = 0.3 * d / (d - 1)
    chance = 1 / (1 + np.exp(-2.5 * z - np.log(share / (1 - share))))
    lost = rng.uniform(size=(n, d)) < chance[:, None]
    lost[:, 0] = False
    x[lost] = np.nan
    path = os.path.join(HERE, name + ".csv")
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join("abcde"[:d]) + "\n")
        for row in x:
            out.write(",".join("" if np.isnan(v) else "%.12g" % v for v in row) + "\n")
    print(name, "missing:", lost.mean())
    return np.genfromtxt(path, delimiter=",", skip_header=1)


def value_and_gradient(mean, cov, groups):
    """Log-likelihood, and its derivatives by mean and covariance."""
    value, by_mean, by_cov = 0.0, np.zeros_like(mean), np.zeros_like(cov)
    for o, x in groups:
        inverse = np.linalg.inv(cov[np.ix_(o, o)])
        off = x - mean[o]
        value -= 0.5 * (len(x) * (len(o) * np.log(2 * np.pi)
                                  + np.linalg.slogdet(cov[np.ix_(o, o)])[1])
                        + np.einsum("ni,ij,nj->", off, inverse, off))
        by_mean[o] += inverse @ off.sum(0)
        by_cov[np.ix_(o, o)] += 0.5 * (inverse @ off.T @ off @ inverse - len(x) * inverse)
    return value, by_mean, by_cov


def unpack(p, d):
    mean, factor = p[:d], np.zeros((d, d))
    factor[np.tril_indices(d)] = p[d:]
    factor[np.diag_indices(d)] = np.exp(np.diag(factor))
    return mean, factor


def maximum(x):
    """In units of the observed cells' own spread, so that steps are comparable."""
    n, d = x.shape
    centre, scale = np.nanmean(x, 0), np.nanstd(x, 0)
    z = (x - centre) / scale
    groups = {}
    for row in z:
        groups.setdefault(tuple(np.flatnonzero(~np.isnan(row))), []).append(row[~np.isnan(row)])
    groups = [(np.array(o), np.array(rows)) for o, rows in groups.items()]

    def objective(p):
        mean, factor = unpack(p, d)
        value, by_mean, by_cov = value_and_gradient(mean, factor @ factor.T, groups)
        by_factor = 2 * np.tril(by_cov @ factor)
        by_factor[np.diag_indices(d)] *= np.diag(factor)
        return -value / n, -np.concatenate([by_mean, by_factor[np.tril_indices(d)]]) / n

    p = np.zeros(d + d * (d + 1) // 2)
    p = minimize(objective, p, jac=True, method="BFGS", options={"gtol": 1e-8}).x
    for _ in range(3):
        steps = 1e-5 * np.eye(len(p))
        hessian = [(objective(p + h)[1] - objective(p - h)[1]) / 2e-5 for h in steps]
        p = p - np.linalg.solve(np.array(hessian), objective(p)[1])
    slope = np.abs(objective(p)[1]).max()
    print("gradient", slope)
    assert slope < 1e-12
    mean, factor = unpack(p, d)
    seen = (~np.isnan(x)).sum(0)
    value = -n * objective(p)[0] - (seen * np.log(scale)).sum()
    return value, centre + scale * mean, (factor @ factor.T) * np.outer(scale, scale)


def main():
    with open(os.path.join(HERE, "missing_maximum.txt"), "w", encoding="utf-8") as out:
        for name, d, n, seed in (("missing2", 2, 300, 11), ("missing5", 5, 400, 12)):
            value, mean, cov = maximum(make(name, d, n, seed))
            out.write(f"case {name}\n")
            for word, numbers in (("loglik", [value]), ("mean", mean), ("covariance", cov.ravel())):
                out.write(word + "".join(" %.17g" % v for v in numbers) + "\n")


if __name__ == "__main__":
    main()
