"""Functions beside the estimator: a fit with gmix's own search, k-means, facts."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from gmix import _core, _input, _measured, _starts
from gmix._choices import Criterion, Search
from gmix._estimator import GaussianMixture
from gmix._parameters import Array
from gmix._sklearn import check_array, check_random_state, weights_of
from gmix._threads import threads_of


class Option(NamedTuple):
    """An option of gmix's own fit: its default as text, range or choices, and meaning."""

    name: str
    type: str
    default: str
    min: float
    max: float
    choices: list[str]
    help: str


def options() -> dict[str, Option]:
    """The options that ``fit`` and ``GaussianMixture(options=...)`` take, by name.

    >>> options()["tol"].default
    '1e-6'
    """
    return {entry[0]: Option(*entry) for entry in _core.options()}


def families() -> list[str]:
    """The covariance families, as ``covariance_type`` names them.

    >>> families()[:4]
    ['full', 'tied', 'diag', 'spherical']
    """
    return [name for name, _, _ in _core.families()]


def build_info() -> dict[str, str | int]:
    """Version, CPU level of the kernels in use, threading, and the number of threads."""
    return _core.build_info()


def fit(
    X: Any,
    n_components: Any = "auto",
    *,
    y: Any = None,
    covariance_type: Any = "full",
    sample_weight: Any = None,
    criterion: Criterion = "bic",
    search: Search = "standard",
    random_state: Any = 0,
    n_threads: int | None = None,
    X_err: Any = None,
    verbose: Any = 0,
    checkpoint: Any = None,
    every: float = 60.0,
    **options: Any,
) -> GaussianMixture:
    """Fits a mixture by gmix's own search for the best solution.

    Parameters
    ----------
    X : array-like of shape (N, D)
        Rows; cells may be missing (NaN).
    n_components : int, "auto", range or sequence of int
        K, or those to choose among by ``criterion``; "auto": from 1 until it gets worse.
    y : array-like of shape (N,), optional
        Classes of rows, numbers or texts, -1 (NaN, None) where unknown: a row of a known class belongs
        to components of that class alone. Then "auto" is a component for each (``per_class``), and
        ``predict_class`` says of which class rows are.
    covariance_type : str or sequence of str
        One of ``families()``, several to choose among, or "all".
    sample_weight : array-like of shape (N,), optional
        Row weights.
    criterion : {"bic", "icl", "aic", "aicc", "cv", "evidence"}
        By which a model is chosen.
    search : {"quick", "standard", "thorough"}
        How far to look for a better optimum.
    random_state : int, RandomState or None
        Of everything random.
    n_threads : int, optional
        All cores by default.
    X_err : array-like of shape (N, D), (D,) or (N, D, D), optional
        Errors of measurement, standard deviations or covariances; infinite where a cell is missing. The
        mixture is then that of what rows really are (extreme deconvolution).
    verbose : int or callable
        Shows the work; see ``GaussianMixture``.
    checkpoint : path, optional
        A file that keeps what is finished, ``every`` so many seconds and when the fit is interrupted. The same
        call, after whatever ended it, goes on from there, to the same bits; the file goes when it is done. Of
        other rows or options it is refused.
    **options
        Any of ``options()``, such as ``noise=0.05`` or ``prior="mclust"``; ``covariance`` is
        ``covariance_type``.

    Returns
    -------
    GaussianMixture
        Fitted, with the report of the fit in ``report_``.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> X = np.concatenate([rng.normal(0, 1, (100, 2)), rng.normal(6, 1, (50, 2))])
    >>> gm = fit(X, 2)
    >>> gm.weights_.round(2)
    array([0.67, 0.33])
    >>> gm.report_["stop"]
    'converged'
    >>> fit(X, "auto").n_components_
    2
    """
    if "covariance" in options:
        if covariance_type != "full":
            raise TypeError("covariance and covariance_type are the same: give one of them")
        covariance_type = options.pop("covariance")
    estimator = GaussianMixture(
        n_components,
        covariance_type=covariance_type,
        criterion=criterion,
        search=search,
        random_state=random_state,
        missing=options.pop("missing", "em"),
        n_threads=n_threads,
        verbose=verbose,
        options=options or None,
    )
    vars(estimator)["_checkpoint"] = checkpoint, every
    estimator._fit(X, sample_weight, y, X_err)
    return estimator


