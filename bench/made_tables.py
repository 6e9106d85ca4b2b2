"""Tables of many kinds for measuring a search: clusters that overlap, skewed, with heavy tails, of unequal
sizes and widths, curved, and rounded as measurements are. The same number gives the same table. And large ones."""

import numpy as np

KINDS = ("overlapping", "skewed", "heavy tails", "unequal", "curved", "rounded")
FAMILIES = ("full", "diag", "tied", "spherical")


def covariance(rng, d, spread):
    """A random covariance: random axes, variances over a range of `spread` decades."""
    axes, _ = np.linalg.qr(rng.standard_normal((d, d)))
    return axes @ np.diag(10.0 ** (spread * rng.uniform(-1, 0, d))) @ axes.T


def clusters(rng, n, d, k, apart, spread, weights, draw):
    means = apart * rng.standard_normal((k, d))
    roots = [np.linalg.cholesky(covariance(rng, d, spread)) for _ in range(k)]
    label = rng.choice(k, size=n, p=weights)
    z = draw(n, d)
    return np.array([means[c] + roots[c] @ row for c, row in zip(label, z)])


def table(number):
    """(kind, table, family, K) of one problem."""
    rng = np.random.default_rng(7000 + number)
    kind = KINDS[number % len(KINDS)]
    d = int(rng.choice([1, 2, 2, 3, 4, 5, 7, 10]))
    k_true = int(rng.integers(2, 9))
    n = int(np.exp(rng.uniform(np.log(80), np.log(5000))))
    n = max(n, 12 * k_true * (1 + d // 3))
    normal, even = rng.standard_normal, np.full(k_true, 1 / k_true)

    def draw(rows, cols):
        return normal((rows, cols))
    if kind == "overlapping":
        x = clusters(rng, n, d, k_true, 1.0, 1.0, even, draw)
    elif kind == "skewed":
        x = clusters(rng, n, d, k_true, 2.0, 1.0, even, lambda r, c: rng.gamma(1.5, 1, (r, c)) - 1.5)
    elif kind == "heavy tails":
        x = clusters(rng, n, d, k_true, 3.0, 1.0, even, lambda r, c: normal((r, c)) / np.sqrt(rng.gamma(2, 0.5, (r, 1))))
    elif kind == "unequal":
        weights = 0.55 ** np.arange(k_true)
        x = clusters(rng, n, d, k_true, 1.5, 2.0, weights / weights.sum(), draw)
    elif kind == "curved":
        angle = rng.uniform(0, 1.5 * np.pi, n)
        x = np.column_stack([np.cos(angle) + 0.1 * normal(n), np.sin(angle) + 0.1 * normal(n),
                             *(0.3 * normal((max(d - 2, 0), n)) + 0.5 * np.sin(2 * angle))])[:, :d]
    else:
        x = np.round(5 * clusters(rng, n, d, k_true, 2.0, 1.0, even, draw) + 50, 0 if n < 1000 else 1)
    family = FAMILIES[int(rng.choice([0, 0, 1, 2, 3]))]
    k = int(np.clip(k_true + rng.integers(-1, 3), 2, 10))
    return kind, x, family, k


def large_clusters(rng, n, d, k, apart, shape):
    """K clusters of equal weight; "full": covariance A A^T, A = G / sqrt(D) + I, condition numbers in the
    hundreds; "diag": log-normal standard deviations."""
    means, z, x = rng.normal(0, apart, (k, d)), rng.integers(0, k, n), np.empty((n, d))
    for c in range(k):
        rows = z == c
        noise = rng.normal(0, 1, (rows.sum(), d))
        a = rng.normal(0, 1, (d, d)) / np.sqrt(d) + np.eye(d) if shape == "full" else np.diag(np.exp(rng.normal(0, 0.3, d)))
        x[rows] = means[c] + noise @ a.T
    return x


def pixels(rng, n):
    """Colours of a photograph that comes with scikit-learn (and wants Pillow): whole numbers, many of them equal."""
    from sklearn.datasets import load_sample_image
    x = load_sample_image("china.jpg").reshape(-1, 3).astype(float)
    return x[rng.choice(len(x), n, replace=False)]


# name: (family, K, table from a random generator)
LARGE = {
    "d64": ("full", 32, lambda rng: large_clusters(rng, 50_000, 64, 32, 2, "full")),
    "diag39": ("diag", 256, lambda rng: large_clusters(rng, 200_000, 39, 256, 1, "diag")),
    "d16": ("full", 32, lambda rng: large_clusters(rng, 200_000, 16, 32, 3, "full")),
    "china": ("full", 16, lambda rng: pixels(rng, 50_000)),
}
