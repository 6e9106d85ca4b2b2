"""Words that parameters of several estimators may be: for types, and for checks."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Literal, get_args

from gmix import _core, _sklearn

Criterion = Literal["bic", "icl", "aic", "aicc", "cv", "evidence"]
Search = Literal["quick", "standard", "thorough"]
Missing = Literal["error", "em", "drop"]
Precision = Literal["double", "single"]
Start = Literal["kmeans", "k-means++", "random", "random_from_data"]


def one_of(words: Any) -> Any:
    """scikit-learn's check that a parameter is one of the words of a Literal."""
    return _sklearn.StrOptions(set(get_args(words)))


def is_range(name: str) -> bool:
    """True of a law with factors of several numbers: "mfa:1-6", "mfa:auto"."""
    law, colon, numbers = name.partition(":")
    several = numbers == "auto" or (
        "-" in numbers and all(part.isdigit() for part in numbers.split("-", 1))
    )
    return bool(colon) and several and _core.family_name(f"{law}:1") is not None


def family_names() -> Any:
    """scikit-learn's check of a family's name, which may be a law's with any number of factors."""

    class Families(_sklearn.StrOptions):  # type: ignore[misc]
        def is_satisfied_by(self, val: Any) -> bool:
            named = isinstance(val, str) and (_core.family_name(val) is not None or is_range(val))
            return bool(named or super().is_satisfied_by(val))

        def __str__(self) -> str:
            laws = "a law with a number of factors, as 'mfa:2', 'mppca:1-3' or 'UCU:auto'"
            return f"{super().__str__()}, or {laws}"

    return Families({*_sklearn.FAMILIES, "all"})


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
        "covariance_type": [family_names(), list, tuple],
        "criterion": [one_of(Criterion)],
        "search": [one_of(Search)],
        "missing": [one_of(Missing)],
        "random_state": ["random_state"],
        "n_threads": [interval(Integral, 1, None, closed="left"), None],
        "options": [dict, None],
    }
