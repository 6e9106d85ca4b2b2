"""Tables nobody tuned the search to: recipes with fresh seeds, and random rows and columns of real tables.

unseen(seed, number, folders) is the same table for the same arguments and files: odd numbers are cut from
a real table, where there are any, even ones are made."""

import csv
import functools
import math
from pathlib import Path

import numpy as np

from made_tables import clusters

NOT_AVAILABLE = ("", "NA", "NaN", "nan", "?")


def scales(rng, d):
    """Units of d features: now and then they differ by powers of ten."""
    return 10.0 ** rng.integers(-4, 5, d) if rng.random() < 0.35 else np.ones(d)


def shares(rng, k, uneven):
    """Weights of k groups."""
    return rng.dirichlet(np.full(k, 1.0 if uneven else 20.0))


def normal(rng):
    return lambda rows, cols: rng.standard_normal((rows, cols))


def heavy(rng):
    return lambda rows, cols: rng.standard_normal((rows, cols)) / np.sqrt(rng.gamma(1.5, 1 / 1.5, (rows, 1)))


def groups(rng, n, d, k, apart=3.0, spread=1.0, uneven=False, draw=None):
    return clusters(rng, n, d, k, apart, spread, shares(rng, k, uneven), (draw or normal)(rng))


def overlapping(rng, n, d, k):
    return groups(rng, n, d, k, apart=1.2)


def unequal(rng, n, d, k):
    return groups(rng, n, d, k, spread=2.0, uneven=True)


def heavy_tails(rng, n, d, k):
    return groups(rng, n, d, k, apart=4.0, draw=heavy)


def log_normal(rng, n, d, k):
    return np.exp(0.6 * groups(rng, n, d, k, apart=1.5))


def gamma(rng, n, d, k):
    return groups(rng, n, d, k, draw=lambda g: lambda rows, cols: g.gamma(1.5, 1, (rows, cols)) - 1.5)


def rounded(rng, n, d, k):
    step = 10.0 ** -rng.integers(0, 2)
    return np.round(groups(rng, n, d, k, apart=2.5) * rng.uniform(1, 10) / step) * step


def counts(rng, n, d, k):
    rates = np.exp(rng.normal(1.5, 0.8, (k, d)))
    x = rng.poisson(rates[rng.choice(k, n, p=shares(rng, k, True))] * rng.gamma(4, 0.25, (n, 1)))
    zeros = rng.random((n, d)) < rng.uniform(0, 0.4, d)
    return np.where(zeros, 0, x).astype(float)


def missing(rng, n, d, k):
    x = groups(rng, n, d, k)
    x[rng.random(x.shape) < rng.uniform(0.01, 0.15)] = np.nan
    return x[~np.isnan(x).all(axis=1)]


def narrow_within_wide(rng, n, d, k):
    """One wide group, and in it narrow ones, 10 to 1000 times as narrow."""
    x = groups(rng, n, d, 1)
    label = rng.choice(k, n, p=shares(rng, k, False))
    for group in range(1, k):
        rows = label == group
        x[rows] = rng.standard_normal(d) + 10.0 ** -rng.uniform(1, 3) * rng.standard_normal((rows.sum(), d))
    return x


def far_apart(rng, n, d, k):
    return groups(rng, n, d, k, apart=10.0 ** rng.uniform(1.5, 4), uneven=True)


RECIPES = (groups, overlapping, unequal, heavy_tails, log_normal, gamma, rounded, counts, missing,
           narrow_within_wide, far_apart)


def usable(x):
    """Without columns that are constant or almost empty; None if too little is left."""
    seen = [column[~np.isnan(column)] for column in x.T]
    x = x[:, [len(v) >= 20 and np.ptp(v) > 0 for v in seen]]
    x = x[~np.isnan(x).all(axis=1)] if x.shape[1] else x
    return x if x.shape[1] and len(x) >= 40 else None


def made(rng):
    recipe = RECIPES[rng.integers(len(RECIPES))]
    d, k = int(rng.choice([1, 2, 2, 3, 4, 5, 6, 8])), int(rng.integers(1, 8))
    n = int(np.exp(rng.uniform(np.log(60), np.log(3000))))
    x = recipe(rng, max(n, 10 * k), d, max(k, 2) if recipe is narrow_within_wide else k)
    return recipe.__name__, usable(x * scales(rng, x.shape[1]))


def read(path):
    with open(path, newline="") as file:
        rows = list(csv.reader(file))[1:]
    return np.array([[math.nan if cell in NOT_AVAILABLE else float(cell) for cell in row] for row in rows])


def is_numeric(path):
    try:
        read(path)
    except ValueError:  # a name or a class in some column
        return False
    return True


@functools.cache
def real_files(folders):
    found = [path for folder in folders if Path(folder).is_dir() for path in Path(folder).glob("*.csv")
             if ".labels" not in path.name and path.name not in ("best_known.csv", "mclust_bic.csv") and is_numeric(path)]
    return sorted(found, key=lambda path: path.name)


def cut(rng, path):
    """Some rows and columns of a real table, in units of their own."""
    x = read(path)
    columns = rng.permutation(x.shape[1])[: int(rng.integers(1, min(8, x.shape[1]) + 1))]
    n = min(3000, int(len(x) * rng.uniform(0.4, 1.0)))
    x = x[np.sort(rng.choice(len(x), n, replace=False))][:, columns]
    return path.stem, usable(x * scales(rng, x.shape[1]))


def unseen(seed, number, folders):
    """(kind, table)."""
    files = real_files(tuple(folders))
    for attempt in range(100):
        rng = np.random.default_rng([seed, number, attempt])
        kind, x = cut(rng, files[rng.integers(len(files))]) if number % 2 and files else made(rng)
        if x is not None:
            return f"{kind} {number}, {x.shape[0]} x {x.shape[1]}", x
    raise RuntimeError(f"no usable table {number} with seed {seed}")
