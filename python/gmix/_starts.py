"""Where EM starts in scikit-learn's way: its four starts, with the numbers that it would draw.

The same ``random_state`` gives the same start as scikit-learn: k-means draws, stops and refills
empty clusters as scikit-learn's does, and rows and responsibilities are drawn alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gmix import _core, _input
from gmix._parameters import (
    ILL_DEFINED,
    Array,
    Parameters,
    cholesky_from_precisions,
    covariances_from_cholesky,
)

_BLOCK = 16384


@dataclass
class Start:
    """A start as arguments of the fit in C, and what its weights lack of 1, as a logarithm."""

    init: str
    model: _core.Model | None = None
    labels: Array | None = None
    memberships: Array | None = None
    log_total: float = 0.0
    options: dict[str, str] = field(default_factory=dict)


def aligned(X: Array) -> Array:
    """The array as C takes it: native byte order, strides that are whole items."""
    X = X if X.dtype.isnative else X.astype(X.dtype.newbyteorder("="))
    whole = X.flags.aligned and all(stride % X.itemsize == 0 for stride in X.strides)
    return X if whole else np.ascontiguousarray(X).copy()


def from_labels(labels: Array, k: int) -> Start:
    """Every row in the component of its label."""
    return Start("labels", labels=labels)


def from_memberships(resp: Array) -> Start:
    """Every row in every component, to a degree."""
    return Start("memberships", memberships=resp)


def from_rows(X: Array, rows: Array, family: str, reg: float) -> Start:
    """One row each: the M-step of responsibilities that are 1 there and 0 elsewhere.

    A component's scatter is 0, so that its covariance is the regularisation alone. For "tied"
    scikit-learn takes the second moments of all rows over K, and so does this.
    """
    k, d = len(rows), X.shape[1]
    means = np.asarray(X[rows], dtype=np.float64)
    shape = _core.family_dims(family, k, d)
    covariances = np.zeros(shape)
    if family == "tied":
        for first in range(0, X.shape[0], _BLOCK):
            block = np.asarray(X[first : first + _BLOCK], dtype=np.float64)
            covariances += block.T @ block
        covariances = (covariances - means.T @ means) / k
    if reg == 0.0 and family != "tied":
        raise ValueError(ILL_DEFINED)
    covariances += reg * (np.eye(d) if shape[-1:] == (d,) and shape[-2:-1] == (d,) else 1.0)
    if family == "diag":
        covariances = np.full(shape, reg)
    start = Parameters(family, np.full(k, 1.0 / k), means, covariances)
    return Start("model", model=start.model(), log_total=math.log(k / X.shape[0]))


def kmeans_labels(X: Array, weights: Array | None, k: int, rng: Any, n_threads: int) -> Array:
    """Labels (N,) of k-means, by scikit-learn's draws."""
    n, d = X.shape
    draws = rng.random_sample(_core.kmeans_n_draws(k))
    labels = np.zeros(n, dtype=np.int32)
    if k > 1:
        centres = np.empty((k, d))
        _core.kmeans(
            _input.for_c(X), weights, k, None, draws, 300, 1e-4, centres, labels, None, n_threads
        )
    return labels


def seeds(X: Array, weights: Array | None, k: int, rng: Any, n_threads: int) -> Array:
    """K row numbers by greedy k-means++, by scikit-learn's draws."""
    draws = rng.random_sample(_core.kmeans_n_draws(k))
    rows = np.empty(k, dtype=np.uintp)
    centres = np.empty((k, X.shape[1]))
    _core.kmeans(_input.for_c(X), weights, k, None, draws, 0, 1e-4, centres, None, rows, n_threads)
    return rows


def random_memberships(n: int, k: int, dtype: Any, rng: Any) -> Array:
    """(N, K) uniform numbers, rows scaled to sum to 1."""
    resp = rng.uniform(size=(n, k))
    if dtype == np.float32:
        resp = resp.astype(np.float32)
    resp /= resp.sum(axis=1)[:, np.newaxis]
    return np.ascontiguousarray(resp, dtype=np.float64)


def draw(
    how: str,
    X: Array,
    weights: Array | None,
    k: int,
    family: str,
    reg: float,
    rng: Any,
    n_threads: int,
) -> Start:
    """The start that ``init_params`` names."""
    if how == "random":
        return from_memberships(random_memberships(X.shape[0], k, X.dtype, rng))
    if how == "random_from_data":
        return from_rows(X, rng.choice(X.shape[0], size=k, replace=False), family, reg)
    if how == "k-means++":
        return from_rows(X, seeds(X, weights, k, rng, n_threads), family, reg)
    return from_labels(kmeans_labels(X, weights, k, rng, n_threads), k)


def with_empty(p: Parameters, used: Array, k: int, n: float, reg: float) -> Parameters:
    """Adds the components that no row started in, as scikit-learn has them: next to no weight,
    the mean 0, and the regularisation for a covariance.
    """
    d = p.means.shape[1]
    least = 10.0 * np.finfo(np.float64).eps
    weights, means = np.full(k, least / n), np.zeros((k, d))
    weights[used], means[used] = p.weights, p.means
    covariances = p.covariances
    if p.family != "tied":
        shape = _core.family_dims(p.family, k, d)
        covariances = np.zeros(shape) + reg * (np.eye(d) if len(shape) == 3 else 1.0)
        covariances[used] = p.covariances
    return Parameters(p.family, weights / weights.sum(), means, covariances)


def override(p: Parameters, weights: Any, means: Any, precisions: Any) -> Parameters:
    """The parameters with those that the user gave in their place."""
    if precisions is not None:
        u = cholesky_from_precisions(np.asarray(precisions, dtype=np.float64), p.family)
        precisions = covariances_from_cholesky(u, p.family)
    return Parameters(
        p.family,
        p.weights if weights is None else np.asarray(weights, dtype=np.float64),
        p.means if means is None else np.asarray(means, dtype=np.float64),
        p.covariances if precisions is None else precisions,
    )
