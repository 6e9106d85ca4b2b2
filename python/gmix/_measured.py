"""Rows with errors of measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gmix import _core, _input
from gmix._parameters import Array
from gmix._sklearn import check_is_fitted, check_random_state


def errors_of(X_err: Any, n: int, d: int) -> Array:
    """Errors as C takes them: variances (N, D), or covariances' lower triangles (N, D (D + 1) / 2)."""
    errors = np.asarray(X_err, dtype=np.float64)
    if errors.ndim == 3:
        if errors.shape != (n, d, d):
            raise ValueError(
                f"X_err has the shape {errors.shape}: covariances of the errors are ({n}, {d}, {d})"
            )
        with np.errstate(invalid="ignore"):  # NaNs are for the library to name
            sd = np.sqrt(np.diagonal(errors, axis1=1, axis2=2))
            off = np.abs(errors - np.swapaxes(errors, 1, 2))
            if (off > 1e-8 * sd[:, :, np.newaxis] * sd[:, np.newaxis, :]).any():
                raise ValueError("X_err has covariances that are not symmetric")
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


class Bins(NamedTuple):
    """A histogram's bins: bounds (N, 1), and where they are taken to be by what does not heed bounds; and the
    bounds of a truncated sample, if it is one."""

    middle: Array
    lower: Array
    upper: Array
    truncation: Array | None = None

    @classmethod
    def between(cls, lower: Any, upper: Any) -> Bins:
        """Cells (N, D), or (N,) of one feature, between bounds; NaN where they are missing."""
        bounds = [np.array(b, dtype=np.float64) for b in (lower, upper)]
        bounds = [np.ascontiguousarray(b[:, None] if b.ndim == 1 else b) for b in bounds]
        if bounds[0].shape != bounds[1].shape or bounds[0].ndim != 2:
            raise ValueError(f"lower has the shape {bounds[0].shape}, upper {bounds[1].shape}")
        with np.errstate(invalid="ignore"):
            middle = bounds[0] / 2 + bounds[1] / 2
        for b in bounds:
            middle = np.where(np.isfinite(middle), middle, b)
        return cls(np.where(np.isfinite(middle), middle, np.nan), *bounds)

    @classmethod
    def of(cls, edges: Any) -> Bins:
        edges = np.asarray(edges, dtype=np.float64)
        if edges.ndim != 1 or len(edges) < 3 or not (np.diff(edges) > 0).all():
            raise ValueError("edges are rising numbers, one more than there are bins (two or more)")
        inner = edges.copy()
        inner[0] = edges[0] if np.isfinite(edges[0]) else edges[1]
        inner[-1] = edges[-1] if np.isfinite(edges[-1]) else edges[-2]
        middle = (inner[:-1] + inner[1:]) / 2
        return cls(*(np.ascontiguousarray(a[:, None]) for a in (middle, edges[:-1], edges[1:])))

    def within(self, truncation: Any) -> Bins:
        """The same, of a sample that is truncated to (low, high); None: of a whole one."""
        if truncation is None:
            return self
        ends = np.array(truncation, dtype=np.float64)
        if ends.shape != (2,) or not ends[0] < ends[1]:
            raise ValueError("truncation is (low, high), one of which may be infinite")
        return self._replace(truncation=ends)


class Projections(NamedTuple):
    """Measurements (N, P) of combinations of features: matrices (N, P, D), covariances' lower triangles."""

    values: Array
    matrices: Array
    errors: Array

    @classmethod
    def of(cls, W: Any, R: Any, W_err: Any) -> Projections:
        values = np.ascontiguousarray(W, dtype=np.float64)
        matrices = np.asarray(R, dtype=np.float64)
        if values.ndim != 2 or 0 in values.shape:
            raise ValueError(f"W has the shape {values.shape}: measurements are (N, P)")
        n, p = values.shape
        if matrices.ndim == 2:
            matrices = np.broadcast_to(matrices, (n, *matrices.shape))
        if matrices.ndim != 3 or matrices.shape[:2] != (n, p) or matrices.shape[2] == 0:
            raise ValueError(
                f"R has the shape {matrices.shape}: matrices are ({n}, {p}, D), or ({p}, D) where all rows "
                "have the same"
            )
        errors = errors_of(W_err, n, p)
        if errors.shape[1] == p:
            whole = np.zeros((n, p, p))
            whole[:, range(p), range(p)] = errors
            errors = whole[(slice(None), *np.tril_indices(p))]
        return cls(values, np.ascontiguousarray(matrices), np.ascontiguousarray(errors))

    def stand_in(self) -> Array:
        """As many rows and features, of no consequence."""
        return np.zeros((len(self.values), self.matrices.shape[2]))


def counts_of(counts: Any, bins: Bins) -> Array:
    """Counts (N,) as row weights."""
    counts = np.ascontiguousarray(counts, dtype=np.float64)
    if counts.shape != (len(bins.middle),):
        raise ValueError(f"counts have the shape {counts.shape}: there are {len(bins.middle)} bins")
    return np.asarray(counts)


