"""What the Python adapters share; the protocol is described in adapter.h."""

import json
import sys
import time

import numpy as np


def row_blocks(x, size=20000):
    return (x[i : i + size] for i in range(0, len(x), size))


def log_likelihood(x, weights, means, covariances):
    """Total log-likelihood under full (K x D x D) or diagonal (K x D) covariances."""
    total, d = 0.0, x.shape[1]
    for block in row_blocks(x):
        log_p = np.empty((len(block), len(weights)))
        for k, cov in enumerate(covariances):
            centred = block - means[k]
            if np.ndim(cov) == 2:
                chol = np.linalg.cholesky(cov)
                z, log_det = np.linalg.solve(chol, centred.T), 2 * np.log(np.diag(chol)).sum()
                square = (z * z).sum(axis=0)
            else:
                square, log_det = (centred**2 / cov).sum(axis=1), np.log(cov).sum()
            log_p[:, k] = np.log(weights[k]) - 0.5 * (square + log_det + d * np.log(2 * np.pi))
        top = log_p.max(axis=1, keepdims=True)
        total += float((top[:, 0] + np.log(np.exp(log_p - top).sum(axis=1))).sum())
    return total


def main(info, em_steps, fit):
    """em_steps(x, start, family, steps, threads) -> (seconds, steps done, () -> log-likelihood)
    fit(x, k, family, threads) -> (seconds, iterations, log-likelihood)"""
    mode, *args = sys.argv[1:]
    if mode == "info":
        print(json.dumps(info()))
    elif mode == "steps":
        x = np.load(args[0])
        parts = ("weights", "means", "covariances")
        start = {part: np.load(f"{args[1]}.{part}.npy") for part in parts}
        runs = []
        for steps in map(int, args[3].split(",")):
            seconds, done, ll = em_steps(x, start, args[2], steps, int(args[4]))
            runs.append({"steps": steps, "done": done, "seconds": seconds,
                         "log_likelihood": ll() if args[5] == "1" else None})
        print(json.dumps({"runs": runs}))
    else:
        seconds, iterations, ll = fit(np.load(args[0]), int(args[1]), args[2], int(args[3]))
        print(json.dumps({"seconds": seconds, "iterations": iterations, "log_likelihood": ll}))


def timed(call):
    begin = time.perf_counter()
    result = call()
    return time.perf_counter() - begin, result
