"""The same steps as scikit-learn: lower bounds to 1e-10, from the same start."""

import warnings

import numpy as np
import pytest
import sklearn.cluster
import sklearn.mixture

import gmix

FAMILIES = ["full", "tied", "diag", "spherical"]


def data(seed, n, d, k):
    rng = np.random.RandomState(seed)
    return np.vstack(
        [rng.randn(n // k, d) @ rng.randn(d, d) + 3.0 * rng.randn(d) for _ in range(k)]
    )


def both(X, **parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (
            sklearn.mixture.GaussianMixture(**parameters).fit(X),
            gmix.GaussianMixture(**parameters).fit(X),
        )


def same(theirs, ours, first=1e-10):
    assert ours.n_iter_ == theirs.n_iter_
    assert ours.converged_ == theirs.converged_
    assert len(ours.lower_bounds_) == len(theirs.lower_bounds_)
    error = np.abs(np.divide(ours.lower_bounds_, theirs.lower_bounds_) - 1.0)
    assert np.all(error[:1] <= first)
    assert np.all(error[1:] <= 1e-10), error
    for name in ("weights_", "means_", "covariances_", "precisions_", "precisions_cholesky_"):
        a, b = getattr(theirs, name), getattr(ours, name)
        assert a.shape == b.shape and a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-8 * np.abs(a).max())


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("init", ["kmeans", "k-means++", "random", "random_from_data"])
@pytest.mark.parametrize("more", [{}, {"max_iter": 7, "tol": 0.0}, {"reg_covar": 0.1}])
def test_same_random_state_same_fit(family, init, more):
    X = data(1, 1500, 4, 3)
    theirs, ours = both(
        X, n_components=3, covariance_type=family, init_params=init, random_state=0, **more
    )
    # Where components start on single rows, with covariances of reg_covar alone, the first of
    # scikit-learn's bounds has the rounding of its differences of squares.
    same(theirs, ours, first=1e-6 if "data" in init or "++" in init else 1e-10)


@pytest.mark.parametrize("family", FAMILIES)
def test_given_start(family):
    X = data(2, 2000, 5, 4)
    begin = sklearn.mixture.GaussianMixture(
        4, covariance_type=family, max_iter=1, random_state=3, reg_covar=1e-3
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        begin.fit(X)
    theirs, ours = both(
        X,
        n_components=4,
        covariance_type=family,
        weights_init=begin.weights_,
        means_init=begin.means_,
        precisions_init=begin.precisions_,
        tol=0.0,
        max_iter=25,
        reg_covar=0.0,
    )
    same(theirs, ours)


def test_warm_start():
    X = data(3, 600, 2, 3)
    parameters = dict(n_components=3, warm_start=True, max_iter=4, random_state=0, tol=1e-6)
    theirs, ours = sklearn.mixture.GaussianMixture(**parameters), gmix.GaussianMixture(**parameters)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(8):
            theirs.fit(X)
            ours.fit(X)
            same(theirs, ours)


def test_kmeans():
    X = data(4, 3000, 3, 6)
    for seed in range(3):
        theirs = sklearn.cluster.KMeans(6, n_init=1, random_state=seed).fit(X)
        centres, labels = gmix.kmeans(X, 6, random_state=seed)
        assert np.array_equal(labels, theirs.labels_)
        np.testing.assert_allclose(centres, theirs.cluster_centers_, rtol=1e-9)


def test_no_rows_in_a_cluster():
    X = np.repeat([[0.0, 0.0], [1.0, 1.0]], 5, axis=0)
    for family in FAMILIES:
        theirs, ours = both(X, n_components=4, covariance_type=family, random_state=0)
        assert ours.lower_bound_ == pytest.approx(theirs.lower_bound_, rel=1e-6)
