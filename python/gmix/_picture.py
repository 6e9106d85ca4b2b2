"""A picture of two features of a mixture, by matplotlib."""

from __future__ import annotations

from typing import Any

import numpy as np

from gmix._parameters import Array, dense_covariances


def draw(mixture: Any, X: Any, features: tuple[Any, Any], ax: Any) -> Any:
    """See ``GaussianMixture.plot``. A mixture of one feature is drawn as a density."""
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("plot needs matplotlib: pip install matplotlib") from None
    ax = plt.subplots()[1] if ax is None else ax
    labels = [] if X is None else mixture.predict(X)
    if mixture.n_features_in_ == 1:
        return _draw_density(mixture, None if X is None else np.asarray(X)[:, 0], ax)
    first, second = (mixture._index(feature) for feature in features)
    if X is not None:
        rows = np.asarray(X)
        ax.scatter(rows[:, first], rows[:, second], c=[f"C{c % 10}" for c in labels], s=6)
    flat = mixture.marginal([first, second])
    covariances = _dense(flat)
    circle = np.linspace(0.0, 2.0 * np.pi, 121)
    unit = np.stack([np.cos(circle), np.sin(circle)])
    for c, mean in enumerate(flat.means_):
        outline = np.linalg.cholesky(covariances[c]) @ unit
        for n_sd in (1.0, 2.0):
            x, y = mean[:, np.newaxis] + n_sd * outline
            ax.plot(x, y, color=f"C{c % 10}", linewidth=1.5 / n_sd)
    names = mixture._names() or [f"feature {j}" for j in range(mixture.n_features_in_)]
    ax.set_xlabel(names[first])
    ax.set_ylabel(names[second])
    return ax


def _dense(mixture: Any) -> Array:
    """Covariances as (K, D, D), whatever the family."""
    p = mixture._parameters()
    return dense_covariances(p.covariances, p.family, *p.means.shape)


def _draw_density(mixture: Any, x: Any, ax: Any) -> Any:
    means, sd = mixture.means_[:, 0], np.sqrt(_dense(mixture)[:, 0, 0])
    at = np.linspace((means - 4.0 * sd).min(), (means + 4.0 * sd).max(), 401)
    if x is not None:
        ax.hist(x, bins="auto", density=True, alpha=0.4, color="grey")
    parts = mixture.weights_ * np.exp(-0.5 * ((at[:, None] - means) / sd) ** 2)
    parts = parts / (sd * np.sqrt(2.0 * np.pi))
    for c in range(len(means)):
        ax.plot(at, parts[:, c], color=f"C{c % 10}", linewidth=1.0)
    ax.plot(at, parts.sum(axis=1), color="black")
    ax.set_xlabel((mixture._names() or ["feature 0"])[0])
    ax.set_ylabel("density")
    return ax
