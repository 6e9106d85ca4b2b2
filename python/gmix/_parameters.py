"""Parameters of a mixture: their shapes, precisions, and the model in C that they make.

A family lays its covariances out as (K, D, D) "full" and most others, (D, D) "tied", (K, D)
"diag", (K,) "spherical"; laws with factors, "mfa:Q", as loadings and uniquenesses behind one another.
Precisions have the same layout; ``precisions_cholesky_`` holds U with
U U^T = precision, upper triangular, or square roots.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from gmix import _core

Array = np.ndarray[Any, Any]

ILL_DEFINED = (
    "Fitting the mixture model failed because some components have ill-defined empirical "
    "covariance (for instance caused by singleton or collapsed samples). Try to decrease the "
    "number of components, increase reg_covar, or scale the input data."
)


@dataclass
class Parameters:
    """Weights (K,), means (K, D) and covariances in the family's layout, as doubles."""

    family: str
    weights: Array
    means: Array
    covariances: Array
    noise_weight: float = 0.0
    noise_box: tuple[Array, Array] | None = None

    def model(self, names: Any = None) -> _core.Model:
        """The mixture in C; ValueError if these are not the parameters of one."""
        k, d = self.means.shape
        lower, upper = self.noise_box or (None, None)
        return _core.model_new(
            self.family,
            k,
            d,
            np.ascontiguousarray(self.weights, dtype=np.float64),
            np.ascontiguousarray(self.means, dtype=np.float64),
            np.ascontiguousarray(self.covariances, dtype=np.float64),
            names,
            self.noise_weight,
            lower,
            upper,
        )

    @staticmethod
    def of(model: _core.Model) -> tuple[Parameters, int, list[str] | None]:
        """The parameters of a model, how many of them are free, and its feature names."""
        family, k, d, n_free, names, w, m, c, noise, lower, upper = _core.model_parts(model)
        box = (np.frombuffer(lower), np.frombuffer(upper)) if lower and upper else None
        p = Parameters(
            family,
            np.frombuffer(w).copy(),
            np.frombuffer(m).reshape(k, d).copy(),
            np.frombuffer(c).reshape(_core.family_dims(family, k, d)).copy(),
            noise,
            box,
        )
        return p, n_free, names


def has_matrices(family: str) -> bool:
    """True if covariances are matrices, of all components or a shared one."""
    factors = _core.family_n_factors(family) > 0
    return factors or len(_core.family_dims(family, 2, 3)) == 3 or family == "tied"


def parts_of(covariances: Array, family: str, k: int, d: int) -> dict[str, Array]:
    """The named arrays of a layout: "covariances", or "loadings" and "uniquenesses"."""
    flat = np.asarray(covariances, dtype=np.float64).ravel()
    return {
        name: flat[at : at + int(np.prod(dims))].reshape(dims)
        for name, dims, at in _core.family_parts(family, k, d)
    }


def has_factors(family: Any) -> bool:
    """True of the name of a law with factors, which scikit-learn has none of."""
    return isinstance(family, str) and _core.family_n_factors(family) > 0


def shown_covariances(p: Parameters) -> tuple[Array, dict[str, Array | None]]:
    """What an estimator has: covariances_, and loadings_ and uniquenesses_ or None."""
    if not has_factors(p.family):
        return p.covariances, {"loadings_": None, "uniquenesses_": None}
    k, d = p.means.shape
    parts = parts_of(p.covariances, p.family, k, d)
    dense = dense_covariances(p.covariances, p.family, k, d)
    return dense, {f"{name}_": part for name, part in parts.items()}


def factors_of(covariances: Array, family: str, k: int, d: int) -> tuple[Array, Array]:
    """Loadings (K, D, q) and uniquenesses (K, D) of a law with factors, whatever is common."""
    q = _core.family_n_factors(family)
    parts = parts_of(covariances, family, k, d)
    psi = parts["uniquenesses"]
    per_feature = _core.family_parts(family, k, d + 1)[1][1][-1] == d + 1
    if not per_feature:  # one, or one for each component
        psi = psi[:, np.newaxis]
    return np.broadcast_to(parts["loadings"], (k, d, q)), np.broadcast_to(psi, (k, d))


def cholesky_of_precisions(covariances: Array, family: str) -> Array:
    """U from covariances. ValueError, in scikit-learn's words, if one is not definite."""
    if not has_matrices(family):
        if not np.all(covariances > 0.0):
            raise ValueError(ILL_DEFINED)
        return np.asarray(1.0 / np.sqrt(covariances))
    try:
        lower = np.linalg.cholesky(covariances)
    except np.linalg.LinAlgError:
        raise ValueError(ILL_DEFINED) from None
    identity = np.broadcast_to(np.eye(lower.shape[-1], dtype=lower.dtype), lower.shape)
    inverse = np.tril(np.linalg.solve(lower, identity))
    return np.ascontiguousarray(np.swapaxes(inverse, -1, -2))


def cholesky_from_precisions(precisions: Array, family: str) -> Array:
    """U, upper triangular with U U^T = precision."""
    if not has_matrices(family):
        return np.sqrt(precisions)
    # The Cholesky factor of the precision with rows and columns in reverse is U in reverse.
    flipped = np.linalg.cholesky(precisions[..., ::-1, ::-1])
    return np.ascontiguousarray(flipped[..., ::-1, ::-1])


def precisions_from_cholesky(u: Array, family: str) -> Array:
    """U U^T, or squares."""
    return u @ np.swapaxes(u, -1, -2) if has_matrices(family) else u**2


def covariances_from_cholesky(u: Array, family: str) -> Array:
    """(U U^T)^-1, or reciprocal squares, in double precision."""
    u = np.asarray(u, dtype=np.float64)
    if not has_matrices(family):
        return np.asarray(1.0 / u**2)
    identity = np.broadcast_to(np.eye(u.shape[-1]), u.shape)
    inverse = np.linalg.solve(u, identity)
    return np.ascontiguousarray(np.swapaxes(inverse, -1, -2) @ inverse)


def dense_covariances(covariances: Array, family: str, k: int, d: int) -> Array:
    """(K, D, D), whatever the family."""
    c = np.asarray(covariances, dtype=np.float64)
    if c.ndim == 3:
        return c
    if _core.family_n_factors(family) > 0:
        loadings, psi = factors_of(c, family, k, d)
        return np.asarray(loadings @ np.swapaxes(loadings, 1, 2) + psi[:, :, None] * np.eye(d))
    if family == "tied":
        return np.broadcast_to(c, (k, d, d))
    variances = c if c.ndim == 2 else np.broadcast_to(c[:, np.newaxis], (k, d))
    return np.asarray(variances[:, :, np.newaxis] * np.eye(d))


def quiet_cholesky(covariances: Array, family: str) -> Array:
    """As cholesky_of_precisions; NaN where there is none."""
    try:
        return cholesky_of_precisions(covariances, family)
    except ValueError:
        return np.full(covariances.shape, np.nan)