def fit_binned(
    edges: Any, counts: Any, n_components: Any = "auto", *, truncation: Any = None, **options: Any
) -> GaussianMixture:
    """Fits a mixture to a histogram of one feature, by the probabilities of its bins.

    Parameters
    ----------
    edges : array-like of shape (N + 1,)
        Bounds of the bins, rising; the first may be ``-inf`` and the last ``inf``.
    counts : array-like of shape (N,)
    truncation : (low, high), optional
        Nothing beyond these was counted: see ``fit_truncated``.
    n_components, **options
        As for ``fit``.

    Examples
    --------
    >>> edges = [-np.inf, 1, 2, 3, 4, 5, 6, 7, 8, np.inf]
    >>> gm = fit_binned(edges, [5, 20, 31, 14, 4, 11, 25, 13, 2], 2)
    >>> gm.means_.round(1).ravel()
    array([2.3, 6.6])
    """
    bins = _measured.Bins.of(edges).within(truncation)
    weights = _measured.counts_of(counts, bins)
    return fit(bins.middle, n_components, sample_weight=weights, X_err=bins, **options)


def fit_between(
    lower: Any,
    upper: Any,
    n_components: Any = "auto",
    *,
    covariance_type: Any = "diag",
    truncation: Any = None,
    **options: Any,
) -> GaussianMixture:
    """Fits a mixture to cells that are known to lie between bounds: rounded, censored, or not at all.

    Parameters
    ----------
    lower, upper : array-like of shape (N, D), or (N,) for one feature
        ``-inf`` and ``inf`` are no bounds, equal ones a value, NaN a missing cell.
    n_components, covariance_type, **options
        As for ``fit``; of families whose features are uncorrelated within components.
    truncation : (low, high), optional
        Of one feature: see ``fit_truncated``.

    Examples
    --------
    >>> rng = np.random.default_rng(2)
    >>> x = rng.normal(1.0, 1.0, 2000)
    >>> limit = 0.5  # of detection
    >>> seen = x > limit
    >>> gm = fit_between(np.where(seen, x, -np.inf), np.where(seen, x, limit), 1)
    >>> gm.means_.round(1).ravel(), np.sqrt(gm.covariances_).round(1).ravel()
    (array([1.]), array([1.]))
    """
    cells = _measured.Bins.between(lower, upper).within(truncation)
    return fit(cells.middle, n_components, covariance_type=covariance_type, X_err=cells, **options)


def fit_truncated(
    X: Any, truncation: Any, n_components: Any = "auto", **options: Any
) -> GaussianMixture:
    """Fits a mixture to a truncated sample of one feature.

    Rows beyond the bounds never came into the sample, and how many there are is not known. The
    likelihood is that of rows given that they lie between; parameters, and densities of ``score_samples``,
    are those of the whole population.

    Parameters
    ----------
    X : array-like of shape (N,) or (N, 1)
    truncation : (low, high)
        One of them may be infinite.
    n_components, **options
        As for ``fit``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(1.0, 1.0, 5000)
    >>> gm = fit_truncated(x[x > 0.5], (0.5, np.inf), 1)
    >>> gm.means_.round(1).ravel(), np.sqrt(gm.covariances_).round(1).ravel()
    (array([1.]), array([1.]))
    """
    options.setdefault("covariance_type", "full")
    return fit_between(X, X, n_components, truncation=truncation, **options)


def fit_projected(
    W: Any, R: Any, W_err: Any, n_components: Any = "auto", **options: Any
) -> GaussianMixture:
    """Fits a mixture to rows of which combinations of features alone were measured, with errors.

    Of row n were measured the P numbers w = R v + e, where v are its D features and e an error of
    known covariance (Bovy, Hogg & Roweis 2011): projections, missing features, parallaxes. The mixture is
    that of v.

    Parameters
    ----------
    W : array-like of shape (N, P)
        NaN where there are fewer than P measurements.
    R : array-like of shape (N, P, D) or (P, D)
    W_err : array-like of shape (N, P), (P,) or (N, P, P)
        Standard deviations of the errors, or covariances.
    n_components, **options
        As for ``fit``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> v = rng.multivariate_normal([1, 2], [[2.0, 1.2], [1.2, 1.0]], size=4000)
    >>> at = rng.uniform(0, np.pi, 4000)  # every row is seen along a line of its own
    >>> R = np.column_stack([np.cos(at), np.sin(at)])[:, None, :]
    >>> W = np.einsum("npd,nd->np", R, v) + rng.normal(0, 0.3, (4000, 1))
    >>> gm = fit_projected(W, R, [0.3], 1)
    >>> bool(np.abs(gm.means_ - [1, 2]).max() < 0.1)
    True
    >>> bool(np.abs(gm.covariances_[0] - [[2, 1.2], [1.2, 1]]).max() < 0.15)
    True
    """
    seen = _measured.Projections.of(W, R, W_err)
    return fit(seen.stand_in(), n_components, X_err=seen, **options)


