"""``GaussianMixtureRegressor``: what y is, given X, by a mixture of both."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gmix import _core, _input, _sklearn, _starts
from gmix._choices import Criterion, Missing, Search, own_constraints
from gmix._estimator import GaussianMixture
from gmix._parameters import Array
from gmix._sklearn import BaseEstimator, RegressorMixin, check_is_fitted
from gmix._threads import threads_of


class Evidence(NamedTuple):
    """How well rows agree with a model; arrays of N.

    ``log_density`` is that of the inputs, ``distance`` the Mahalanobis distance from the nearest
    component, and ``tail`` bounds the probability that a row of the model is as far from all of
    them: below 0.001, say, a prediction goes beyond what the model knows.
    """

    log_density: Array
    distance: Array
    tail: Array


class GaussianMixtureRegressor(RegressorMixin, BaseEstimator):
    """Regression by a Gaussian mixture of inputs and targets together.

    The mixture's conditional distribution of y given x is a mixture again: its mean is the
    prediction, and its spread, quantiles and regions depend on where x is (Ghahramani & Jordan
    1994; Sung 2004). Inputs may be missing with ``missing="em"``.

    Parameters
    ----------
    n_components : int, "auto", range or sequence of int, default="auto"
        K; or those to choose among by ``criterion`` ("auto": from 1 until it gets worse; 1 if
        there are fewer rows than a sound solution takes, with a warning).
    covariance_type : str or sequence of str, default="full"
        One of ``gmix.families()``, several to choose among, or "all".
    criterion : {"bic", "icl", "aic", "aicc", "cv", "evidence"}, default="bic"
    search : {"quick", "standard", "thorough"}, default="standard"
    missing : {"error", "em", "drop"}, default="error"
        What becomes of cells that are NaN, in fit and predict.
    random_state : int, RandomState or None, default=None
    n_threads : int or None, default=None
    options : dict or None, default=None
        Further options of gmix's fit, see ``gmix.options()``.

    Attributes
    ----------
    mixture_ : GaussianMixture
        Of inputs, then targets.
    n_features_in_ : int
    n_targets_ : int

    Examples
    --------
    >>> import numpy as np
    >>> from gmix import GaussianMixtureRegressor
    >>> rng = np.random.default_rng(0)
    >>> x = rng.uniform(0.0, 1.0, (500, 1))
    >>> y = np.abs(x[:, 0] - 0.5) + rng.normal(0.0, 0.02, 500)
    >>> gmr = GaussianMixtureRegressor(2, random_state=0).fit(x, y)
    >>> mean, std = gmr.predict([[0.1], [0.9]], return_std=True)
    >>> mean.round(1), std.round(2)
    (array([0.4, 0.4]), array([0.02, 0.02]))
    >>> bool(gmr.evidence([[30.0]]).tail[0] < 0.001)
    True
    """

    n_features_in_: int
    _parameter_constraints = own_constraints() if _sklearn.INSTALLED else {}

    def __init__(
        self,
        n_components: Any = "auto",
        *,
        covariance_type: Any = "full",
        criterion: Criterion = "bic",
        search: Search = "standard",
        missing: Missing = "error",
        random_state: Any = None,
        n_threads: int | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.criterion = criterion
        self.search = search
        self.missing = missing
        self.random_state = random_state
        self.n_threads = n_threads
        self.options = options

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> GaussianMixtureRegressor:
        """Fits the mixture to rows X (N, D) with targets y (N,) or (N, T)."""
        self._validate_params()
        x, targets = _sklearn.validate_pair(self, X, y, allow_nan=self.missing != "error")
        self._flat = targets.ndim == 1
        targets = targets.reshape(len(targets), -1).astype(np.float64)
        self.n_targets_ = targets.shape[1]
        joint = np.hstack([x.astype(np.float64), targets])
        try:
            self.mixture_ = self._mixture(self.n_components).fit(joint, None, sample_weight)
        except _core.SingularError:
            # Fewer rows than a single component needs: a floor of its widths keeps it one, high
            # enough for rounding not to tell predictions apart.
            if self.n_components != "auto":
                raise
            mixture = self._mixture(1, reg_relative=1e-6)
            self.mixture_ = mixture.fit(joint, None, sample_weight)
        return self

    def _mixture(self, n_components: Any, **options: float) -> GaussianMixture:
        return GaussianMixture(
            n_components,
            covariance_type=self.covariance_type,
            criterion=self.criterion,
            search=self.search,
            missing=self.missing,
            random_state=self.random_state,
            n_threads=self.n_threads,
            options={**options, **(self.options or {})} or None,
        )

    def predict(
        self,
        X: Any,
        return_std: bool = False,
        return_cov: bool = False,
        quantiles: Any = None,
    ) -> Any:
        """The mean of y for rows X (N, D): (N,), or (N, T) for several targets.

        With ``return_std`` the standard deviations beside it, of the same shape; with
        ``return_cov`` the covariances (N, T, T); with ``quantiles``, a sequence of Q levels, the
        quantiles of each target, (N, Q) or (N, T, Q). Several come as a tuple in this order.
        """
        levels = np.asarray([] if quantiles is None else quantiles, dtype=np.float64).ravel()
        x = self._rows(X)
        n, t = x.shape[0], self.n_targets_
        mean = np.empty((n, t))
        std = np.empty((n, t)) if return_std else None
        cov = np.empty((n, t, t)) if return_cov else None
        at = np.empty((n, t, len(levels))) if len(levels) else None
        self._regress(x, levels, mean=mean, std=std, cov=cov, at=at)
        if self._flat:
            mean = mean[:, 0]
            std = None if std is None else std[:, 0]
            at = None if at is None else at[:, 0]
        found = [mean, *(extra for extra in (std, cov, at) if extra is not None)]
        return mean if len(found) == 1 else tuple(found)

    def regions(self, X: Any, mass: float = 0.9) -> Array:
        """The smallest region of that probability for every row of X (N, D).

        (N, R, 2), or (N, T, R, 2): the ends of up to R intervals, one for every mode of y
        that belongs to the region, rising, and NaN where there are fewer.
        """
        x = self._rows(X)
        most = _core.n_intervals(self.mixture_._model())
        out = np.empty((x.shape[0], self.n_targets_, most, 2))
        self._regress(x, np.empty(0), mass, regions=out)
        return out[:, 0] if self._flat else out

    def evidence(self, X: Any) -> Evidence:
        """How well rows X (N, D) agree with the model: look here before trusting a prediction."""
        x = self._rows(X)
        out = np.empty((x.shape[0], 3))
        self._regress(x, np.empty(0), evidence=out)
        return Evidence(out[:, 0], out[:, 1], out[:, 2])

    def _regress(
        self,
        x: Any,
        levels: Array,
        mass: float = 0.0,
        *,
        mean: Array | None = None,
        std: Array | None = None,
        cov: Array | None = None,
        at: Array | None = None,
        regions: Array | None = None,
        evidence: Array | None = None,
    ) -> None:
        d = self.n_features_in_
        targets = np.arange(d, d + self.n_targets_, dtype=np.uint64)
        _core.regress(
            self.mixture_._model(),
            targets,
            _input.for_c(x),
            levels,
            mass,
            mean,
            std,
            cov,
            at,
            regions,
            evidence,
            threads_of(self.n_threads),
        )

    def _rows(self, X: Any) -> Any:
        check_is_fitted(self)
        checked = _sklearn.validate_data(
            self,
            _input.numbers_of(X),
            reset=False,
            dtype=[np.float64, np.float32],
            ensure_all_finite=True if self.missing == "error" else "allow-nan",
        )
        return _starts.aligned(checked)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing != "error"
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        tags.target_tags.required = True
        return tags
