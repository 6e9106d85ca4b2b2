"""Labels of rows, of any kind, as the library takes them; and how two labellings agree."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from gmix import _core
from gmix._parameters import Array


def labels_of(y: Any, n: int | None = None, what: str = "y") -> tuple[Array, list[str]]:
    """Codes (N,), -1 where unknown, and the classes' names, sorted.

    Unknown are negative whole numbers, NaN, None, NA and the empty text.
    """
    codes, classes = classes_of(y, n, what)
    return codes, [str(name) for name in classes]


def classes_of(y: Any, n: int | None = None, what: str = "y") -> tuple[Array, Array]:
    """The same with the classes (C,) as they are: whole numbers, or texts."""
    values = np.asarray(y)
    if values.ndim != 1 or (n is not None and len(values) != n):
        raise ValueError(f"{what} must be one label for each of the {n} rows, not of shape "
                         f"{values.shape}")
    if values.dtype.kind in "iub":
        known = values >= 0 if values.dtype.kind == "i" else np.ones(len(values), dtype=bool)
    elif values.dtype.kind == "f":
        known = np.isfinite(values) & (values >= 0)
        if np.any(values[known] != np.floor(values[known])):
            raise ValueError(f"{what} has numbers that are not whole: labels are whole numbers "
                             "or texts")
        values = np.where(known, values, 0).astype(np.int64)
    else:
        known = np.array([_is_known(value) for value in values.tolist()], dtype=bool)
        values = np.array([str(value) for value in values.tolist()])
    names, codes = np.unique(values[known], return_inverse=True)
    out = np.full(len(values), -1, dtype=np.int32)
    out[known] = codes
    return out, names


def _is_known(value: Any) -> bool:
    if value is None or value == "" or type(value).__name__ in ("NAType", "NaTType"):
        return False
    return not (isinstance(value, (int, float)) and (value != value or value < 0))


class Agreement(NamedTuple):
    """How labels b agree with labels a: see ``compare_labels``."""

    n_rows: int
    n_unknown: int
    labels_a: list[str]
    labels_b: list[str]
    counts: Array
    match: dict[str, str]
    error_rate: float
    rand: float
    adjusted_rand: float
    mutual_information: float
    normalised_mutual_information: float


def compare_labels(a: Any, b: Any) -> Agreement:
    """Compares two labellings of the same rows.

    Rows whose label is unknown in one of them (-1, NaN, None, the empty text) are left out, and
    counted in ``n_unknown``. ``match`` has the pairs of labels that go together one to one with the
    fewest errors, whose share is ``error_rate``.

    Source: Hubert & Arabie (1985), doi:10.1007/BF01908075.

    >>> found = compare_labels([0, 0, 1, 1, 1], ["x", "x", "y", "y", "x"])
    >>> round(found.adjusted_rand, 3), found.error_rate, found.match
    (0.167, 0.2, {'0': 'x', '1': 'y'})
    """
    codes_a, names_a = labels_of(a, None, "a")
    codes_b, names_b = labels_of(b, len(codes_a), "b")
    said = json.loads(_core.compare_labels(codes_a, codes_b))
    match = {
        names_a[i]: names_b[int(j)] for i, j in enumerate(said["match"]) if j is not None
    }
    return Agreement(
        said["n_rows"],
        said["n_unknown"],
        names_a,
        names_b,
        np.array(said["counts"]).reshape(len(names_a), len(names_b)),
        match,
        said["error_rate"],
        said["rand"],
        said["adjusted_rand"],
        said["mutual_information"],
        said["normalised_mutual_information"],
    )
