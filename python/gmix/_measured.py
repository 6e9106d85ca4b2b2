"""Rows with errors of measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _core, _input
from gmix._parameters import Array


def errors_of(X_err: Any, n: int, d: int) -> Array:
    """Errors as C takes them: variances (N, D), or covariances' lower triangles (N, D (D + 1) / 2)."""
    errors = np.asarray(X_err, dtype=np.float64)
    if errors.ndim == 3:
        if errors.shape != (n, d, d):
            raise ValueError(
                f"X_err has the shape {errors.shape}: covariances of the errors are ({n}, {d}, {d})"
            )
        rows, columns = np.tril_indices(d)
        return np.ascontiguousarray(errors[:, rows, columns])
    if errors.ndim > 2 or errors.shape not in [(), (d,), (n, d), (1, d)]:
        raise ValueError(
            f"X_err has the shape {errors.shape}: standard deviations of the errors are ({n}, {d}), or "
            f"({d},) where all rows have the same; covariances are ({n}, {d}, {d})"
        )
    if (errors < 0).any():
        raise ValueError("X_err has standard deviations below 0")
    return np.ascontiguousarray(np.broadcast_to(errors**2, (n, d)))


def rows_of(x: Any, X_err: Any) -> Any:
    """What the extension module takes: rows, or a list of rows and their errors."""
    rows = _input.for_c(x)
    return rows if X_err is None else [rows, errors_of(X_err, *x.shape)]


class MeasuredMixtures:
    """The part of ``GaussianMixture`` for rows with errors of measurement."""

    if TYPE_CHECKING:

        def _rows(self, X: Any) -> Any: ...
        def _model(self) -> _core.Model: ...
        def _threads(self) -> int: ...

    def denoise(self, X: Any, X_err: Any) -> tuple[Array, Array]:
        """Means and standard deviations (N, D) of what rows X (N, D), measured with errors X_err, really are.

        X_err: standard deviations (N, D) or (D,), or covariances (N, D, D); infinite where a cell is missing.

        Source: Bovy, Hogg & Roweis (2011).
        """
        x = self._rows(X)
        mean, sd = np.empty(x.shape), np.empty(x.shape)
        _core.true_values(self._model(), rows_of(x, X_err), mean, sd, self._threads())
        return mean, sd
