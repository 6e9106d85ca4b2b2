"""``GaussianMixture``: scikit-learn's class over gmix, and what it has beyond it."""

from __future__ import annotations

import json
from numbers import Integral, Real
from typing import Any

import numpy as np

from gmix import _checkpoint, _checks, _core, _input, _measured, _sklearn, _starts
from gmix._choices import (
    Criterion,
    Missing,
    Precision,
    Search,
    Start,
    is_range,
    one_of,
    own_constraints,
)
from gmix._criteria import Criteria
from gmix._derived import DerivedMixtures
from gmix._em import Run, run_em
from gmix._online import OnlineMixtures
from gmix._parameters import (
    Array,
    Parameters,
    cholesky_of_precisions,
    covariances_from_cholesky,
    has_factors,
    precisions_from_cholesky,
    quiet_cholesky,
    shown_covariances,
)
from gmix._sklearn import BaseEstimator, DensityMixin, check_is_fitted, check_random_state
from gmix._threads import threads_of


class _Made:
    """The model in C, and the attributes that it was made from."""

    key: tuple[Array, ...] = ()
    model: _core.Model | None = None


def _constraints() -> dict[str, list[Any]]:
    """What scikit-learn's check of parameters goes by."""
    if not _sklearn.INSTALLED:
        return {}
    interval = _sklearn.Interval
    return {
        **own_constraints(),
        "tol": [interval(Real, 0.0, None, closed="left")],
        "reg_covar": [interval(Real, 0.0, None, closed="left")],
        "max_iter": [interval(Integral, 0, None, closed="left")],
        "n_init": [interval(Integral, 1, None, closed="left")],
        "init_params": [one_of(Start)],
        "weights_init": ["array-like", None],
        "means_init": ["array-like", None],
        "precisions_init": ["array-like", None],
        "warm_start": ["boolean"],
        "verbose": ["verbose", callable],
        "verbose_interval": [interval(Integral, 1, None, closed="left")],
        "search": [one_of(Search), None],
        "precision": [one_of(Precision)],
    }


