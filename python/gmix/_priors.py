"""Priors of Bayesian mixtures: what is given, checked in scikit-learn's words, or what the data say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gmix import _checks, _core, _input, _sklearn
from gmix._parameters import Array, has_matrices
from gmix._sklearn import check_array, check_is_fitted

KINDS = {"dirichlet_process": "process", "dirichlet_distribution": "dirichlet"}


def _covariance(x: Array, weights: Array | None, family: str, definite: bool) -> Any:
    """The covariance of X in the form of the prior; missing cells aside. definite: without correlations
    where it is singular, and none are found for families that have none (scikit-learn's rounding is
    that of the matrix)."""
    x = np.asarray(x, dtype=np.float64)
    if _input.has_nan(x):
        x = np.where(np.isnan(x), np.nanmean(x, axis=0), x)
    if definite and family not in ("full", "tied"):
        return _of_variances(_variances(x, weights), family)
    if weights is None:
        full = np.atleast_2d(np.cov(x.T))
    else:
        off = x - np.average(x, axis=0, weights=weights)
        full = (off * weights[:, np.newaxis]).T @ off / (weights.sum() - 1.0)
    variances = np.diag(full).copy()
    if definite and np.all(variances > 0.0):
        sd = np.sqrt(variances)
        if np.linalg.eigvalsh(full / np.outer(sd, sd))[0] < 1e-10:
            full = np.diag(variances)
    if family in ("full", "tied"):
        return full
    return _of_variances(variances, family)


def _variances(x: Array, weights: Array | None) -> Array:
    off = x - np.average(x, axis=0, weights=weights)
    rows = len(x) if weights is None else weights.sum()
    weighted = off if weights is None else off * weights[:, np.newaxis]
    return np.asarray(np.einsum("ij,ij->j", weighted, off) / (rows - 1.0))


def _of_variances(variances: Array, family: str) -> Any:
    if family in ("EEI", "EII"):
        return np.diag(variances if family == "EEI" else np.full(len(variances), variances.mean()))
    return variances if family == "diag" else variances.mean()


def _means(x: Array, weights: Array | None) -> Array:
    """Means of the columns, of what is there."""
    if _input.has_nan(x):
        return np.asarray(np.nanmean(x, axis=0))
    return np.asarray(np.average(x, axis=0, weights=weights))


class PriorChange(NamedTuple):
    """A posterior under a changed prior: ``BayesianGaussianMixture.prior_sensitivity()``."""

    what: str  #: the number that is changed: "concentration", "shrinkage", "dof" or "scale"
    factor: float  #: what it is multiplied by
    value: float  #: what it then is; of the scale the factor
    log_evidence: float  #: the lower bound
    n_components: int  #: components with half a row or more
    weights_change: float  #: the largest change of a weight
    means_change: float  #: the largest change of a mean, in its posterior standard deviations


class Priors:
    """The part of ``BayesianGaussianMixture`` that knows its prior."""

    if TYPE_CHECKING:
        n_components: int
        covariance_type: str
        weight_concentration_prior_type: str
        weight_concentration_prior: float | None
        mean_precision_prior: float | None
        mean_prior: Any
        degrees_of_freedom_prior: float | None
        covariance_prior: Any
        compat: bool
        n_features_in_: int

        def _take(self, X: Any, *, reset: bool, ensure_min_samples: int = 1) -> Any: ...
        def _names(self) -> list[str] | None: ...
        def _common_options(self) -> dict[str, str]: ...
        def _model(self) -> _core.Model: ...
        def _threads(self) -> int: ...

    def _take_prior(self, x: Array, weights: Array | None) -> None:
        """Sets the attributes of the prior: what is given, checked, or what X says."""
        d, k = x.shape[1], self.n_components
        gamma, kappa = self.weight_concentration_prior, self.mean_precision_prior
        self.weight_concentration_prior_ = 1.0 / k if gamma is None else gamma
        self.mean_precision_prior_ = 1.0 if kappa is None else kappa
        nu = self.degrees_of_freedom_prior
        if nu is not None and nu <= d - 1.0:
            raise ValueError(
                f"The parameter 'degrees_of_freedom_prior' should be greater than {d - 1}, "
                f"but got {nu:.3f}."
            )
        self.degrees_of_freedom_prior_ = float(d) if nu is None else nu
        table = np.asarray(x[:])
        self.mean_prior_ = (
            _means(table, weights)
            if self.mean_prior is None
            else _checks.check_means(np.atleast_2d(self.mean_prior), 1, d)[0]
        )
        self.covariance_prior_ = (
            _covariance(table, weights, self.covariance_type, not self.compat)
            if self.covariance_prior is None
            else self._given_covariance(d)
        )

    def _given_covariance(self, d: int) -> Any:
        family, given = self.covariance_type, self.covariance_prior
        if family == "spherical":
            return given
        checked: Array = check_array(
            given, dtype=[np.float64, np.float32], ensure_2d=False, allow_nd=True
        )
        dims = _core.family_dims(family, 1, d)
        shape = (d, d) if has_matrices(family) else (d,)
        _checks.check_shape(checked, shape, f"{family} covariance_prior")
        _checks.check_precisions(checked.reshape(dims), family, 1, d)
        return checked

    def _prior_options(self) -> dict[str, str]:
        """The prior as options of the fit: of one variance for all features, a row adds D degrees."""
        times = self._dof_per_row()
        return {
            "bayes": KINDS[self.weight_concentration_prior_type],
            "concentration": repr(float(self.weight_concentration_prior_)),
            "prior_shrinkage": repr(float(self.mean_precision_prior_)),
            "prior_dof": repr(float(times * self.degrees_of_freedom_prior_)),
        }

    def _dof_per_row(self) -> int:
        one = self.covariance_type in ("spherical", "EII")
        return self.n_features_in_ if one else 1

    def _prior_arrays(self) -> tuple[Array, Array]:
        """Mean and covariance as C takes them."""
        psi = np.asarray(self.covariance_prior_, dtype=np.float64) * self._dof_per_row()
        if self.covariance_type == "EII":
            psi = np.diag(np.diag(psi))
        return (
            np.ascontiguousarray(self.mean_prior_, dtype=np.float64),
            np.ascontiguousarray(psi).ravel(),
        )

    def prior_sensitivity(self, X: Any, sample_weight: Any = None) -> list[PriorChange]:
        """What hangs on the prior: each of its numbers ten times as large, and a tenth, and the posterior of the
        rows X that this one is of, found from where it is."""
        check_is_fitted(self)
        if self.compat:
            raise ValueError("the prior's sensitivity is of the posterior: fit without compat")
        x = self._take(X, reset=False)
        rows = _core.prior_sensitivity(
            _input.for_c(x),
            _sklearn.weights_of(sample_weight, x),
            self._names(),
            self._common_options(),
            self._model(),
            self._threads(),
        )
        return [PriorChange(*row) for row in rows]
