#!/usr/bin/env python3
"""Prints the cases of truncated_samples.c: maxima of the likelihood of Old Faithful's eruptions, of which those within bounds
alone are kept, given that they are within; and of a histogram of them.

    log L = sum_n log f(x_n) - N log [F(b) - F(a)],  f, F of the mixture of the whole population

of mixtures that have a ten-thousandth of their mass within, which is where differences of F still have digits.

By Nelder-Mead from many starts and BFGS, of nothing but that formula. Run by hand, from the root of the tree, with
numpy and scipy.
"""
import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

X = np.genfromtxt("data/faithful.csv", delimiter=",", skip_header=1)[:, 0]
CASES = [  # name, a, b, K, equal variances, width of bins or 0
    ("above, K = 1", 3.0, np.inf, 1, False, 0),
    ("within, K = 2", 1.8, 4.6, 2, False, 0),
    ("within, K = 2, equal", 1.8, 4.6, 2, True, 0),
    ("below, K = 2", -np.inf, 4.5, 2, False, 0),
    ("binned, K = 2", 1.8, 4.6, 2, False, 0.2),
]


def parameters(t, k, equal):
    w = np.exp(np.append(0.0, t[: k - 1]))
    return w / w.sum(), t[k - 1 : 2 * k - 1], np.exp(t[2 * k - 1 :]) * np.ones(k)


def main():
    rng = np.random.default_rng(1)
    for name, a, b, k, equal, width in CASES:
        x = X[(X > a) & (X < b)]
        edges = np.arange(round((b - a) / width) + 1) * width + a if width else None
        counts = np.histogram(x, edges)[0] if width else None

        def minus(t):
            w, mu, sd = parameters(t, k, equal)
            with np.errstate(all="ignore"):
                inside = (w * (norm.cdf(b, mu, sd) - norm.cdf(a, mu, sd))).sum()
                if width:
                    cdf = (w * norm.cdf(edges[:, None], mu, sd)).sum(axis=1)
                    value = (counts * np.log(np.diff(cdf) / inside)).sum()
                else:
                    value = np.log((w * norm.pdf(x[:, None], mu, sd)).sum(axis=1)).sum() - len(x) * np.log(inside)
            return -value if np.isfinite(value) and sd.min() > 0.02 and inside > 1e-4 else 1e9

        best = None
        for _ in range(30):
            start = np.concatenate(
                [rng.normal(0, 1, k - 1), rng.choice(x, k), np.log(rng.uniform(0.2, 0.8, 1 if equal else k))]
            )
            found = minimize(minus, start, method="Nelder-Mead", options={"maxfev": 20000, "xatol": 1e-11, "fatol": 1e-13})
            found = minimize(minus, found.x, method="BFGS", options={"gtol": 1e-9})
            best = found if best is None or found.fun < best.fun else best
        w, mu, sd = parameters(best.x, k, equal)
        order = np.argsort(mu)
        numbers = [f"{{{', '.join(f'{v:.7f}' for v in p[order])}}}" for p in (w, mu, sd)]
        print(f'{{"{name}", {len(x)}, {-best.fun:.8f}, {", ".join(numbers)}}},')


if __name__ == "__main__":
    main()
