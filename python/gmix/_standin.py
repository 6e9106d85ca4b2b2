"""What the estimator needs of scikit-learn where that is not installed, in short."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np


class ConvergenceWarning(UserWarning):
    """EM ended before it converged."""


class NotFittedError(ValueError, AttributeError):
    """The estimator was used before it was fitted."""


class DensityMixin:
    """The mark of an estimator of densities."""

    _estimator_type = "DensityEstimator"


class OutlierMixin:
    """The mark of a detector of outliers."""

    _estimator_type = "outlier_detector"

    if TYPE_CHECKING:

        def fit(self, X: Any, y: Any = None) -> Any: ...
        def predict(self, X: Any) -> Any: ...
        def __sklearn_tags__(self) -> Any: ...

    def fit_predict(self, X: Any, y: Any = None) -> Any:
        """Fits, and gives -1 for anomalies, 1 for normal rows."""
        return self.fit(X).predict(X)


class RegressorMixin:
    """The mark of a regressor, and its score."""

    _estimator_type = "regressor"

    if TYPE_CHECKING:

        def predict(self, X: Any) -> Any: ...
        def __sklearn_tags__(self) -> Any: ...

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R2: the share of the variance of y that predictions explain."""
        y = np.asarray(y, dtype=np.float64)
        w = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight)
        left = np.average((y - self.predict(X)) ** 2, axis=0, weights=w)
        around = np.average((y - np.average(y, axis=0, weights=w)) ** 2, axis=0, weights=w)
        return float(np.mean(1.0 - left / around))


class BaseEstimator:
    """Parameters by the names of the constructor's arguments."""

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return sorted(name for name in inspect.signature(cls).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters, by name."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params: Any) -> Any:
        """Sets parameters; gives the estimator itself."""
        for name, value in params.items():
            if name not in self._parameter_names():
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {self!r}. "
                    f"Valid parameters are: {self._parameter_names()!r}."
                )
            setattr(self, name, value)
        return self

    def _validate_params(self) -> None:
        """Nothing: the library refuses what it cannot use."""

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def __sklearn_tags__(self) -> Any:
        raise ImportError("tags need scikit-learn")

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
        return np.random.mtrand._rand
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
