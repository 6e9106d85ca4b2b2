"""``BayesianGaussianMixture``: scikit-learn's class over gmix's variational Bayes."""

from __future__ import annotations

import json
import os
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np

from gmix import _core, _expected, _input, _sklearn, _starts
from gmix._choices import Missing, Precision, Search, Start, one_of
from gmix._em import Run, _Speaker
from gmix._estimator import GaussianMixture
from gmix._parameters import Array, Parameters
from gmix._priors import KINDS, Priors
from gmix._progress import shown
from gmix._sklearn import check_is_fitted, check_random_state

Weights = Literal["dirichlet_process", "dirichlet_distribution"]


def _constraints() -> dict[str, list[Any]]:
    """What scikit-learn's check of parameters goes by."""
    if not _sklearn.INSTALLED:
        return {}
    interval = _sklearn.Interval
    positive = [None, interval(Real, 0.0, None, closed="neither")]
    return {
        "n_components": [interval(Integral, 1, None, closed="left")],
        "covariance_type": [
            _sklearn.StrOptions({"full", "tied", "diag", "spherical", "EEI", "EII"})
        ],
        "tol": [interval(Real, 0.0, None, closed="left")],
        "reg_covar": [interval(Real, 0.0, None, closed="left")],
        "max_iter": [interval(Integral, 0, None, closed="left")],
        "n_init": [interval(Integral, 1, None, closed="left")],
        "init_params": [one_of(Start)],
        "weight_concentration_prior_type": [one_of(Weights)],
        "weight_concentration_prior": positive,
        "mean_precision_prior": positive,
        "mean_prior": ["array-like", None],
        "degrees_of_freedom_prior": positive,
        "covariance_prior": ["array-like", None, interval(Real, 0.0, None, closed="neither")],
        "random_state": ["random_state"],
        "warm_start": ["boolean"],
        "verbose": ["verbose", callable],
        "verbose_interval": [interval(Integral, 1, None, closed="left")],
        "compat": ["boolean"],
        "search": [one_of(Search), None],
        "missing": [one_of(Missing)],
        "precision": [one_of(Precision)],
        "n_threads": [interval(Integral, 1, None, closed="left"), None],
        "options": [dict, None],
    }


class _Absent:
    """A method of ``GaussianMixture`` that is none of a posterior."""

    def __init__(self, why: str) -> None:
        self.why = why

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        raise AttributeError(f"a Bayesian mixture {self.why}")


_CRITERIA = "has no information criteria: see lower_bound_"


