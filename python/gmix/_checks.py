"""Checks of what the user gives as a start, in scikit-learn's words."""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

from gmix import _core
from gmix._parameters import Array, has_matrices
from gmix._sklearn import check_array

_FLOATS = [np.float64, np.float32]


def check_shape(array: Array, shape: tuple[int, ...], name: str) -> None:
    """ValueError unless the array has the shape."""
    if array.shape != shape:
        raise ValueError(
            f"The parameter '{name}' should have the shape of {shape}, but got {array.shape}"
        )


def check_weights(weights: Any, k: int) -> Array:
    """Weights (K,): from 0 to 1, of sum 1."""
    out: Array = check_array(weights, dtype=_FLOATS, ensure_2d=False)
    check_shape(out, (k,), "weights")
    if np.any(out < 0.0) or np.any(out > 1.0):
        # scikit-learn's sentence has its numbers the wrong way round; programs may read it.
        raise ValueError(
            "The parameter 'weights' should be in the range [0, 1], but got max value "
            f"{out.min():.5f}, min value {out.max():.5f}"
        )
    if abs(1.0 - out.sum()) > (1e-6 if out.dtype == np.float32 else 1e-8):
        raise ValueError(
            f"The parameter 'weights' should be normalized, but got sum(weights) = {out.sum():.5f}"
        )
    return out


def check_means(means: Any, k: int, d: int) -> Array:
    """Means (K, D)."""
    out: Array = check_array(means, dtype=_FLOATS, ensure_2d=False)
    check_shape(out, (k, d), "means")
    return out


def check_precisions(precisions: Any, family: str, k: int, d: int) -> Array:
    """Precisions in the family's layout: positive, or symmetric and positive definite."""
    out: Array = check_array(precisions, dtype=_FLOATS, ensure_2d=False, allow_nd=True)
    check_shape(out, _core.family_dims(family, k, d), f"{family} precision")
    if not has_matrices(family):
        if np.any(out <= 0.0):
            raise ValueError(f"'{family} precision' should be positive")
        return out
    symmetric = np.allclose(out, np.swapaxes(out, -1, -2))
    if not symmetric or not np.all(np.linalg.eigvalsh(out) > 0.0):
        raise ValueError(f"'{family} precision' should be symmetric, positive-definite")
    return out


def check_options(options: dict[str, Any] | None) -> dict[str, Any]:
    """Further options of gmix's fit: not those that are parameters of the class."""
    named = {"n_components": "n_components", "covariance": "covariance_type"}
    for name in options or {}:
        if name in named:
            raise TypeError(f"{name!r} is not among the options: it is {named[name]!r}")
    return options or {}


def listed(several: Any) -> str:
    """Numbers or names as the library lists them."""
    if isinstance(several, (str, Integral)):
        return str(several)
    return ",".join(str(one) for one in several)
