"""``GaussianMixtureDetector``: rows that do not come from where the others come from."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, Literal, NamedTuple

import numpy as np

from gmix import _core, _input, _sklearn, _starts
from gmix._estimator import GaussianMixture
from gmix._parameters import Array, Parameters
from gmix._sklearn import BaseEstimator, OutlierMixin, check_is_fitted, check_random_state
from gmix._threads import threads_of


class Reasons(NamedTuple):
    """What the row's other cells lead to expect of each, in the data's units; arrays (N, D).

    ``surprise`` is how much more unlikely the cell is than one usually is, in nats: the highest
    is to blame.
    """

    expected: Array
    std: Array
    surprise: Array


class Blame(NamedTuple):
    """The cells of a row that are to blame, the most surprising first; arrays (N, most).

    ``feature`` is -1 where there are fewer; ``expected`` and ``std`` are what the cells that are
    not to blame lead to expect.
    """

    feature: Array
    expected: Array
    std: Array


def _constraints() -> dict[str, list[Any]]:
    if not _sklearn.INSTALLED:
        return {}
    interval, one_of = _sklearn.Interval, _sklearn.StrOptions
    return {
        "n_components": [interval(Integral, 1, None, closed="left"), one_of({"auto"})],
        "contamination": [interval(Real, 0.0, 0.5, closed="right"), one_of({"auto"})],
        "clean": ["boolean"],
        "fdr": [interval(Real, 0.0, 1.0, closed="neither")],
        "covariance_type": [one_of(set(_sklearn.FAMILIES))],
        "trim": [interval(Real, 0.0, 0.5, closed="both"), None],
        "folds": [interval(Integral, 2, 1000, closed="both")],
        "missing": [one_of({"error", "em"})],
        "random_state": ["random_state"],
        "n_threads": [interval(Integral, 1, None, closed="left"), None],
        "options": [dict, None],
    }


class GaussianMixtureDetector(OutlierMixin, BaseEstimator):
    """Anomalies by a Gaussian mixture, with calibrated p-values and reasons.

    Methods are those of scikit-learn's outlier detectors (``predict`` gives -1 for anomalies,
    ``score_samples`` and ``decision_function`` are higher for normal rows); the fitted attributes
    ``decision_scores_``, ``threshold_`` and ``labels_`` are PyOD's.

    Parameters
    ----------
    n_components : int or "auto", default="auto"
        K; "auto": by BIC, and rows are scored in a mixture that guards against components that
        swallow anomalies (docs/anomalies.md).
    contamination : "auto" or float in (0, 0.5], default=0.1
        The share of the training rows that ``predict`` takes for anomalies; "auto": of those that
        the p-values reject at the false discovery rate ``fdr``, which may be none. (The default is
        PyOD's, and scikit-learn's checks want some.)
    clean : bool, default=False
        The training rows are all normal; new ones are compared with them.
    fdr : float, default=0.1
    covariance_type : str, default="full"
        One of ``gmix.families()``.
    trim : float or None, default=None
        Share of the rows that the fit leaves out; None: 0.05 if K is "auto" and rows are not
        clean, else 0.
    folds : int, default=20
        Fits without some of the rows, which calibrate the p-values.
    missing : {"error", "em"}, default="error"
    random_state : int, RandomState or None, default=None
    n_threads : int or None, default=None
    options : dict or None, default=None
        Further options of gmix's fits, see ``gmix.options()``.

    Attributes
    ----------
    mixture_ : GaussianMixture
    decision_scores_ : array (N,)
        How far out the training rows are: minus the logarithm of the probability, at most, that
        a row of the mixture is as unlikely.
    p_values_ : array (N,)
        Calibrated by fits without the row.
    threshold_ : float
        Rows with higher scores are anomalies.
    labels_ : array (N,)
        1 for anomalies among the training rows, else 0.
    offset_ : float
        ``-threshold_``.
    contamination_ : float

    Examples
    --------
    >>> import numpy as np
    >>> from gmix import GaussianMixtureDetector
    >>> rng = np.random.default_rng(2)
    >>> x = rng.normal(size=(200, 2)) @ [[2.0, 1.8], [0.0, 0.4]]
    >>> x[7] = [2.0, -2.0]
    >>> detector = GaussianMixtureDetector(contamination="auto", random_state=0).fit(x)
    >>> np.flatnonzero(detector.labels_)
    array([7])
    >>> detector.explain(x[7:8]).expected.round(1)
    array([[-2.1,  1.8]])
    """

    n_features_in_: int
    _parameter_constraints = _constraints()

    def __init__(
        self,
        n_components: Any = "auto",
        *,
        contamination: Any = 0.1,
        clean: bool = False,
        fdr: float = 0.1,
        covariance_type: str = "full",
        trim: float | None = None,
        folds: int = 20,
        missing: Literal["error", "em"] = "error",
        random_state: Any = None,
        n_threads: int | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        self.n_components = n_components
        self.contamination = contamination
        self.clean = clean
        self.fdr = fdr
        self.covariance_type = covariance_type
        self.trim = trim
        self.folds = folds
        self.missing = missing
        self.random_state = random_state
        self.n_threads = n_threads
        self.options = options

    def fit(self, X: Any, y: Any = None) -> GaussianMixtureDetector:
        """Fits the detector to rows X (N, D). y is ignored."""
        self._validate_params()
        x = self._take(X, reset=True)
        self._seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self._rows_seen = np.array(x, dtype=np.float64)
        self._settings = self._set_up()
        self._made = self._make()
        n = x.shape[0]
        self.decision_scores_, self.p_values_ = np.empty(n), np.empty(n)
        _core.detector_training(self._made, self.decision_scores_, self.p_values_)
        parameters, _, _ = Parameters.of(_core.detector_model(self._made))
        self.mixture_ = GaussianMixture.from_parameters(
            parameters.weights,
            parameters.means,
            parameters.covariances,
            covariance_type=parameters.family,
            feature_names=getattr(self, "feature_names_in_", None),
        )
        self.mixture_.missing = self.missing
        self._set_threshold()
        return self

    def _set_threshold(self) -> None:
        """Between the highest scores, as many as contamination says, and the others."""
        scores = self.decision_scores_
        n = len(scores)
        if self.contamination == "auto":
            rejected = int(np.sum(adjust_p_values(self.p_values_) <= self.fdr))
            rising = np.sort(scores)
            several = 0 < rejected < n
            self.threshold_ = float(
                (rising[n - rejected - 1] + rising[n - rejected]) / 2 if several else rising[-1]
            )
        else:
            self.threshold_ = float(np.percentile(scores, 100.0 * (1.0 - self.contamination)))
        self.labels_ = (scores > self.threshold_).astype(int)
        self.contamination_ = float(np.mean(self.labels_))
        self.offset_ = -self.threshold_

    def _set_up(self) -> dict[str, str]:
        family = self.covariance_type
        options = {"covariance": family, **(self.options or {}), "seed": self._seed}
        return {name: str(value) for name, value in options.items()}

    def _make(self) -> _core.Detector:
        k = 0 if self.n_components == "auto" else int(self.n_components)
        trim = -1.0 if self.trim is None else float(self.trim)
        threads = threads_of(self.n_threads)
        rest = (k, 20, self.clean, trim, 0.05, self.folds, threads)
        try:
            return _core.detector_fit(self._rows_seen, None, self._settings, *rest)
        except _core.SingularError:
            # Fewer rows than a single component needs: a floor of its widths keeps it one.
            if "reg" in self._settings or "reg_relative" in self._settings:
                raise
            self._settings = {**self._settings, "reg_relative": "1e-6"}
            return _core.detector_fit(self._rows_seen, None, self._settings, *rest)

    def _detector(self) -> _core.Detector:
        """The detector; of an estimator that was copied or unpickled, made again from its rows."""
        check_is_fitted(self)
        if self.__dict__.get("_made") is None:
            self._made = self._make()
        return self._made

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        state.pop("_made", None)
        return state

    def score_samples(self, X: Any) -> Array:
        """Minus how far out rows X (N, D) are: higher is more normal."""
        detector = self._detector()
        x = self._take(X, reset=False)
        out = np.empty(x.shape[0])
        _core.detector_apply(detector, _input.for_c(x), out, None, threads_of(self.n_threads))
        return -out

    def decision_function(self, X: Any) -> Array:
        """``score_samples(X) - offset_``: negative for anomalies."""
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> Array:
        """-1 for anomalies, 1 for normal rows."""
        return np.where(self.decision_function(X) >= 0.0, 1, -1)

    def p_values(self, X: Any) -> Array:
        """The probability that a normal row is as far out as each of rows X (N, D), which were not
        trained with, by rows held out (cross-conformal prediction). See ``adjust_p_values``."""
        detector = self._detector()
        x = self._take(X, reset=False)
        out = np.empty(x.shape[0])
        _core.detector_apply(detector, _input.for_c(x), None, out, threads_of(self.n_threads))
        return out

    def explain(self, X: Any) -> Reasons:
        """Which cells of rows X (N, D) are to blame."""
        check_is_fitted(self)
        x = self._take(X, reset=False)
        found = Reasons(np.empty(x.shape), np.empty(x.shape), np.empty(x.shape))
        model = self.mixture_._model()
        threads = threads_of(self.n_threads)
        _core.cell_reasons(
            model, _input.for_c(x), found.expected, found.std, found.surprise, threads
        )
        return found

    def blame(self, X: Any, most: int = 3, least: float = 2.0) -> Blame:
        """The cells of rows X (N, D) to blame, one after the other: each is taken for missing
        before the next is judged, so that a wrong cell does not make its neighbours look wrong.
        A cell needs a surprise of ``least`` nats."""
        check_is_fitted(self)
        x = self._take(X, reset=False)
        shape = (x.shape[0], min(most, x.shape[1]))
        which = np.empty(shape, dtype=np.uint64)
        expected, std = np.empty(shape), np.empty(shape)
        model, threads = self.mixture_._model(), threads_of(self.n_threads)
        _core.blame_cells(
            model, _input.for_c(x), shape[1], float(least), which, expected, std, threads
        )
        return Blame(which.astype(np.int64), expected, std)

    def shapley_values(self, X: Any) -> Array:
        """What each feature contributes to the surprise of rows X (N, D), D <= 12: (N, D), nats."""
        check_is_fitted(self)
        x = self._take(X, reset=False)
        out = np.empty(x.shape)
        model = self.mixture_._model()
        _core.shapley_values(model, _input.for_c(x), out, threads_of(self.n_threads))
        return out

    def _take(self, X: Any, *, reset: bool) -> Any:
        checked = _sklearn.validate_data(
            self,
            _input.numbers_of(X),
            reset=reset,
            dtype=[np.float64, np.float32],
            ensure_min_samples=4 if reset else 1,
            ensure_all_finite=True if self.missing == "error" else "allow-nan",
        )
        return _starts.aligned(checked)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing != "error"
        return tags


def adjust_p_values(p: Any) -> Array:
    """p-values adjusted for their number (Benjamini & Hochberg 1995): those of at most q are found
    at the false discovery rate q.

    >>> from gmix import adjust_p_values
    >>> adjust_p_values([0.01, 0.04, 0.03, 0.5]).round(4)
    array([0.04  , 0.0533, 0.0533, 0.5   ])
    """
    given = np.ascontiguousarray(p, dtype=np.float64).ravel()
    out = np.empty_like(given)
    _core.adjust_p_values(given, out)
    return out
