"""Words that parameters of several estimators may be: for types, and for checks."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Literal, get_args

from gmix import _sklearn

Criterion = Literal["bic", "icl", "aic", "aicc", "cv"]
Search = Literal["quick", "standard", "thorough"]
Missing = Literal["error", "em", "drop"]
Precision = Literal["double", "single"]
Start = Literal["kmeans", "k-means++", "random", "random_from_data"]


def one_of(words: Any) -> Any:
    """scikit-learn's check that a parameter is one of the words of a Literal."""
    return _sklearn.StrOptions(set(get_args(words)))


def own_constraints() -> dict[str, list[Any]]:
    """What scikit-learn's check goes by, of the parameters that gmix's estimators share."""
    interval, names = _sklearn.Interval, _sklearn.StrOptions
    return {
        "n_components": [
            interval(Integral, 1, None, closed="left"),
            names({"auto"}),
            range,
            "array-like",
        ],
        "covariance_type": [names({*_sklearn.FAMILIES, "all"}), list, tuple],
        "criterion": [one_of(Criterion)],
        "search": [one_of(Search)],
        "missing": [one_of(Missing)],
        "random_state": ["random_state"],
        "n_threads": [interval(Integral, 1, None, closed="left"), None],
        "options": [dict, None],
    }
