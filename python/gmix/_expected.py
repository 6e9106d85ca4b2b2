"""Variational Bayes exactly as scikit-learn's BayesianGaussianMixture makes it (``compat=True``).

E-steps are those of Gaussians in C; the rest is what scikit-learn does with their responsibilities, its oddities
among it: every covariance type has the expected log-determinant of a Wishart matrix, shared ones a K-th of the rows
as degrees of freedom, the last stick is free, the bound lacks what does not change in a fit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _core, _input, _sklearn, _starts
from gmix._em import Run, _Speaker
from gmix._parameters import Array, Parameters, cholesky_of_precisions
from gmix._sklearn import check_random_state

if TYPE_CHECKING:
    from gmix._bayesian import BayesianGaussianMixture


class _State:
    """The posterior, by scikit-learn's names."""

    def __init__(
        self, e: BayesianGaussianMixture, x: Array, resp: Array, weights: Array | None
    ) -> None:
        self.update(e, x, resp, weights)

    def update(
        self, e: BayesianGaussianMixture, x: Array, resp: Array, weights: Array | None
    ) -> None:
        """The M-step from responsibilities (N, K)."""
        family, k, resp = e.covariance_type, resp.shape[1], _weighted(resp, weights)
        nk = resp.sum(axis=0) + 10 * np.finfo(resp.dtype).eps
        xk = resp.T @ x / nk[:, np.newaxis]
        gamma = e.weight_concentration_prior_
        self.weights: Any = gamma + nk
        if e.weight_concentration_prior_type == "dirichlet_process":
            after = np.hstack((np.cumsum(nk[::-1])[-2::-1], 0.0))
            self.weights = (1.0 + nk, gamma + after)
        self.kappa = e.mean_precision_prior_ + nk
        self.means = (
            e.mean_precision_prior_ * e.mean_prior_ + nk[:, np.newaxis] * xk
        ) / self.kappa[:, np.newaxis]
        shrink, off = e.mean_precision_prior_ / self.kappa, xk - e.mean_prior_
        sk = _scatters(x, resp, nk, xk, family, e.reg_covar, weights)
        self.nu: Any = e.degrees_of_freedom_prior_ + (nk.sum() / k if family == "tied" else nk)
        if family == "tied":
            psi = sk * nk.sum() / k + e.mean_precision_prior_ / k * (nk / self.kappa * off.T) @ off
            self.cov = (e.covariance_prior_ + psi) / self.nu
        elif family == "full":
            outer = shrink[:, None, None] * off[:, :, None] * off[:, None, :]
            psi = e.covariance_prior_ + nk[:, None, None] * (sk + outer)
            self.cov = psi / self.nu[:, None, None]
        else:
            square = np.square(off) if family == "diag" else np.mean(np.square(off), 1)
            wide = (slice(None), np.newaxis) if family == "diag" else slice(None)
            psi = e.covariance_prior_ + nk[wide] * (sk + shrink[wide] * square)
            self.cov = psi / self.nu[wide]
        self.u = cholesky_of_precisions(self.cov, family)

    def mean_weights(self) -> Array:
        if not isinstance(self.weights, tuple):
            return np.asarray(self.weights / self.weights.sum())
        a, b = self.weights
        left = np.hstack((1.0, np.cumprod(b / (a + b))[:-1]))
        mean = a / (a + b) * left
        return np.asarray(mean / mean.sum())

    def log_weights(self, d: int) -> Array:
        """Of Gaussians with covariances ``cov``: E[log pi] and what expectations add."""
        from scipy.special import digamma  # type: ignore[import-untyped]

        if isinstance(self.weights, tuple):
            a, b = self.weights
            both = digamma(a + b)
            of_pi = digamma(a) - both + np.hstack((0.0, np.cumsum(digamma(b) - both)[:-1]))
        else:
            of_pi = digamma(self.weights) - digamma(self.weights.sum())
        each = digamma(0.5 * (self.nu - np.arange(d)[:, np.newaxis])).sum(axis=0)
        log_lambda = d * math.log(2.0) + each
        return np.asarray(
            of_pi + 0.5 * (log_lambda - d / self.kappa) - 0.5 * d * np.log(self.nu)
        )

    def bound(self, e: BayesianGaussianMixture, resp: Array, weights: Array | None) -> float:
        """scikit-learn's, without its constants."""
        from scipy.special import betaln, gammaln

        family, (k, d) = e.covariance_type, self.means.shape
        logs = np.log(self.u if family in ("diag", "spherical") else np.diagonal(self.u, 0, -2, -1))
        det = d * logs if family == "spherical" else logs.sum(axis=-1)
        det = det - 0.5 * d * np.log(self.nu)
        gammas = gammaln(0.5 * (self.nu - np.arange(d)[:, np.newaxis])).sum(axis=0)
        wishart = -(self.nu * det + self.nu * d * 0.5 * math.log(2.0) + gammas)
        log_wishart = k * float(np.squeeze(wishart)) if family == "tied" else wishart.sum()
        if isinstance(self.weights, tuple):
            log_norm = -np.sum(betaln(*self.weights))
        else:
            log_norm = gammaln(self.weights.sum()) - gammaln(self.weights).sum()
        logs = np.log(resp, out=np.zeros_like(resp), where=resp > 0.0)
        entropy = -np.sum(_weighted(resp, weights) * logs)
        return float(entropy - log_wishart - log_norm - 0.5 * d * np.sum(np.log(self.kappa)))

    def expected(self, names: Any, family: str) -> tuple[_core.Model, float]:
        """Gaussians whose responsibilities are those of the E-step, and what their weights lack of 1."""
        logs = self.log_weights(self.means.shape[1])
        top = logs.max()
        total = top + math.log(np.exp(logs - top).sum())
        p = Parameters(family, np.exp(logs - total), self.means, self.cov)
        return p.model(names), total


