#!/usr/bin/env python3
"""Writes half_seen.csv, deconvolution.txt and, in data/, tully_fisher.csv and noisy_curve.csv: rows with errors of
measurement, starts, and what extreme deconvolution (Bovy, Hogg & Roweis 2011) makes of them step by step.

Run by hand, in an environment with the pinned versions, from the root of the tree:

    python3 -m venv .venv
    .venv/bin/pip install numpy==1.26.4 scipy==1.13.1 scikit-learn==1.5.0
    .venv/bin/python tests/reference/make_deconvolution_reference.py TF.dat xd_doctest_y.csv astroml_xd.csv

TF.dat: the Tully-Fisher data of Sakai et al. 2000 (2000ApJ...529..698S, Table 2) as the program
extreme-deconvolution holds it; xd_doctest_y.csv: the values in its docstring, which sees x and y of rows in
turn; astroml_xd.csv: 2000 rows in the manner of an example of astroML. The program stops the docstring's
run after 229 steps at -1.3114818693175, as does this one from the same start. But that start is no mixture
(the covariance of its first component is not positive definite, nor is that of the end), so the steps that
are kept are those from a start that has a smaller covariance of x and y.

A case is a name, K, D, steps and the mean log-likelihood after them; then weights, means, covariances
before and after.
"""
import os
import sys

import numpy as np
from sklearn.mixture import GaussianMixture

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")


def log_terms(x, s, amp, mean, cov):
    """Log-terms (n, K), posterior means and covariances of true values; NaN: a cell is missing."""
    n, d = x.shape
    k = len(amp)
    seen = ~np.isnan(x)
    terms = np.empty((n, k))
    b = np.empty((n, k, d))
    spread = np.empty((n, k, d, d))
    for i in range(n):
        o = np.flatnonzero(seen[i])
        for c in range(k):
            t = cov[c][np.ix_(o, o)] + np.diag(s[i, o])
            gain = np.linalg.solve(t, cov[c][o, :]).T
            off = x[i, o] - mean[c][o]
            terms[i, c] = np.log(amp[c]) - 0.5 * (len(o) * np.log(2 * np.pi) + np.log(np.linalg.det(t))
                                                  + off @ np.linalg.solve(t, off))
            b[i, c] = mean[c] + gain @ off
            spread[i, c] = cov[c] - gain @ cov[c][o, :]
    return terms, b, spread


def log_likelihood(terms):
    top = terms.max(1)
    return top + np.log(np.exp(terms - top[:, None]).sum(1))


def run(x, s, amp, mean, cov, steps):
    amp, mean, cov = amp.copy(), mean.copy(), cov.copy()
    for _ in range(steps):
        terms, b, spread = log_terms(x, s, amp, mean, cov)
        r = np.exp(terms - log_likelihood(terms)[:, None])
        q = r.sum(0)
        amp = q / len(x)
        for c in range(len(amp)):
            mean[c] = r[:, c] @ b[:, c] / q[c]
            off = b[:, c] - mean[c]
            cov[c] = np.einsum("n,nij->ij", r[:, c], off[:, :, None] * off[:, None, :] + spread[:, c]) / q[c]
    return log_likelihood(log_terms(x, s, amp, mean, cov)[0]).mean(), amp, mean, cov


def write_case(out, name, x, s, start, steps):
    average, *end = run(x, s, *start, steps)
    k, d = start[1].shape
    out.write(f"case {name} {k} {d} {steps} {average:.17g}\n")
    for part in (*start, *end):
        out.write(" ".join("%.17g" % v for v in part.ravel()) + "\n")
    print(name, steps, repr(average))


def tully_fisher(path):
    lines = [line.split("|") for line in open(path, encoding="utf-8") if not line.startswith("#")]
    with open(os.path.join(DATA, "tully_fisher.csv"), "w", encoding="utf-8") as out:
        out.write("galaxy,logW20,B,V,R,I,H," + ",".join("s_" + c for c in ("logW20", *"BVRIH")) + "\n")
        for f in lines:
            cells = [f[11], f[1], f[3], f[5], f[7], f[9], f[12], f[2], f[4], f[6], f[8], f[10]]
            out.write(",".join([f[0]] + [c.strip() for c in cells]) + "\n")


def main():
    tully_fisher(sys.argv[1])
    y = np.loadtxt(sys.argv[2], skiprows=1)
    stars = np.loadtxt(sys.argv[3], delimiter=",", skiprows=1)
    x = np.full((len(y), 2), np.nan)
    x[np.arange(len(y)), np.arange(len(y)) % 2] = y
    with open(os.path.join(HERE, "half_seen.csv"), "w", encoding="utf-8") as out:
        out.write("x,y\n")
        for row in x:
            out.write(",".join("" if np.isnan(v) else "%.17g" % v for v in row) + "\n")
    with open(os.path.join(DATA, "noisy_curve.csv"), "w", encoding="utf-8") as out:
        out.write("x,y,sx,sy\n")
        for row in stars:
            out.write(",".join("%.17g" % v for v in row) + "\n")
    amp = np.ones(2) / 2
    mean = np.array([[0.86447943, 0.322681], [0.67078879, 0.45087394]])
    theirs = np.array([[[0.03821028, 0.04108113], [0.04108113, 0.03173839]],
                       [[0.06219194, 0.04302473], [0.04302473, 0.06778009]]])
    ours = theirs.copy()
    ours[0, 0, 1] = ours[0, 1, 0] = 0.03
    s = np.full_like(x, 0.01)
    print("the docstring's run:", repr(run(x, s, amp, mean, theirs, 229)[0]))
    with open(os.path.join(HERE, "deconvolution.txt"), "w", encoding="utf-8") as out:
        for steps in (1, 2, 5, 20, 229):
            write_case(out, "half_seen", x, s, (amp, mean, ours), steps)
        plain = GaussianMixture(10, max_iter=10, random_state=0).fit(stars[:, :2])
        start = (plain.weights_, plain.means_, plain.covariances_)
        for steps in (1, 10):
            write_case(out, "noisy_curve", stars[:, :2], stars[:, 2:] ** 2, start, steps)


main()