class BayesianGaussianMixture(Priors, GaussianMixture):
    """Gaussian mixture, whose parameters have posterior distributions, by variational Bayes.

    The parameters up to ``verbose_interval`` are those of ``sklearn.mixture.BayesianGaussianMixture``. The
    posterior is that of the model, whatever the covariance type; ``lower_bound_`` is the whole bound of
    log p(X), so that it can be compared between numbers of components and priors; ``score_samples()`` is the
    logarithm of the posterior predictive density, a mixture of Student's t. ``compat=True`` is scikit-learn
    in all of this.

    Parameters
    ----------
    n_components : int, default=1
        K, of which some may stay empty.
    covariance_type : {"full", "tied", "diag", "spherical", "EEI", "EII"}, default="full"
    tol : float, default=1e-3
        The end is where the lower bound changes by less than this in a step.
    reg_covar : float, default=1e-6
        With ``compat``, added to the diagonal of every covariance. Else the prior keeps them positive definite.
    max_iter : int, default=100
    n_init : int, default=1
        Runs from different starts, of which the best is kept.
    init_params : {"kmeans", "k-means++", "random", "random_from_data"}, default="kmeans"
    weight_concentration_prior_type : {"dirichlet_process", "dirichlet_distribution"}, \
default="dirichlet_process"
    weight_concentration_prior : float or None, default=None
        gamma; 1 / K, with None.
    mean_precision_prior : float or None, default=None
        Rows that ``mean_prior`` is worth; 1, with None.
    mean_prior : array-like of shape (D,) or None, default=None
        The mean of X, with None.
    degrees_of_freedom_prior : float or None, default=None
        Above D - 1; D, with None.
    covariance_prior : float, array-like or None, default=None
        Shape (D, D) for "full" and "tied", (D,) for "diag", a number for "spherical"; the covariance of X,
        with None (where it is singular, and without ``compat``, the variances alone).
    random_state, warm_start, verbose, verbose_interval
        As in ``GaussianMixture``.
    compat : bool, default=False
        scikit-learn's steps, bound and densities: see "coming from scikit-learn".
    search : {"quick", "standard", "thorough"} or None, default=None
        With one of these, gmix's own search for the highest bound; components that the rows do not ask for are
        removed.
    missing, precision, n_threads, options
        As in ``GaussianMixture``.

    Attributes
    ----------
    weights_, means_, covariances_, precisions_, precisions_cholesky_ : ndarray
        The point that has the means of weights, means and precisions.
    weight_concentration_ : ndarray of shape (K,), or a tuple of two
        Of the Dirichlet distribution; of a process, the parameters of the sticks' Beta distributions.
    mean_precision_ : ndarray of shape (K,)
    degrees_of_freedom_ : ndarray of shape (K,), or a number where covariances are shared
    weight_concentration_prior_, mean_precision_prior_, mean_prior_, degrees_of_freedom_prior_, \
covariance_prior_
        The prior that was used.
    lower_bound_ : float
        Of log p(X).
    converged_, n_iter_, lower_bounds_, report_, n_features_in_, feature_names_in_
        As in ``GaussianMixture``.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [4, 2], [12, 4], [10, 7]])
    >>> bgm = BayesianGaussianMixture(n_components=2, random_state=42).fit(X)
    >>> bgm.predict([[0, 0], [9, 3]]).tolist() in ([0, 1], [1, 0])
    True
    """

    _parameter_constraints = _constraints()
    weights_init = means_init = precisions_init = None
    _compat_state: Any
    _log_norm: float | None
    feature_names_in_: Any
    criterion = "bic"
    bic: Any = _Absent(_CRITERIA)
    aic: Any = _Absent(_CRITERIA)
    icl: Any = _Absent(_CRITERIA)
    partial_fit: Any = _Absent("is fitted to all rows at once")

    def __init__(
        self,
        n_components: int = 1,
        *,
        covariance_type: str = "full",
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: Start = "kmeans",
        weight_concentration_prior_type: Weights = "dirichlet_process",
        weight_concentration_prior: float | None = None,
        mean_precision_prior: float | None = None,
        mean_prior: Any = None,
        degrees_of_freedom_prior: float | None = None,
        covariance_prior: Any = None,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: Any = 0,
        verbose_interval: int = 10,
        compat: bool = False,
        search: Search | None = None,
        missing: Missing = "error",
        precision: Precision = "double",
        n_threads: int | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weight_concentration_prior_type = weight_concentration_prior_type
        self.weight_concentration_prior = weight_concentration_prior
        self.mean_precision_prior = mean_precision_prior
        self.mean_prior = mean_prior
        self.degrees_of_freedom_prior = degrees_of_freedom_prior
        self.covariance_prior = covariance_prior
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval
        self.compat = compat
        self.search = search
        self.missing = missing
        self.precision = precision
        self.n_threads = n_threads
        self.options = options

    # Fitting

    def fit(
        self, X: Any, y: Any = None, sample_weight: Any = None, X_err: Any = None
    ) -> BayesianGaussianMixture:
        """Fits the posterior to rows X (N, D), of weights sample_weight (N,). y is ignored."""
        if X_err is not None:
            raise ValueError("errors of measurement do not go with posteriors")
        self._fit(X, sample_weight)
        return self

    def _chooses(self) -> bool:
        return False

    def _run_em(self, x: Array, weights: Array | None) -> Run:
        self._take_prior(x, weights)
        if self.compat:
            return _expected.run(self, x, weights)
        run = self._best(x, weights)
        if not run.converged and self.max_iter > 0:
            _sklearn.warn_unconverged(
                "Best performing initialization did not converge. Try different init "
                "parameters, or increase max_iter, tol, or check for degenerate data."
            )
        return run

    def _best(self, x: Array, weights: Array | None) -> Run:
        """The best of ``n_init`` runs, or the one that goes on from the last fit."""
        verbose = 0 if callable(self.verbose) else int(self.verbose)
        speaker, rng = _Speaker(verbose, self.verbose_interval), check_random_state(self.random_state)
        warm = self.warm_start and hasattr(self, "converged_") and self._log_norm is None
        best: Run | None = None
        for init in range(1 if warm else self.n_init):
            speaker.begin(init)
            start = self._last() if warm else self._draw_start(x, weights, rng)
            run = self._steps(x, weights, start, speaker)
            speaker.end(run)
            if best is None or run.lower_bound > best.lower_bound:
                best = run
        assert best is not None
        return best

    def _draw_start(self, x: Array, weights: Array | None, rng: Any) -> _starts.Start:
        k = self.n_components
        if _input.has_nan(x):
            return _starts.Start("kmeans++", options={"seed": str(int(rng.randint(2**31 - 1)))})
        if self.init_params in ("random_from_data", "k-means++"):  # a row each, none elsewhere
            rows = (
                rng.choice(x.shape[0], size=k, replace=False)
                if self.init_params == "random_from_data"
                else _starts.seeds(x, weights, k, rng, self._threads())
            )
            shares = np.zeros((x.shape[0], k))
            shares[rows, np.arange(k)] = 1.0
            return _starts.from_memberships(shares)
        return _starts.draw(
            self.init_params, x, weights, k, self._family(), 0.0, rng, self._threads()
        )

    def _last(self) -> _starts.Start:
        """Where the last fit ended: of a process, weights are shares of the rows."""
        p = self._parameters()
        if isinstance(self.weight_concentration_, tuple):
            n = np.maximum(np.asarray(self.weight_concentration_[0], dtype=np.float64) - 1.0, 0.0)
            p = Parameters(p.family, n / n.sum(), p.means, p.covariances)
        return _starts.Start("model", model=p.model())

    def _steps(
        self, x: Array, weights: Array | None, start: _starts.Start, speaker: _Speaker
    ) -> Run:
        total = float(x.shape[0] if weights is None else weights.sum())
        options = {
            "n_components": str(self.n_components),
            "covariance": self._family(),
            "init": start.init,
            "restarts": "1",
            "tol": repr(float(self.tol) / total),
            "max_iter": str(self.max_iter),
            "accelerate": "0",
            "stop_rule": "change",
            "singular": "keep",
            **start.options,
            **self._prior_options(),
            **self._common_options(),
        }
        with shown(self.verbose if callable(self.verbose) else 0) as show:
            model, said = _core.fit(
                _input.for_c(x),
                weights,
                self._names(),
                options,
                start.model,
                start.labels,
                start.memberships,
                self._threads(),
                speaker.step if speaker.verbose else show,
                *self._prior_arrays(),
            )
        return self._run_of(model, json.loads(said))

    def _run_of(self, model: _core.Model, report: dict[str, Any]) -> Run:
        bounds = list(report["trace"])
        change = abs(bounds[-1] - bounds[-2]) if len(bounds) > 1 else np.inf
        return Run(
            Parameters.of(model)[0],
            bool(report["converged"] or change < self.tol),
            report["n_iterations"],
            bounds,
            bounds[-1],
            {**report, "model": model},
        )

    def _search(self, x: Array, weights: Array | None, y: Any = None, X_err: Any = None) -> Run:
        """gmix's way: its search for the highest bound, its stop rule."""
        self._take_prior(x, weights)
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        options = {
            "seed": str(seed),
            "search": self.search or "standard",
            "n_components": str(self.n_components),
            "covariance": self._family(),
            **self._prior_options(),
            **self._common_options(),
        }
        with shown(self.verbose) as show:
            model, said = _core.fit(
                _input.for_c(x), weights, self._names(), options, None, None, None,
                self._threads(), show, *self._prior_arrays(),
            )  # fmt: skip
        run = self._run_of(model, json.loads(said))
        for text in run.report["warnings"]:
            _sklearn.warn_of_fit(text)
        return run

    def _keep(self, run: Run, dtype: Any) -> None:
        model = run.report.pop("model", None)
        super()._keep(run, dtype)
        self._log_norm = None
        if model is None:  # compat
            _expected.keep(self, dtype)
        else:
            self._keep_posterior(model, dtype)

    def _keep_posterior(self, model: _core.Model, dtype: Any) -> None:
        posterior = json.loads(_core.model_json(model))["posterior"]
        kappa, dof = (np.asarray(posterior[name]).astype(dtype) for name in ("kappa", "dof"))
        alpha, beta = (
            np.asarray(posterior[name]).astype(dtype) if name in posterior else None
            for name in ("alpha", "beta")
        )
        self.weight_concentration_ = alpha if beta is None else (alpha, beta)
        self.mean_precision_ = kappa
        shared = self.covariance_type in ("tied", "EEI", "EII")
        dof = dof / dof.dtype.type(self._dof_per_row())
        self.degrees_of_freedom_ = dof[0] if shared else dof
        self._posterior = posterior
        self._made.model = model

    # The model in C

    def _model(self) -> _core.Model:
        """With its posterior; of compat, Gaussians with the weights of the E-step."""
        now, made = self._key(), self._made
        if made.model is None or not all(map(np.array_equal, made.key, now)):
            made.key = now
            if self._log_norm is not None or self.compat:
                made.model, self._log_norm = _expected.model_of(self)
            else:
                content = json.loads(_core.model_json(self._parameters().model(self._names())))
                content["posterior"] = self._posterior
                made.model = _core.model_of_json(json.dumps(content))
        return made.model

    def points(self) -> GaussianMixture:
        """The mixture of Gaussians at ``weights_``, ``means_``, ``covariances_``, for what is of Gaussians only."""
        check_is_fitted(self)
        p = self._parameters()
        return GaussianMixture.from_parameters(
            p.weights,
            p.means,
            p.covariances,
            covariance_type=p.family,
            feature_names=self._names(),
        )

    # Use

    def credible_intervals(self) -> dict[str, Array]:
        """95 % credible intervals, lower and upper ends last: "weights" (K, 2), "means" (K, D, 2),
        "variances" (K, D, 2)."""
        check_is_fitted(self)
        if self.compat:
            raise ValueError("credible intervals are of the posterior: fit without compat")
        said = json.loads(_core.model_json(self._model()))["posterior"]["credible_intervals"]
        return {name: np.asarray(said[name]) for name in ("weights", "means", "variances")}

    def score_samples(self, X: Any, X_err: Any = None) -> Array:
        """Log-density (N,) of the posterior predictive distribution at every row of X (N, D)."""
        values = super().score_samples(X, X_err)
        return values if self._log_norm is None else values + values.dtype.type(self._log_norm)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None, X_err: Any = None) -> float:
        """The mean of ``score_samples``, of weights sample_weight (N,)."""
        return float(np.average(self.score_samples(X, X_err), weights=sample_weight))

    def _draw(self, rng: Any, n: int, only: int | None = None) -> tuple[Array, Array]:
        if self.compat:
            return super()._draw(rng, n, only)
        if only is not None:
            return self._draw_only(rng, n, only)
        rows, labels = np.empty((n, self.means_.shape[1])), np.empty(n, dtype=np.int32)
        _core.sample(self._model(), n, int(rng.randint(2**31 - 1)), rows, labels)
        order = np.argsort(labels, kind="stable")
        return rows[order].astype(self.means_.dtype, copy=False), labels[order].astype(np.int64)

    def _draw_only(self, rng: Any, n: int, only: int) -> tuple[Array, Array]:
        """Of one component: those of its rows among rows of all."""
        share = float(self.weights_[only])
        if share < 1e-6:
            raise ValueError(f"component {only} has the weight {share:.2g}: too little to draw from")
        found: list[Array] = []
        while sum(map(len, found)) < n:
            rows, labels = self._draw(rng, int(1.2 * n / share) + 16)
            found.append(rows[labels == only])
        return np.concatenate(found)[:n], np.full(n, only)

    @classmethod
    def from_parameters(cls, *args: Any, **kwargs: Any) -> Any:
        """Posteriors are fitted: parameters make a ``GaussianMixture``."""
        raise TypeError("parameters are points: GaussianMixture.from_parameters() takes them")

    @classmethod
    def _of_posterior(cls, model: _core.Model) -> BayesianGaussianMixture:
        p, _, names = Parameters.of(model)
        k, d = p.means.shape
        made = cls(k, covariance_type=p.family)
        made.n_features_in_ = d
        if names is not None:
            made.feature_names_in_ = np.asarray(list(names), dtype=object)
        made._log_norm = None
        made._set(p, np.float64)
        made._keep_posterior(model, np.float64)
        kinds = {v: k for k, v in KINDS.items()}
        if made._posterior["weights"] in kinds:  # those of a conditional are numbers
            made.weight_concentration_prior_type = kinds[made._posterior["weights"]]
        return made

    def _of_model(self, model: _core.Model, same: bool = True) -> Any:
        """Marginals and conditionals, which have posteriors, too."""
        made = self._of_posterior(model)
        if same and self.component_names_:
            made._classes = {"component_names": self.component_names_}
        return made

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Any:
        """Reads a model file with a posterior, of ``gmix fit --bayes`` or of ``to_file``."""
        with open(path, "rb"):
            pass
        model, said = _core.model_read(os.fsencode(path))
        if "posterior" not in json.loads(_core.model_json(model)):
            raise ValueError(f"{path} has no posterior: GaussianMixture.from_file() reads it")
        made = cls._of_posterior(model)
        if said is not None:
            made.report_ = json.loads(said)
            made.lower_bound_ = made._posterior["bound"]
            made.converged_ = made.report_["converged"]
            made.n_iter_ = made.report_["n_iterations"]
        return made