def _scatters(
    x: Array, resp: Array, nk: Array, xk: Array, family: str, reg: float, weights: Array | None
) -> Array:
    """Covariances of the rows' shares, as scikit-learn's _estimate_gaussian_parameters() has them; "tied" is of
    all rows, also of those that a start leaves out."""
    d = x.shape[1]
    if family == "tied":
        cov = (_weighted(x, weights).T @ x - (nk * xk.T) @ xk) / nk.sum()
        return np.asarray(cov + reg * np.eye(d))
    if family == "full":
        cov = np.empty((len(nk), d, d))
        for k, n in enumerate(nk):
            off = x - xk[k]
            cov[k] = (resp[:, k] * off.T) @ off / n
        return np.asarray(cov + reg * np.eye(d))
    variances = resp.T @ x**2 / nk[:, np.newaxis] - xk**2 + reg
    return np.asarray(variances if family == "diag" else variances.mean(axis=1))


def _weighted(resp: Array, weights: Array | None) -> Array:
    return resp if weights is None else resp * weights[:, np.newaxis]


def _first_shares(
    e: BayesianGaussianMixture, x: Array, weights: Array | None, rng: Any
) -> Array:
    """Responsibilities of the start."""
    n, k = x.shape[0], e.n_components
    if e.init_params == "random":
        return _starts.random_memberships(n, k, x.dtype, rng)
    resp = np.zeros((n, k))
    if e.init_params == "kmeans":
        resp[np.arange(n), _starts.kmeans_labels(x, weights, k, rng, e._threads())] = 1.0
    elif e.init_params == "random_from_data":
        resp[rng.choice(n, size=k, replace=False), np.arange(k)] = 1.0
    else:
        resp[_starts.seeds(x, weights, k, rng, e._threads()), np.arange(k)] = 1.0
    return resp


def _steps(
    e: BayesianGaussianMixture,
    x: Array,
    weights: Array | None,
    state: _State,
    before: float,
    run: int,
    said: _Speaker,
) -> Run:
    data = np.asarray(x[:], dtype=np.float64)
    bounds: list[float] = []
    converged, resp = False, np.empty((x.shape[0], e.n_components))
    for _ in range(e.max_iter):
        model, _ = state.expected(None, e.covariance_type)
        _core.responsibilities(model, _input.for_c(x), resp, e._threads())
        state.update(e, data, resp, weights)
        bounds.append(state.bound(e, resp, weights))
        if said.verbose:
            said.step(run, len(bounds), bounds[-1], math.nan, 0.0, e.n_init)
        converged = abs(bounds[-1] - before) < e.tol
        before = bounds[-1]
        if converged:
            break
    p = Parameters(e.covariance_type, state.mean_weights(), state.means, state.cov)
    report: dict[str, Any] = {"warnings": [], "converged": converged}
    return Run(p, converged, len(bounds), bounds, before, {**report, "state": state})


def run(e: BayesianGaussianMixture, x: Array, weights: Array | None) -> Run:
    """The best of ``n_init`` runs, or the run that goes on from the last fit."""
    if _input.has_nan(x):
        raise ValueError("scikit-learn knows no missing cells: leave compat out")
    verbose = 0 if callable(e.verbose) else int(e.verbose)
    said, rng = _Speaker(verbose, e.verbose_interval), check_random_state(e.random_state)
    warm = e.warm_start and hasattr(e, "_compat_state") and hasattr(e, "converged_")
    best: Run | None = None
    for init in range(1 if warm else e.n_init):
        said.begin(init)
        if warm:
            found = _steps(e, x, weights, e._compat_state, e.lower_bound_, init, said)
        else:
            start = _first_shares(e, x, weights, rng)
            state = _State(e, np.asarray(x[:], dtype=np.float64), start, weights)
            found = _steps(e, x, weights, state, -math.inf, init, said)
        said.end(found)
        if best is None or found.lower_bound > best.lower_bound:
            best = found
    assert best is not None
    if not best.converged and e.max_iter > 0:
        _sklearn.warn_unconverged(
            "Best performing initialization did not converge. Try different init "
            "parameters, or increase max_iter, tol, or check for degenerate data."
        )
    return best


def keep(e: BayesianGaussianMixture, dtype: Any) -> None:
    """Sets the attributes of the posterior."""
    state: _State = e.report_.pop("state")
    e._compat_state = state
    pair = isinstance(state.weights, tuple)
    e.weight_concentration_ = (
        tuple(w.astype(dtype) for w in state.weights) if pair else state.weights.astype(dtype)
    )
    e.mean_precision_ = state.kappa.astype(dtype)
    e.degrees_of_freedom_ = np.asarray(state.nu).astype(dtype)[()]
    e._made.model, e._log_norm = state.expected(e._names(), e.covariance_type)


def model_of(e: BayesianGaussianMixture) -> tuple[_core.Model, float]:
    """What predictions go by."""
    state: _State = e._compat_state
    return state.expected(e._names(), e.covariance_type)