def rows_of(x: Any, X_err: Any) -> Any:
    """What the extension module takes: rows, or a list of rows and their errors or bounds."""
    rows = _input.for_c(x)
    if isinstance(X_err, Projections):
        return [rows, *X_err, None]
    if isinstance(X_err, Bins):
        ends = [] if X_err.truncation is None else [X_err.truncation]
        return [rows, X_err.lower, X_err.upper, *ends]
    return rows if X_err is None else [rows, errors_of(X_err, *x.shape)]


class BinsTest(NamedTuple):
    """Likelihood ratio G^2 and Pearson's X^2 with their p-values, and the degrees of freedom (0: no p)."""

    g2: float
    p_g2: float
    x2: float
    p_x2: float
    df: int


class MeasuredMixtures:
    """The part of ``GaussianMixture`` for rows with errors of measurement."""

    if TYPE_CHECKING:

        def _rows(self, X: Any) -> Any: ...
        def _model(self) -> _core.Model: ...
        def _threads(self) -> int: ...
        def _draw(self, rng: Any, n: int, only: int | None = None) -> tuple[Array, Array]: ...

        means_: Array
        random_state: Any

    def test_bins(self, edges: Any, counts: Any, truncation: Any = None) -> BinsTest:
        """Could counts (N,) between edges (N + 1,) come from this mixture, fitted to them?

        truncation: (low, high) where nothing beyond was counted.
        """
        bins = Bins.of(edges).within(truncation)
        found = _core.bins_test(
            self._model(), rows_of(bins.middle, bins), counts_of(counts, bins)
        )
        return BinsTest(*found)

    def denoise(self, X: Any, X_err: Any) -> tuple[Array, Array]:
        """Means and standard deviations (N, D) of what rows X (N, D), measured with errors X_err, really are.

        X_err: standard deviations (N, D) or (D,), or covariances (N, D, D); infinite where a cell is missing.

        Source: Bovy, Hogg & Roweis (2011).
        """
        x = self._rows(X)
        mean, sd = np.empty(x.shape), np.empty(x.shape)
        _core.true_values(self._model(), rows_of(x, X_err), mean, sd, self._threads())
        return mean, sd

    def denoise_projected(self, W: Any, R: Any, W_err: Any) -> tuple[Array, Array]:
        """As ``denoise``, of rows of which W = R v + error was measured: see ``fit_projected``."""
        seen = Projections.of(W, R, W_err)
        x = self._rows(seen.stand_in())
        mean, sd = np.empty(x.shape), np.empty(x.shape)
        _core.true_values(self._model(), rows_of(x, seen), mean, sd, self._threads())
        return mean, sd

    def score_projected(self, W: Any, R: Any, W_err: Any) -> Array:
        """Log-densities (N,) of measurements of combinations of features: see ``fit_projected``."""
        seen = Projections.of(W, R, W_err)
        x = self._rows(seen.stand_in())
        out = np.empty(len(x))
        _core.log_density(self._model(), rows_of(x, seen), out, self._threads())
        return out

    def sample_measured(self, X_err: Any, random_state: Any = None) -> tuple[Array, Array, Array]:
        """Rows as they would be measured with errors X_err: a draw (N, D) for every row of these, the true
        values (N, D) behind it, and their components (N,); NaN where an error is infinite.

        X_err: standard deviations (N, D) or covariances (N, D, D).

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([1.0], [[0.0]], [[[1.0]]])
        >>> X, true, labels = gm.sample_measured([[0.0], [0.1]], random_state=0)
        >>> X.shape, bool(X[0] == true[0]), bool(abs(X[1] - true[1]) < 0.5)
        ((2, 1), True, True)
        """
        check_is_fitted(self)
        errors = np.asarray(X_err, dtype=np.float64)
        d = self.means_.shape[1]
        if errors.ndim not in (2, 3):
            raise ValueError("X_err has a row for every draw: (N, D), or covariances (N, D, D)")
        n = len(errors)
        errors_of(errors, n, d)  # says what is wrong with it
        rng = check_random_state(self.random_state if random_state is None else random_state)
        true, labels = self._draw(rng, n)
        order = rng.permutation(n)  # draws come component by component
        true, labels = true[order], labels[order]
        if errors.ndim == 2:
            known = np.isfinite(errors)
            off = rng.standard_normal((n, d)) * np.where(known, errors, 0.0)
        else:
            known = np.isfinite(np.diagonal(errors, axis1=1, axis2=2))
            seen = np.where(known[:, :, None] & known[:, None, :], errors, 0.0)
            off = np.array([rng.multivariate_normal(np.zeros(d), one) for one in seen]).reshape(n, d)
        return np.where(known, true + off, np.nan), true, labels
