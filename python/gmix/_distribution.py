"""A mixture as a distribution: moments, quantiles, probabilities, regions, modes, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gmix import _core, _input
from gmix._parameters import Array
from gmix._sklearn import check_is_fitted
from gmix._workbench import Adequacy

if TYPE_CHECKING:
    from typing import Self


class Moments(NamedTuple):
    """Mean (D,), covariance (D, D), skewness (D,) and excess kurtosis (D,) of a mixture."""

    mean: Array
    covariance: Array
    skewness: Array
    kurtosis: Array


class Region(NamedTuple):
    """The smallest region of a probability, where the density is above ``level``.

    ``volume`` is its length, area, ...; the errors are standard errors, 0 in one dimension, where
    ``intervals`` (M, 2) has its ends.
    """

    mass: float
    level: float
    level_error: float
    volume: float
    volume_error: float
    intervals: Array


class Modes(NamedTuple):
    """Modes (M, D), highest first, and saddles (S, D), with their log-densities; ``joins`` (S, 2)
    has the modes that a saddle lies between.
    """

    at: Array
    log_density: Array
    saddles: Array
    saddle_log_density: Array
    joins: Array


class Prediction(NamedTuple):
    """What ``predict_all`` says of N rows."""

    labels: Array  # (N,): the component, -1 for noise
    probabilities: Array  # (N, K): responsibilities
    certainty: Array  # (N,): the responsibility of the label
    log_density: Array  # (N,)


class Boundaries(NamedTuple):
    """Where another component becomes the most probable one: ``at`` (M,), rising; ``labels``
    (M + 1,), the component in every segment, -1 for noise; and the probability that a row of the
    mixture is not from the component of its segment.
    """

    at: Array
    labels: Array
    error_rate: float


class DistanceTest(NamedTuple):
    """A distance between distribution functions and its p-value for a model fitted to the data;
    ``p_naive`` is that of a model known before, and too large.
    """

    statistic: float
    p: float
    p_naive: float


class Distances(NamedTuple):
    """Distances (M, M) of mixtures from each other and their standard errors, 0 for closed forms."""

    values: Array
    errors: Array


def distances(
    mixtures: Any,
    distance: str = "mw2",
    *,
    tolerance: float = 1e-3,
    max_draws: int = 1_000_000,
    seed: int = 0,
) -> Distances:
    """How far many mixtures of the same features are from each other: by "mw2" (optimal transport
    between components, in the features' units), "ise", "cauchy-schwarz", "hellinger",
    "jensen-shannon", "total-variation", or "kl" of the column's mixture from the row's. "mw2" and
    "hellinger" are metrics.

    >>> import gmix
    >>> one = gmix.GaussianMixture.from_parameters([1.0], [[0.0]], [[[1.0]]])
    >>> other = gmix.GaussianMixture.from_parameters([1.0], [[2.0]], [[[1.0]]])
    >>> gmix.distances([one, other]).values
    array([[0., 2.],
           [2., 0.]])
    """
    given = list(mixtures)
    for mixture in given:
        check_is_fitted(mixture)
    models = [mixture._model() for mixture in given]
    threads = given[0]._threads() if given else 1
    found = _core.distances(models, distance, tolerance, max_draws, seed, threads)
    return Distances(*(np.frombuffer(cells).reshape(len(given), -1) for cells in found))


def _values(x: Any) -> Array:
    return np.ascontiguousarray(np.atleast_1d(x), dtype=np.float64).ravel()


class Distributions:
    """The part of ``GaussianMixture`` that asks what its density is like."""

    if TYPE_CHECKING:
        n_features_in_: int
        weights_: Array

        def _model(self) -> _core.Model: ...
        def _rows(self, X: Any) -> Any: ...
        def _threads(self) -> int: ...
        def _result_type(self, x: Array) -> Any: ...
        def _of_model(self, model: _core.Model) -> Self: ...

    def moments(self) -> Moments:
        """Mean, covariance, skewness and excess kurtosis.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
        >>> gm.moments().mean, gm.moments().covariance
        (array([2.]), array([[5.]]))
        """
        check_is_fitted(self)
        d = self.n_features_in_
        out = Moments(np.empty(d), np.empty((d, d)), np.empty(d), np.empty(d))
        _core.moments(self._model(), *out)
        return out

    def log_cdf(self, x: Any) -> tuple[Array, Array]:
        """log P(X <= x) and log P(X > x) for values x (N,) of a mixture of one feature; both have
        all their digits wherever they are.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([1.0], [[0.0]], [[[1.0]]])
        >>> below, above = gm.log_cdf([0.0, 40.0])
        >>> float(above[1].round(1))
        -804.6
        """
        check_is_fitted(self)
        at = _values(x)
        lower, upper = np.empty(len(at)), np.empty(len(at))
        _core.cdf(self._model(), at, lower, upper)
        return lower, upper

    def quantile(self, p: Any, upper: bool = False) -> Array:
        """x with P(X <= x) = p, or with ``upper`` P(X > x) = p, for p (N,); of one feature.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([1.0], [[0.0]], [[[1.0]]])
        >>> gm.quantile([0.5, 1e-300]).round(3) + 0.0
        array([  0.   , -37.047])
        """
        check_is_fitted(self)
        at = _values(p)
        out = np.empty(len(at))
        _core.quantiles(self._model(), at, upper, out)
        return out

    def probability(
        self,
        lower: Any = None,
        upper: Any = None,
        *,
        tolerance: float = 1e-6,
        max_points: int = 1_000_000,
        seed: int = 0,
    ) -> tuple[float, float]:
        """P(lower < X <= upper), all features within (D,) bounds, and its standard error.

        None is no bound. Exact to 1e-12 in one and two dimensions; else by a shifted lattice of
        points (Genz 1992).

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([1.0], [[0.0, 0.0]], [[[1.0, 0.5], [0.5, 1.0]]])
        >>> round(gm.probability(lower=[0.0, 0.0])[0], 10)
        0.3333333333
        """
        check_is_fitted(self)
        d = self.n_features_in_
        low = np.full(d, -np.inf) if lower is None else _values(lower)
        high = np.full(d, np.inf) if upper is None else _values(upper)
        return _core.box_probability(
            self._model(), low, high, tolerance, max_points, seed, self._threads()
        )

    def hdr(self, mass: float = 0.95, *, n_draws: int = 0, seed: int = 0) -> Region:
        """The highest-density region of that probability: exact for one feature; else its level is
        found from ``n_draws`` (200 000) draws of the model.

        >>> import numpy as np
        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([0.5, 0.5], [[0.0], [9.0]], [[[1.0]], [[1.0]]])
        >>> gm.hdr(0.6827).intervals.round(2) + 0.0
        array([[-1.,  1.],
               [ 8., 10.]])
        """
        check_is_fitted(self)
        level, error, volume, of_volume, ends = _core.region(
            self._model(), mass, n_draws, seed, self._threads()
        )
        return Region(mass, level, error, volume, of_volume, np.frombuffer(ends).reshape(-1, 2))

    def modes(self) -> Modes:
        """Modes and the saddles between them; components are not modes. None where the noise
        has all the weight: it is flat.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([0.5, 0.5], [[0.0], [1.0]], [[[1.0]], [[1.0]]])
        >>> gm.modes().at
        array([[0.5]])
        """
        check_is_fitted(self)
        at, heights, saddles, passes, joins = _core.modes(self._model())
        d = self.n_features_in_
        return Modes(
            np.frombuffer(at).reshape(-1, d),
            np.frombuffer(heights),
            np.frombuffer(saddles).reshape(-1, d),
            np.frombuffer(passes),
            np.frombuffer(joins, dtype=np.uintp).reshape(-1, 2).astype(np.int64),
        )

    def predict_mode(self, X: Any) -> Array:
        """The mode (N,) that each row of X (N, D) ascends to; -1 for one with missing cells."""
        x = self._rows(X)
        out = np.empty(x.shape[0], dtype=np.int32)
        _core.mode_labels(self._model(), _input.for_c(x), out, self._threads())
        return out.astype(np.int64)

    def predict_all(self, X: Any) -> Prediction:
        """Labels, responsibilities, certainties and log-densities of rows X (N, D) at once.

        One evaluation of the mixture instead of three.
        """
        x = self._rows(X)
        n, k, real = x.shape[0], len(self.weights_), self._result_type(x)
        labels = np.empty(n, dtype=np.int32)
        resp, certainty, density = np.empty((n, k)), np.empty(n), np.empty(n)
        _core.predict(
            self._model(), _input.for_c(x), labels, resp, certainty, density, self._threads()
        )
        reals = (a.astype(real, copy=False) for a in (resp, certainty, density))
        return Prediction(labels.astype(np.int64), *reals)

    def mahalanobis(self, X: Any) -> Array:
        """Squared Mahalanobis distances (N, K) of rows X (N, D) from the components."""
        x = self._rows(X)
        out = np.empty((x.shape[0], len(self.weights_)))
        _core.mahalanobis(self._model(), _input.for_c(x), out, self._threads())
        return out

    def compare(
        self,
        other: Any,
        *,
        tolerance: float = 1e-3,
        max_draws: int = 1_000_000,
        seed: int = 0,
    ) -> dict[str, Any]:
        """What there is between this mixture and another one of the same features.

        Estimates are (value, standard error): "kl_ab", "kl_ba", "jensen_shannon",
        "hellinger_squared", "total_variation", "entropy_a", "entropy_b"; "kl_ab_bounds" and
        "kl_ba_bounds" hold for certain; "ise", "cauchy_schwarz", "mw2_squared" and its "plan"
        (K_a, K_b; one more, the last, for noise) are closed forms; "w1" and
        "w2_squared", of the densities themselves, are NaN in several dimensions.

        >>> from gmix import GaussianMixture
        >>> one = GaussianMixture.from_parameters([1.0], [[0.0]], [[[1.0]]])
        >>> other = GaussianMixture.from_parameters([1.0], [[2.0]], [[[1.0]]])
        >>> round(one.compare(other)["kl_ab"][0], 9)
        2.0
        """
        check_is_fitted(self)
        found = _core.compare(
            self._model(), other._model(), tolerance, max_draws, seed, self._threads()
        )
        parts = len(self.weights_) + (getattr(self, "_noise", (0.0, None))[0] > 0.0)
        found["plan"] = np.frombuffer(found["plan"]).reshape(parts, -1)
        return found

    def kl_approximation(self, other: Any, name: str) -> float:
        """A published approximation of KL(self | other): "goldberger", "variational", "product",
        "moments"; or the bounds "upper", "durrieu-lower", "durrieu-upper". Off by far, most of them:
        ``compare`` measures it.
        """
        check_is_fitted(self)
        return _core.kl_approximation(self._model(), other._model(), name)

    def reduce(self, n_components: int, *, refine: str | None = None) -> Self:
        """A mixture of fewer components: pairs are merged at the least cost (Runnalls 2007). Then
        ``refine`` may be "transport" (components are given anew to the nearest ones) or
        "squared-error" (the integrated squared error is made least).

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
        >>> gm.reduce(1).covariances_
        array([[[5.]]])
        """
        check_is_fitted(self)
        return self._of_model(_core.reduce(self._model(), n_components, refine))

    def boundaries(self) -> Boundaries:
        """All Bayes boundaries of a mixture of one feature.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
        >>> gm.boundaries().at, gm.boundaries().labels
        (array([2.]), array([0, 1], dtype=int32))
        """
        check_is_fitted(self)
        at, labels, error_rate = _core.boundaries(self._model())
        return Boundaries(np.frombuffer(at), np.frombuffer(labels, dtype=np.int32), error_rate)

    def evaluate(self, X: Any) -> Adequacy:
        """How this mixture of one feature, made by hand say, agrees with rows X (N, 1): log-likelihood,
        Kolmogorov-Smirnov distance, and root of the summed squares to the Pareto density.

        >>> import numpy as np
        >>> from gmix import GaussianMixture
        >>> X = np.random.default_rng(0).normal(size=(200, 1))
        >>> good, bad = (GaussianMixture.from_parameters([1.0], [[mu]], [[[1.0]]]) for mu in (0, 1))
        >>> good.evaluate(X).rms < bad.evaluate(X).rms
        True
        """
        x = self._rows(X)
        return Adequacy(*_core.adequacy(self._model(), _input.for_c(x), self._threads()))

    def test_fit(self, X: Any, *, replicates: int = 999, seed: int = 0) -> dict[str, DistanceTest]:
        """Could rows X (N, 1), to which this mixture of one feature was fitted, come from it?

        "kolmogorov_smirnov", "anderson_darling", "cramer_von_mises" and "chi_squared" distances, with p-values by
        a parametric bootstrap that fits every replicate again.

        >>> import numpy as np
        >>> from gmix import GaussianMixture
        >>> X = np.random.default_rng(0).exponential(size=(200, 1))
        >>> gm = GaussianMixture(1).fit(X)
        >>> gm.test_fit(X, replicates=99)["anderson_darling"].p
        0.01
        """
        x = self._rows(X)
        found = _core.test_fit(self._model(), _input.for_c(x), replicates, seed, self._threads())
        return {name: DistanceTest(*told) for name, told in found.items()}