def kmeans(
    X: Any,
    n_clusters: int,
    *,
    sample_weight: Any = None,
    init: Any = None,
    random_state: Any = None,
    max_iter: int = 300,
    tol: float = 1e-4,
    n_threads: int | None = None,
) -> tuple[Array, Array]:
    """k-means: greedy k-means++ (Arthur & Vassilvitskii 2007), then Lloyd's iterations.

    The same ``random_state`` leads to the clusters that ``sklearn.cluster.KMeans`` with
    ``n_init=1`` finds. Memory beyond the data is 24 bytes a row.

    Parameters
    ----------
    X : array-like of shape (N, D)
    n_clusters : int
        K, from 1 to N.
    sample_weight : array-like of shape (N,), optional
    init : array-like of shape (K, D), optional
        Centres to start from.
    random_state : int, RandomState or None
    max_iter : int
    tol : float
        Fraction of the features' mean variance that the centres' squared moves may sum to.
    n_threads : int, optional

    Returns
    -------
    centres : ndarray of shape (K, D)
    labels : ndarray of shape (N,), int32
        The nearest centre of every row.

    Examples
    --------
    >>> centres, labels = kmeans([[1.0], [2.0], [9.0], [10.0]], 2, random_state=0)
    >>> sorted(centres[:, 0].tolist())
    [1.5, 9.5]
    """
    rows = _starts.aligned(check_array(_input.numbers_of(X), dtype=[np.float64, np.float32]))
    weights = weights_of(sample_weight, rows)
    draws = start = None
    if init is None:
        draws = check_random_state(random_state).random_sample(_core.kmeans_n_draws(n_clusters))
    else:
        start = np.ascontiguousarray(_input.numbers_of(init, "init"), dtype=np.float64)
    centres = np.empty((n_clusters, rows.shape[1]))
    labels = np.empty(rows.shape[0], dtype=np.int32)
    _core.kmeans(
        rows,
        weights,
        n_clusters,
        start,
        draws,
        max_iter,
        tol,
        centres,
        labels,
        None,
        threads_of(n_threads),
    )
    return centres, labels


class ComponentTest(NamedTuple):
    """K components against K + 1: the statistic, replicates as large, and the p-value."""

    n_components: int
    statistic: float
    n_replicates: int
    n_as_large: int
    p_value: float


class ComponentTests(NamedTuple):
    """See ``test_components``. ``n_components``: the smallest number that is not rejected; 0: unknown."""

    n_components: int
    tests: list[ComponentTest]
    end: str


def test_components(
    X: Any,
    n_components: tuple[int, int] = (1, 4),
    *,
    covariance_type: str = "full",
    sample_weight: Any = None,
    n_replicates: int = 999,
    level: float = 0.05,
    all_tests: bool = False,
    truncation: Any = None,
    random_state: int = 0,
    n_threads: int | None = None,
    **options: Any,
) -> ComponentTests:
    """Tests how many components there are, by bootstrap of the likelihood ratio.

    One against two, two against three, ... within ``n_components`` (first, last), up to the first test
    that does not reject at ``level``, or all of them. Of one feature, ``truncation`` (low, high) are the bounds
    of a truncated sample: see ``fit_truncated``.

    Source: McLachlan (1987), doi:10.2307/2347790.

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> X = np.concatenate([rng.normal(0, 1, (60, 1)), rng.normal(9, 1, (60, 1))])
    >>> test_components(X, (1, 2), n_replicates=19).tests[0].p_value < 0.1
    True
    """
    estimator = GaussianMixture(
        covariance_type=covariance_type, search="standard", n_threads=n_threads,
        missing=options.pop("missing", "em"), options=options or None,
    )
    x = estimator._take(X, reset=True, ensure_min_samples=2)
    cells = None if truncation is None else _measured.Bins.between(x, x).within(truncation)
    said = json.loads(
        _core.test_components(
            _measured.rows_of(x, cells),
            weights_of(sample_weight, x),
            {"seed": str(random_state), "covariance": estimator._family(),
             **estimator._common_options()},
            n_components[0],
            n_components[1],
            n_replicates,
            level,
            all_tests,
            threads_of(n_threads),
        )
    )
    tests = [ComponentTest(*(test[key] for key in ComponentTest._fields)) for test in said["tests"]]
    return ComponentTests(said["n_components"] or 0, tests, said["end"])


test_components.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's
