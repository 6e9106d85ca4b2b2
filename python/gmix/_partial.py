"""Rows of a fit whose engine is elsewhere. Imported where the rows are, in any number of processes: with nothing
that this does not need, scikit-learn above all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gmix import _core, _input, _starts
from gmix._parameters import Array
from gmix._threads import threads_of


class Partial:
    """A part's answer to a job of an engine.

    Parameters
    ----------
    job : bytes
        ``Engine.job()``.
    first_row : int or None
        Number of the part's first row in the data set; None in the first job, for all parts, if it
        is not known: ``Engine.first_row`` says it then.
    n_threads : int, optional
        All cores by default; 1 in forked processes.
    """

    def __init__(self, job: bytes, first_row: int | None, *, n_threads: int | None = None) -> None:
        self._c = _core.partial_begin(job, first_row, threads_of(n_threads))

    def add(
        self, X: Any, sample_weight: Any = None, labels: Any = None, *, X_err: Any = None
    ) -> Partial:
        """Adds rows X (n, D), the next ones of the part, in as many calls as you like.

        ``labels`` (n,) are numbers of classes, -1 where the class is unknown. ``X_err`` are errors of
        measurement, as ``GaussianMixture.fit`` takes them: standard deviations (n, D) or (D,), or
        covariances (n, D, D); those of all rows are of one of these kinds.
        """
        X = _input.numbers_of(X)
        columns = _input.columns_of(X)
        rows = columns if columns is not None else _starts.aligned(_rows(X))
        _core.partial_add(
            self._c,
            _with_errors(_input.for_c(rows), rows, X_err),
            _weights_of(sample_weight, rows.shape[0]),
            None if labels is None else np.ascontiguousarray(labels, dtype=np.int32),
        )
        return self

    def join(self, answer: bytes) -> Partial:
        """Adds another part's answer to the same job, about the rows that follow: parts put together on
        the way, where there are many of them or messages are large. Not in the first job if parts do
        not know where they begin.
        """
        _core.partial_take(self._c, answer)
        return self

    def answer(self) -> bytes:
        """The message for ``Engine.take``; no row can be added afterwards."""
        return _core.partial_bytes(self._c)


def _with_errors(given: Any, rows: Any, X_err: Any) -> Any:
    if X_err is None:
        return given
    from gmix._measured import errors_of

    return [given, errors_of(X_err, *rows.shape)]


def _weights_of(sample_weight: Any, n: int) -> Array | None:
    if sample_weight is None:
        return None
    weights = np.asarray(_input.numbers_of(sample_weight, "sample_weight"), dtype=np.float64)
    if weights.shape not in [(), (n,)]:
        raise ValueError(f"sample_weight has the shape {weights.shape}: there are {n} rows")
    return np.ascontiguousarray(np.broadcast_to(weights, (n,)))


def _rows(X: Any) -> Array:
    x = np.asarray(X)
    if x.dtype not in (np.float64, np.float32):
        x = x.astype(np.float64)
    if x.ndim != 2:
        raise ValueError(f"rows have the shape (n, D), not {x.shape}")
    return x
