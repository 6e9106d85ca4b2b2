"""The data sets: what they are, and `python workloads.py DIR NAME...` to write them.

Recipe, for N rows, D features, K components and a fixed seed: weights ~ Dirichlet(10); covariance
k = Q diag(exp(h u)) Q' with u uniform on [-1, 1] and Q a random rotation (diag: Q = I); the components
come in groups of about four, with means S (centre of the group) + s z, z and the centres N(0, I).
The spreads s and S are found by bisection, so that two facts under the true parameters hold:

  mixed  h = 0.5; a row's largest responsibility is 0.85 on average, and half of all responsibilities
         are zero in double precision (below 1e-16): clusters a person would tell apart, with many
         rows between two or three of them
  heavy  h = 0.1; the largest is 0.5 on average, S = 0: hardly any responsibility is zero, so that
         skipping zeros gains nothing

The start: equal weights; means moved by N(0, 0.3^2) standard deviations; covariances mixed half and
half with their mean.  Rows are independent draws, so the first n rows are a data set of the same kind.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple


class Workload(NamedTuple):
    name: str
    family: str
    d: int
    k: int
    n: int

    def title(self):
        return f"{self.family} D={self.d} K={self.k} N={self.n:.0e}".replace("e+0", "e")


WORKLOADS = [
    Workload("full-d2", "full", 2, 8, 1_000_000),
    Workload("full-d16", "full", 16, 32, 200_000),
    Workload("full-d64", "full", 64, 32, 50_000),
    Workload("diag-d39", "diag", 39, 256, 200_000),
    Workload("full-d1", "full", 1, 4, 1_000_000),
]
VARIANTS = ("mixed", "heavy")
RECIPE = 2  # raise it when data sets change: they are then written anew


def stem(directory, workload, variant):
    return Path(directory) / f"{workload.name}-{variant}-r{RECIPE}"


def truth(w, h, s, apart, rng):
    import numpy as np

    weights = rng.dirichlet(np.full(w.k, 10.0))
    n_groups = max(2, w.k // 4)
    group = np.arange(w.k) % n_groups
    if w.d == 1:  # evenly spaced
        means = (apart * group + s * (np.arange(w.k) // n_groups))[:, None]
    else:
        means = s * rng.standard_normal((w.k, w.d))
        means += apart * rng.standard_normal((n_groups, w.d))[group]
    values = np.exp(h * rng.uniform(-1, 1, (w.k, w.d)))
    turns = [np.linalg.qr(rng.standard_normal((w.d, w.d)))[0] for _ in range(w.k)]
    if w.family == "diag":
        turns = [np.eye(w.d)] * w.k
    return weights, means, values, turns


def draw(n, weights, means, values, turns, rng):
    import numpy as np

    labels = rng.choice(len(weights), n, p=weights)
    x = rng.standard_normal((n, means.shape[1]))
    for k in range(len(weights)):
        rows = labels == k
        x[rows] = (x[rows] * np.sqrt(values[k])) @ turns[k].T + means[k]
    return x


def responsibilities(x, weights, means, values, turns):
    import numpy as np

    log_p = np.empty((len(x), len(weights)))
    for k in range(len(weights)):
        z = (x - means[k]) @ turns[k]
        log_p[:, k] = np.log(weights[k]) - 0.5 * ((z * z / values[k]) + np.log(values[k])).sum(1)
    p = np.exp(log_p - log_p.max(1, keepdims=True))
    return p / p.sum(1, keepdims=True)


def bisect(too_low, low, high, steps=12):
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if too_low(middle) else (low, middle)
    return (low + high) / 2


def spreads(w, variant, sample):
    """(s, S); sample(s, S) gives responsibilities of some rows."""
    if variant == "heavy":
        def largest(s):
            return sample(s, s if w.d == 1 else 0.0).max(1).mean()
        s = bisect(lambda v: largest(v) < 0.5, 0.0, 10.0)
        return s, s if w.d == 1 else 0.0
    s, apart = 1.0, 1.0
    for _ in range(4):
        apart = bisect(lambda v: (sample(s, v) > 1e-16).mean() > 0.5, 0.0, 40.0)
        s = bisect(lambda v: sample(v, apart).max(1).mean() < 0.85, 0.0, 10.0)
    return s, apart


def make(w, variant, version=20):
    """(truth, s, S, X, responsibilities of some rows), other ones for every version."""
    import numpy as np

    h = {"mixed": 0.5, "heavy": 0.1}[variant]
    seed = [version, WORKLOADS.index(w), VARIANTS.index(variant)]

    def at(s, apart, n):
        true = truth(w, h, s, apart, np.random.default_rng(seed))
        x = draw(n, *true, np.random.default_rng(seed + [1]))
        return true, x, responsibilities(x[:2000], *true)

    s, apart = spreads(w, variant, lambda s, apart: at(s, apart, 2000)[2])
    true, x, r = at(s, apart, w.n)
    return true, s, apart, x, r


def write(directory, w, variant):
    import numpy as np

    (weights, means, values, turns), s, apart, x, r = make(w, variant)
    rng = np.random.default_rng([20, WORKLOADS.index(w), VARIANTS.index(variant), 2])
    start_means = means + 0.3 * rng.standard_normal(means.shape)
    if w.family == "diag":
        cov = values
    else:
        cov = np.stack([(q * v) @ q.T for q, v in zip(turns, values)])
    start_cov = 0.5 * cov + 0.5 * cov.mean(0)
    start_weights = np.full(w.k, 1 / w.k)
    path = str(stem(directory, w, variant))
    np.save(path + ".start.weights.npy", start_weights)
    np.save(path + ".start.means.npy", start_means)
    np.save(path + ".start.covariances.npy", start_cov)
    model = {"format": "gmix-model", "version": 1, "covariance": w.family,
             "weights": start_weights.tolist(), "means": start_means.tolist(),
             "covariances": start_cov.tolist()}
    Path(path + ".start.json").write_text(json.dumps(model))
    facts = {"s": s, "S": apart, "mean_largest": r.max(1).mean(), "nonzero": (r > 1e-16).mean(),
             "above_1_percent": (r > 0.01).sum(1).mean()}
    np.save(path + ".npy", x)
    Path(path + ".json").write_text(json.dumps(facts))


class Data(NamedTuple):
    """A data set, or its first rows, as files."""

    workload: Workload
    variant: str
    file: str
    start: str     # prefix of .weights.npy, ..., .json
    rows: int
    scale: float   # N / rows

    @property
    def family(self):
        return self.workload.family


def data(directory, workload, variant, share=1.0):
    """Where `write` puts the data set; `share` of its rows is cut into a file of its own."""
    path = str(stem(directory, workload, variant))
    rows = int(workload.n * share)
    file = f"{path}.npy" if rows == workload.n else f"{path}-first{rows}.npy"
    return Data(workload, variant, file, path + ".start", rows, workload.n / rows)


def cut(directory, share):
    """Writes the first rows of all data sets."""
    import numpy as np

    for w in WORKLOADS:
        for variant in VARIANTS:
            whole, part = data(directory, w, variant), data(directory, w, variant, share)
            if Path(whole.file).exists() and not Path(part.file).exists():
                np.save(part.file, np.load(whole.file)[: part.rows])


if __name__ == "__main__":
    target_dir = Path(sys.argv[1])
    target_dir.mkdir(exist_ok=True)
    names = [a for a in sys.argv[2:] if not a[0].isdigit()]
    for w in WORKLOADS:
        for variant in VARIANTS:
            if w.name in names and not Path(f"{stem(target_dir, w, variant)}.json").exists():
                print(f"writing {w.name} {variant}", file=sys.stderr)
                write(target_dir, w, variant)
    for share in (a for a in sys.argv[2:] if a[0].isdigit()):
        cut(target_dir, float(share))