class GaussianMixture(OnlineMixtures, DerivedMixtures, Criteria, DensityMixin, BaseEstimator):
    """Gaussian mixture, fitted by expectation-maximisation.

    The parameters up to ``verbose_interval``, and all they lead to, are those of
    ``sklearn.mixture.GaussianMixture``; with the same ``random_state`` EM starts from the same
    place and takes the same steps. The others are gmix's own.

    Parameters
    ----------
    n_components : int, "auto", range or sequence of int, default=1
        K, the number of components; or those to choose among by ``criterion`` ("auto": from 1 until
        it gets worse), in gmix's own way: see ``search``. ``n_components_`` has what was chosen.
    covariance_type : str or sequence of str, default="full"
        "full", "tied", "diag", "spherical", or another of ``gmix.families()``, such as "VEV".
        Several, or "all", are chosen among, too; ``covariance_type_`` has what was chosen.
        "mfa:4" is a mixture of factor analysers with 4 factors, "mppca:3" one of probabilistic
        principal components; "mfa:1-6" and "mfa:auto" choose among numbers of factors. Gmix's own
        search fits these.
    tol : float, default=1e-3
        EM ends when the mean log-likelihood per row changes by less than this in a step.
    reg_covar : float, default=1e-6
        Added to the diagonal of every covariance in every step, in the data's units squared.
    max_iter : int, default=100
        Most EM steps.
    n_init : int, default=1
        Runs from different starts, of which the best is kept.
    init_params : {"kmeans", "k-means++", "random", "random_from_data"}, default="kmeans"
        Where EM starts.
    weights_init, means_init, precisions_init : array-like, default=None
        Shapes (K,), (K, D) and that of ``precisions_``: replace those of the start.
    random_state : int, RandomState or None, default=None
        Of the start, and of ``sample``.
    warm_start : bool, default=False
        A further fit starts where the last one ended.
    verbose, verbose_interval : int, default=0 and 10
        As in scikit-learn: what is printed, and every how many steps. A search and a choice among
        models show how far they are on standard error (a bar of tqdm, where that is installed), or
        call ``verbose`` with a ``gmix.Progress`` if it is a function.
    criterion : {"bic", "icl", "aic", "aicc", "cv", "evidence"}, default="bic"
        By which a model is chosen where there are several; "cv" is the log-likelihood of rows left
        out of the fit. Bayesian fits (the option ``bayes``) are chosen by their evidence, or "cv".
    search : {"quick", "standard", "thorough"} or None, default=None
        With None, scikit-learn's way: what the parameters above say. Else gmix's own search for
        the best solution; only ``n_components``, ``covariance_type``, ``random_state`` and the
        parameters below count then.
    missing : {"error", "em", "drop"}, default="error"
        What becomes of cells that are NaN: an error, as in scikit-learn; maximum likelihood
        from the others (Ghahramani & Jordan 1994); or their rows are left out.
    precision : {"double", "single"}, default="double"
        Of the arithmetic over rows.
    n_threads : int or None, default=None
        All cores, with None.
    options : dict or None, default=None
        Further options of gmix's fit, see ``gmix.options()``, such as ``{"noise": 0.05}``.

    Attributes
    ----------
    weights_ : ndarray of shape (K,)
    means_ : ndarray of shape (K, D)
    covariances_, precisions_, precisions_cholesky_ : ndarray
        Shape (K, D, D) for "full", (D, D) for "tied", (K, D) for "diag", (K,) for "spherical",
        (K, D, D) for the other families.
    loadings_, uniquenesses_ : ndarray
        Of laws with factors, else None: shape (K, D, q), or (D, q) where they are common; and (K, D), (D,),
        (K,) or (1,).
    converged_ : bool
    n_iter_ : int
        EM steps of the run that was kept.
    lower_bound_ : float
        Mean log-likelihood per row before the last step.
    lower_bounds_ : list of float
        Before every step.
    report_ : dict
        What gmix has to say of the fit: why it ended ("stop"), the gain still to come, whether
        all components are "sound", the "chance_of_better" by a longer search, warnings, ...
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (D,)
        Only if X has names for all its features.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> gm = GaussianMixture(n_components=2, random_state=0).fit(X)
    >>> gm.means_
    array([[10.,  2.],
           [ 1.,  2.]])
    >>> gm.predict_proba([[0, 0], [12, 3]]).round(3)
    array([[0., 1.],
           [1., 0.]])
    """

    _parameter_constraints = _constraints()

    def __init__(
        self,
        n_components: Any = 1,
        *,
        covariance_type: Any = "full",
        tol: float = 1e-3,
        reg_covar: float = 1e-6,
        max_iter: int = 100,
        n_init: int = 1,
        init_params: Start = "kmeans",
        weights_init: Any = None,
        means_init: Any = None,
        precisions_init: Any = None,
        random_state: Any = None,
        warm_start: bool = False,
        verbose: Any = 0,
        verbose_interval: int = 10,
        criterion: Criterion = "bic",
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
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state
        self.warm_start = warm_start
        self.verbose = verbose
        self.verbose_interval = verbose_interval
        self.criterion = criterion
        self.search = search
        self.missing = missing
        self.precision = precision
        self.n_threads = n_threads
        self.options = options

    # Fitting

    def fit(
        self, X: Any, y: Any = None, sample_weight: Any = None, X_err: Any = None
    ) -> GaussianMixture:
        """Fits the mixture to rows X (N, D), of weights sample_weight (N,); with errors X_err of measurement
        (see ``denoise``) by gmix's search, to what the rows really are. y is ignored."""
        self._fit(X, sample_weight, X_err=X_err)
        return self

    def fit_predict(self, X: Any, y: Any = None, sample_weight: Any = None) -> Array:
        """Fits, and gives the component (N,) that each row most likely came from."""
        return self._labels(self._fit(X, sample_weight))

    def _fit(self, X: Any, sample_weight: Any, y: Any = None, X_err: Any = None) -> Any:
        self._validate_params()
        self._refuse_array_api()
        x = self._take(X, reset=True, ensure_min_samples=2)
        if not self._chooses() and x.shape[0] < self.n_components:
            raise ValueError(
                "Expected n_samples >= n_components but got n_components = "
                f"{self.n_components}, n_samples = {x.shape[0]}"
            )
        weights = _sklearn.weights_of(sample_weight, x)
        own = self.search or self._chooses() or X_err is not None
        own = own or has_factors(self.covariance_type)
        self._forget_classes()
        run = self._search(x, weights, y, X_err) if own else self._run_em(x, weights)
        self.n_components_ = len(run.parameters.weights)
        self.covariance_type_ = run.parameters.family
        self._keep(run, x.dtype)
        return x

    def _refuse_array_api(self) -> None:
        allowed = ["random", "random_from_data"]
        if _sklearn.array_api_is_on() and self.init_params not in allowed:
            raise NotImplementedError(
                f"Allowed `init_params` are {allowed} if 'array_api_dispatch' is enabled. You "
                f"passed init_params={self.init_params!r}: disable 'array_api_dispatch'."
            )

    def _take(self, X: Any, *, reset: bool, ensure_min_samples: int = 1) -> Any:
        """X as C takes it, a view of the caller's if that can be."""
        X = _input.numbers_of(X)
        columns = _input.columns_of(X)
        if columns is not None:
            with _input.explained(X, self.missing == "error"):
                _sklearn.check_columns(
                    self,
                    X,
                    columns,
                    reset=reset,
                    ensure_min_samples=ensure_min_samples,
                    allow_nan=self.missing != "error",
                )
            return columns
        with _input.explained(X, self.missing == "error"):
            checked = _sklearn.validate_data(
                self,
                X,
                reset=reset,
                dtype=[np.float64, np.float32],
                ensure_min_samples=ensure_min_samples,
                ensure_all_finite=True if self.missing == "error" else "allow-nan",
            )
        return _starts.aligned(checked)

    def _run_em(self, x: Array, weights: Array | None) -> Run:
        """scikit-learn's way."""
        k, d, family = self.n_components, x.shape[1], self._family()
        given = (
            None if self.weights_init is None else _checks.check_weights(self.weights_init, k),
            None if self.means_init is None else _checks.check_means(self.means_init, k, d),
            None
            if self.precisions_init is None
            else _checks.check_precisions(self.precisions_init, family, k, d),
        )
        before = None
        if self.warm_start and hasattr(self, "converged_"):
            before = (self._parameters(), self.lower_bound_)
        run = run_em(self, x, weights, given, before)
        if not run.converged and self.max_iter > 0:
            _sklearn.warn_unconverged(
                "Best performing initialization did not converge. Try different init "
                "parameters, or increase max_iter, tol, or check for degenerate data."
            )
        return run

    def _search(self, x: Array, weights: Array | None, y: Any = None, X_err: Any = None) -> Run:
        """gmix's way: its own search, stop rule and bounds, and its choice among models."""
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        options = {"seed": str(seed), "search": self.search or "standard"}
        options.update(self._common_options())
        rows, names, threads = _measured.rows_of(x, X_err), self._names(), self._threads()
        if y is not None:
            return self._search_classes(x, weights, y, options)
        with _checkpoint.at_work(self) as show:
            if self._chooses():
                k, families = map(_checks.listed, (self.n_components, self.covariance_type))
                model, said = _core.select(
                    rows, weights, names, options, k, families, self.criterion, threads, show
                )
            else:
                options["n_components"] = str(self.n_components)
                options["covariance"] = self._family()
                model, said = _core.fit(
                    rows, weights, names, options, None, None, None, threads, show
                )
        run = Run.of(model, json.loads(said))
        for text in run.report["warnings"]:
            _sklearn.warn_of_fit(text)
        return run

    def _common_options(self) -> dict[str, str]:
        options: dict[str, str] = {"missing": self.missing, "precision": self.precision}
        for name, value in _checks.check_options(self.options).items():
            several = value if isinstance(value, (list, tuple, np.ndarray)) else [value]
            options[name] = ",".join(str(int(v) if isinstance(v, bool) else v) for v in several)
        return options

    def _keep(self, run: Run, dtype: Any) -> None:
        """Sets the fitted attributes, as floats of the data's precision."""
        p = run.parameters
        self._set(p, dtype)
        self.converged_ = run.converged
        self.n_iter_ = run.n_iter
        self.lower_bound_ = run.lower_bound
        self.lower_bounds_ = run.lower_bounds
        self.report_ = run.report

    def _set(self, p: Parameters, dtype: Any) -> None:
        covariances, factors = shown_covariances(p)
        vars(self).update(factors)
        u = cholesky_of_precisions(covariances, p.family)
        self.weights_ = p.weights.astype(dtype)
        self.means_ = p.means.astype(dtype)
        self.covariances_ = covariances.astype(dtype)
        self.precisions_cholesky_ = u.astype(dtype)
        self.precisions_ = precisions_from_cholesky(u, p.family).astype(dtype)
        self._noise = (p.noise_weight, p.noise_box)
        self._made = _Made()
        self._made.key, self._made.model = self._key(), p.model(self._names())

    # The model in C that the attributes make

    def _chooses(self) -> bool:
        """True if there are several models to choose among."""
        one_k = isinstance(self.n_components, Integral)
        name = self.covariance_type
        one_family = isinstance(name, str) and name != "all" and not is_range(name)
        return not (one_k and one_family)

    def _family(self) -> str:
        chosen = getattr(self, "covariance_type_", None) if self._chooses() else None
        name = chosen or _core.family_name(self.covariance_type)
        if name is None:
            raise ValueError(f"there is no covariance family {self.covariance_type!r}")
        return name

    def _names(self) -> list[str] | None:
        """Columns' names as the library takes them: each its own, or none at all."""
        given = getattr(self, "feature_names_in_", None)
        names = None if given is None else [str(name) for name in given]
        return names if names is None or len(set(names)) == len(names) else None

    def _threads(self) -> int:
        return threads_of(self.n_threads)

    def _parameters(self) -> Parameters:
        """The attributes as they are now: a user may have set them."""
        family = self._family()
        u = np.asarray(self.precisions_cholesky_)
        covariances = getattr(self, "covariances_", None)
        if has_factors(family):
            covariances = np.append(getattr(self, "loadings_"), getattr(self, "uniquenesses_"))
        elif covariances is None or not np.array_equal(
            quiet_cholesky(np.asarray(covariances, dtype=np.float64), family).astype(u.dtype),
            u,
        ):
            covariances = covariances_from_cholesky(u, family)
        noise, box = getattr(self, "_noise", (0.0, None))
        weights = np.asarray(self.weights_, dtype=np.float64)
        if abs(weights.sum() + noise - 1.0) > 1e-12:  # float32, or set by hand
            weights = weights * ((1.0 - noise) / weights.sum())
        return Parameters(
            family,
            weights,
            np.asarray(self.means_, dtype=np.float64),
            np.asarray(covariances, dtype=np.float64),
            noise,
            box,
        )

    def _key(self) -> tuple[Array, ...]:
        """What the model in C follows from."""
        attributes = (self.weights_, self.means_, self.precisions_cholesky_)
        return tuple(np.array(attribute) for attribute in attributes)

    def _model(self) -> _core.Model:
        """Made anew only when an attribute has changed."""
        now = self._key()
        made = getattr(self, "_made", None) or _Made()
        if made.model is None or not all(map(np.array_equal, made.key, now)):
            made.key, made.model = now, self._parameters().model(self._names())
        return made.model

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        if "_made" in state:
            state["_made"] = _Made()  # a capsule is not to be pickled, and soon made again
        return state

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "precisions_cholesky_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing != "error"
        return tags

    # Use

    def score_samples(self, X: Any, X_err: Any = None) -> Array:
        """Log-density (N,) of every row of X (N, D)."""
        x = self._rows(X)
        out = np.empty(x.shape[0])
        _core.log_density(self._model(), _measured.rows_of(x, X_err), out, self._threads())
        return out.astype(self._result_type(x), copy=False)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None, X_err: Any = None) -> float:
        """Mean log-density per row of X (N, D), of weights sample_weight (N,)."""
        x = self._rows(X)
        if self._result_type(x) == np.float32:  # the mean of score_samples, to the last bit
            values = self.score_samples(X, X_err)
            return float(np.average(values, weights=sample_weight))
        weights = _sklearn.weights_of(sample_weight, x)
        rows = _measured.rows_of(x, X_err)
        return _core.score(self._model(), rows, weights, self._threads())[1]

    def predict(self, X: Any, X_err: Any = None) -> Array:
        """The component (N,) that each row of X (N, D) most likely came from."""
        return self._labels(self._rows(X), X_err)

    def predict_proba(self, X: Any, X_err: Any = None) -> Any:
        """Responsibilities (N, K): the probability that a row came from a component.

        Source: Bishop (2006), eq. 9.13.
        """
        return self._framed(self._shares(X, X_err), self._component_columns(), X)

    def _shares(self, X: Any, X_err: Any = None) -> Array:
        x = self._rows(X)
        out = np.empty((x.shape[0], len(self.weights_)))
        _core.responsibilities(self._model(), _measured.rows_of(x, X_err), out, self._threads())
        return out.astype(self._result_type(x), copy=False)

    def impute(self, X: Any) -> Any:
        """X (N, D) with its missing cells filled by their mean given the row's others."""
        x = self._rows(X)
        out = np.empty(x.shape)
        _core.impute(self._model(), _input.for_c(x), out, self._threads())
        return self._framed(out.astype(self._result_type(x), copy=False), self._feature_columns(), X)

    def sample(
        self, n_samples: int = 1, random_state: Any = None, *, component: int | str | None = None
    ) -> tuple[Any, Array]:
        """Draws rows (n_samples, D) and their components (n_samples,), in components' order, or from
        one alone, by number or name (-1: noise). ``random_state``: None is the estimator's."""
        check_is_fitted(self)
        if n_samples < 1:
            raise ValueError(
                f"Invalid value for 'n_samples': {n_samples} . The sampling requires at least "
                "one sample."
            )
        rng = check_random_state(self.random_state if random_state is None else random_state)
        rows, labels = self._draw(rng, n_samples, self._find_component(component))
        return self._framed(rows, self._feature_columns()), labels

    def _rows(self, X: Any) -> Any:
        check_is_fitted(self)
        return self._take(X, reset=False)

    def _labels(self, x: Array, X_err: Any = None) -> Array:
        out = np.empty(x.shape[0], dtype=np.int32)
        _core.labels(self._model(), _measured.rows_of(x, X_err), out, self._threads())
        return out.astype(np.int64)

    def _result_type(self, x: Array) -> Any:
        return np.result_type(x.dtype, self.means_.dtype)

