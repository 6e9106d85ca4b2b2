"""What the estimator has from scikit-learn, or, where that is not installed, a stand-in.

With scikit-learn, ``GaussianMixture`` is one of its estimators: clones, pipelines, grid searches,
checks of input and parameters, feature names and ``set_output`` are scikit-learn's own.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _core, _input

FAMILIES = sorted({name for family in _core.families() for name in family[:2] if name is not None})

INSTALLED = True
if TYPE_CHECKING:
    from gmix._standin import (
        BaseEstimator,
        ConvergenceWarning,
        DensityMixin,
        NotFittedError,
        OutlierMixin,
        RegressorMixin,
        check_array,
        check_is_fitted,
        check_random_state,
        validate_data,
    )

    Interval: Any
    StrOptions: Any
    _check_feature_names: Any
    _check_n_features: Any
    _check_sample_weight: Any
    get_config: Any
else:
    try:
        from sklearn import get_config
        from sklearn.base import BaseEstimator, DensityMixin, OutlierMixin, RegressorMixin
        from sklearn.exceptions import ConvergenceWarning, NotFittedError
        from sklearn.utils import check_random_state
        from sklearn.utils._param_validation import Interval, StrOptions
        from sklearn.utils.validation import (
            _check_feature_names,
            _check_n_features,
            _check_sample_weight,
            check_array,
            check_is_fitted,
            validate_data,
        )
    except ImportError:
        from gmix._standin import (
            BaseEstimator,
            ConvergenceWarning,
            DensityMixin,
            NotFittedError,
            OutlierMixin,
            RegressorMixin,
            check_array,
            check_is_fitted,
            check_random_state,
            validate_data,
        )

        INSTALLED = False

__all__ = [
    "FAMILIES",
    "INSTALLED",
    "BaseEstimator",
    "ConvergenceWarning",
    "DensityMixin",
    "FitWarning",
    "Interval",
    "NotFittedError",
    "OutlierMixin",
    "RegressorMixin",
    "StrOptions",
    "array_api_is_on",
    "check_array",
    "check_columns",
    "check_is_fitted",
    "check_random_state",
    "validate_data",
    "validate_pair",
    "warn_of_fit",
    "warn_unconverged",
    "weights_of",
]


def check_columns(
    estimator: Any, X: Any, columns: Any, *, reset: bool, ensure_min_samples: int, allow_nan: bool
) -> None:
    """The checks of validate_data, for a frame that is not made an array of."""
    if INSTALLED and not columns.streamed:
        _check_feature_names(estimator, X, reset=reset)
        _check_n_features(estimator, columns, reset=reset)
    elif reset:
        estimator.n_features_in_ = columns.shape[1]
        estimator.feature_names_in_ = np.asarray(columns.names, dtype=object)
    elif columns.shape[1] != estimator.n_features_in_:
        raise ValueError(
            f"X has {columns.shape[1]} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input."
        )
    elif columns.streamed and list(getattr(estimator, "feature_names_in_", columns.names)) != columns.names:
        raise ValueError(
            "The feature names should match those that were passed during fit: they are "
            f"{columns.names}, and were {list(estimator.feature_names_in_)}"
        )
    for part in columns.parts:
        check_array(
            part,
            ensure_2d=False,
            dtype=None if INSTALLED else (np.float64, np.float32),
            ensure_all_finite="allow-nan" if allow_nan else True,
            ensure_min_samples=ensure_min_samples,
        )


def validate_pair(estimator: Any, X: Any, y: Any, *, allow_nan: bool) -> tuple[Any, Any]:
    """X and y as arrays of as many rows, checked; y of numbers, (N,) or (N, T)."""
    finite = "allow-nan" if allow_nan else True
    X, y = _input.numbers_of(X), _input.numbers_of(y, "y")
    if INSTALLED:
        checked: tuple[Any, Any] = validate_data(  # type: ignore[call-arg]
            estimator,
            X,
            y,
            dtype=[np.float64, np.float32],
            ensure_all_finite=finite,
            ensure_min_samples=2,
            multi_output=True,
            y_numeric=True,
        )
        return checked
    if y is None:
        raise ValueError("regression needs y")
    x = validate_data(estimator, X, ensure_all_finite=finite, ensure_min_samples=2)
    targets = check_array(y, ensure_2d=False)
    if len(targets) != len(x):
        raise ValueError(f"X has {len(x)} rows, y {len(targets)}")
    return x, targets


def weights_of(sample_weight: Any, X: Any) -> np.ndarray | None:
    """Row weights as N doubles, or None."""
    if sample_weight is None:
        return None
    sample_weight = _input.numbers_of(sample_weight, "sample_weight")
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
