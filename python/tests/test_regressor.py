"""``GaussianMixtureRegressor``, conditionals, maps and products, by numbers and laws."""

import warnings

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import parametrize_with_checks

import gmix

WEIGHTS = [0.35587285771824, 0.64412714228176]
MEANS = [[2.03638845611069, 54.47851639196248], [4.28966197441512, 79.96811518981119]]
COVARIANCES = [
    [[0.06916767374286, 0.43516763679348], [0.43516763679348, 33.69728215649882]],
    [[0.16996843407252, 0.94060929796999], [0.94060929796999, 36.04621107773868]],
]


def faithful():
    return gmix.GaussianMixture.from_parameters(WEIGHTS, MEANS, COVARIANCES)


def regressor(mixture, n_targets=1):
    """A regressor of a mixture that is given, not fitted."""
    made = gmix.GaussianMixtureRegressor()
    made.mixture_, made.n_targets_, made._flat = mixture, n_targets, n_targets == 1
    made.n_features_in_ = mixture.n_features_in_ - n_targets
    return made


@parametrize_with_checks([gmix.GaussianMixtureRegressor(search="quick")])
def test_scikit_learn(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        check(estimator)


def test_numbers():
    """gmr 2.0.3, and SciPy's root finding for the quantiles."""
    mean, std, quantiles = regressor(faithful()).predict(
        [[2.0], [3.0], [4.5]], return_std=True, quantiles=[0.025, 0.5, 0.975]
    )
    assert mean == pytest.approx([54.24958188260529, 71.31809132325048, 81.13213075341505])
    assert std**2 == pytest.approx([30.959469667584926, 47.16113752041838, 30.840857176260215])
    assert quantiles[1] == pytest.approx(
        [55.768377201267654, 71.88989227131141, 83.40045002845179], rel=1e-12
    )


def test_conditional_of_one_row_is_that_of_the_table():
    g = faithful()
    c = g.condition({0: 3.0})
    mean, cov = regressor(g).predict([[3.0]], return_cov=True)
    assert c.weights_ @ c.means_[:, 0] == pytest.approx(mean[0], rel=1e-14)
    assert cov.shape == (1, 1, 1)
    assert np.array_equal(g.condition({0: np.nan}).means_, g.marginal([1]).means_)


def test_regions_hold_their_share():
    g = faithful()
    g.random_state = 1
    X, _ = g.sample(4000)
    ends = regressor(g).regions(X[:, :1], 0.6)
    inside = (X[:, 1:] > ends[:, :, 0]) & (X[:, 1:] <= ends[:, :, 1])
    assert inside.any(axis=1).mean() == pytest.approx(0.6, abs=0.04)


def test_far_away_is_said():
    e = regressor(faithful()).evidence([[3.0], [50.0]])
    assert e.tail[0] > 0.001 > e.tail[1]
    assert e.log_density[1] < -5000 and e.distance[1] > 100


def test_noise_and_missing_inputs():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(600, 2)) @ [[1.0, 0.5], [0.0, 1.0]]
    y = np.column_stack([X.sum(axis=1), X[:, 0]]) + rng.normal(0, 0.1, (600, 2))
    y[::40] += rng.uniform(-8, 8, (15, 2))
    X[::7, 0] = np.nan
    gmr = gmix.GaussianMixtureRegressor(
        1, missing="em", options={"noise": 0.05}, random_state=0
    ).fit(X, y)
    mean, cov = gmr.predict(X, return_cov=True)
    complete = ~np.isnan(X[:, 0])
    assert mean.shape == (600, 2) and cov.shape == (600, 2, 2)
    assert np.abs(np.median(mean[complete] - X[complete].sum(axis=1, keepdims=True), axis=0))[0] < 0.05
    assert np.median(cov[~complete, 0, 0]) > 5 * np.median(cov[complete, 0, 0])
    with pytest.raises(ValueError, match="NaN"):
        gmix.GaussianMixtureRegressor(1).fit(X, y)


def test_cross_validation():
    rng = np.random.default_rng(3)
    X = rng.uniform(-2, 2, (400, 1))
    y = np.abs(X[:, 0]) + rng.normal(0, 0.05, 400)
    assert cross_val_score(gmix.GaussianMixtureRegressor(random_state=0), X, y, cv=3).min() > 0.95


def test_maps_and_products():
    g = faithful()
    image = g.affine([[2.0, 0.0], [1.0, 1.0]], offset=[1.0, 0.0], feature_names=["a", "b"])
    assert list(image.feature_names_in_) == ["a", "b"]
    x = np.array([[3.0, 70.0]])
    y = np.array([[7.0, 73.0]])
    assert image.score_samples(y) == pytest.approx(g.score_samples(x) - np.log(2.0))
    product = g.product(g)
    assert product.n_components == 4
    ratio = product.score_samples([[3.0, 70.0], [4.0, 80.0]]) - 2 * g.score_samples(
        [[3.0, 70.0], [4.0, 80.0]]
    )
    assert ratio[0] == pytest.approx(ratio[1])
    with pytest.raises(ValueError, match="linearly dependent"):
        g.affine([[1.0, 1.0], [2.0, 2.0]])
