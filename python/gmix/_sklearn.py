"""What the estimator has from scikit-learn, or, where that is not installed, a stand-in.

With scikit-learn, ``GaussianMixture`` is one of its estimators: clones, pipelines, grid searches,
checks of input and parameters, feature names and ``set_output`` are scikit-learn's own.
"""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _core

FAMILIES = sorted(
    {name for family in _core.families() for name in family[:2] if name is not None}
)

INSTALLED = True
try:
    from sklearn import get_config
    from sklearn.base import BaseEstimator, DensityMixin
    from sklearn.exceptions import ConvergenceWarning, NotFittedError
    from sklearn.utils import check_random_state
    from sklearn.utils._param_validation import Interval, StrOptions
    from sklearn.utils.validation import (
        _check_sample_weight,
        check_array,
        check_is_fitted,
        validate_data,
    )
except ImportError:
    INSTALLED = False

if TYPE_CHECKING or not INSTALLED:

    class ConvergenceWarning(UserWarning):  # type: ignore[no-redef]
        """EM ended before it converged."""

    class NotFittedError(ValueError, AttributeError):  # type: ignore[no-redef]
        """The estimator was used before it was fitted."""

    class DensityMixin:  # type: ignore[no-redef]
        """The mark of an estimator of densities."""

        _estimator_type = "DensityEstimator"

    class BaseEstimator:  # type: ignore[no-redef]
        """Parameters by the names of the constructor's arguments."""

        @classmethod
        def _names(cls) -> list[str]:
            return sorted(name for name in inspect.signature(cls).parameters if name != "self")

        def get_params(self, deep: bool = True) -> dict[str, Any]:
            """The parameters, by name."""
            return {name: getattr(self, name) for name in self._names()}

        def set_params(self, **params: Any) -> Any:
            """Sets parameters; gives the estimator itself."""
            for name, value in params.items():
                if name not in self._names():
                    raise ValueError(
                        f"Invalid parameter {name!r} for estimator {self!r}. "
                        f"Valid parameters are: {self._names()!r}."
                    )
                setattr(self, name, value)
            return self

        def __repr__(self) -> str:
            defaults = inspect.signature(type(self)).parameters
            said = [
                f"{name}={value!r}"
                for name, value in self.get_params().items()
                if value is not defaults[name].default and value != defaults[name].default
            ]
            return f"{type(self).__name__}({', '.join(said)})"

    def check_random_state(seed: Any) -> np.random.RandomState:
        """A generator from None, a seed or a generator."""
        if seed is None:
            return np.random.mtrand._rand  # type: ignore[attr-defined,no-any-return]
        return seed if isinstance(seed, np.random.RandomState) else np.random.RandomState(seed)

    def check_is_fitted(estimator: Any) -> None:
        """Raises NotFittedError unless there are fitted attributes."""
        if not any(name.endswith("_") and name[0] != "_" for name in vars(estimator)):
            raise NotFittedError(
                f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' with "
                "appropriate arguments before using this estimator."
            )

    def check_array(
        array: Any,
        *,
        dtype: Any = (np.float64, np.float32),
        ensure_2d: bool = True,
        allow_nd: bool = False,
        ensure_all_finite: bool | str = True,
        ensure_min_samples: int = 1,
    ) -> Any:
        """An array of float64 or float32, checked."""
        out = np.asarray(array)
        if out.dtype not in (np.float64, np.float32):
            out = out.astype(np.float64)
        if ensure_2d and out.ndim != 2:
            raise ValueError(f"Expected 2D array, got {out.ndim}D array instead")
        if ensure_2d and out.shape[0] < ensure_min_samples:
            raise ValueError(
                f"Found array with {out.shape[0]} sample(s) (shape={out.shape}) while a "
                f"minimum of {ensure_min_samples} is required."
            )
        bad = np.isinf(out) if ensure_all_finite == "allow-nan" else ~np.isfinite(out)
        if bad.any():
            what = "NaN" if np.isnan(out[bad]).any() else "infinity"
            raise ValueError(f"Input X contains {what}.")
        return out

    def validate_data(estimator: Any, X: Any, *, reset: bool = True, **checks: Any) -> Any:
        """Checks X, and that it has the features that the estimator has seen."""
        names = getattr(X, "columns", None)
        out = check_array(X, **checks)
        if reset:
            estimator.n_features_in_ = out.shape[1]
            if names is not None and all(isinstance(name, str) for name in names):
                estimator.feature_names_in_ = np.asarray(names, dtype=object)
        elif out.shape[1] != estimator.n_features_in_:
            raise ValueError(
                f"X has {out.shape[1]} features, but {type(estimator).__name__} is expecting "
                f"{estimator.n_features_in_} features as input."
            )
        return out


def weights_of(sample_weight: Any, X: Any) -> np.ndarray | None:
    """Row weights as N doubles, or None."""
    if sample_weight is None:
        return None
    if INSTALLED:
        # X may be a table of columns: only its rows count here.
        rows = np.empty((X.shape[0], 1))
        checked = _check_sample_weight(sample_weight, rows, dtype=np.float64)
    else:
        checked = np.broadcast_to(np.asarray(sample_weight, dtype=np.float64), X.shape[:1])
    return np.ascontiguousarray(checked)


def array_api_is_on() -> bool:
    """True if scikit-learn dispatches to the array API."""
    return INSTALLED and bool(get_config()["array_api_dispatch"])


def warn_unconverged(text: str) -> None:
    """A ConvergenceWarning at the caller of fit."""
    warnings.warn(text, ConvergenceWarning, stacklevel=4)


class FitWarning(UserWarning):
    """What gmix found in a fit that a person should know."""


def warn_of_fit(text: str) -> None:
    """A FitWarning at the caller of fit."""
    warnings.warn(text, FitWarning, stacklevel=5)
