"""Quantiles, regions, modes, probabilities and divergences, by numbers."""

import numpy as np
import pytest

import gmix
from test_clusters import DATA
from test_regressor import COVARIANCES, MEANS, WEIGHTS, faithful

P = gmix.GaussianMixture.from_parameters(
    [0.4, 0.6], [[-1.0], [2.0]], [0.25, 1.0], covariance_type="spherical"
)
Q = gmix.GaussianMixture.from_parameters(
    [0.5, 0.3, 0.2], [[-1.2], [1.5], [3.0]], [0.36, 0.64, 0.81], covariance_type="spherical"
)


def test_moments():
    m = faithful().moments()
    assert m.mean == pytest.approx([3.4877830882353, 70.89705882352943], rel=1e-12)
    assert m.covariance[0, 1] == pytest.approx(13.92641884731833, rel=1e-12)


def test_one_feature():
    below, above = P.log_cdf(P.quantile([1e-300, 0.5]))
    assert below == pytest.approx(np.log([1e-300, 0.5]), rel=1e-13)
    assert P.log_cdf(P.quantile(1e-300, upper=True))[1] == pytest.approx(np.log(1e-300))
    region = P.hdr(0.5)
    assert region.level_error == 0.0 and region.intervals.shape == (2, 2)
    with pytest.raises(ValueError, match="one feature"):
        faithful().quantile(0.5)


def test_boxes_and_regions():
    p, error = faithful().probability(upper=[3.0, 70.0])
    assert p == pytest.approx(0.3546928745, abs=1e-10) and error < 1e-11
    region = faithful().hdr(0.9)
    assert region.level == pytest.approx(0.00424182, abs=4 * region.level_error)
    assert region.intervals.shape == (0, 2)


def test_modes():
    modes = faithful().modes()
    assert modes.at[0] == pytest.approx([4.28966197441512, 79.96811518981119])
    assert np.exp(modes.saddle_log_density[0]) == pytest.approx(1.75098650512e-04)
    assert sorted(modes.joins[0]) == [0, 1]
    assert faithful().predict_mode([[2.0, 55.0], [4.4, 81.0]]).tolist() == [1, 0]
    d2 = faithful().mahalanobis(MEANS)
    assert d2[0, 0] == 0.0 and d2[1, 0] > 10.0 and len(COVARIANCES) == len(WEIGHTS)


def test_divergences():
    d = P.compare(Q)
    assert d["kl_ab"][0] == pytest.approx(0.0669393491453, rel=1e-10)
    assert d["total_variation"][0] == pytest.approx(0.1346948488980, rel=1e-9)
    assert d["mw2_squared"] == pytest.approx(1.349)
    assert d["plan"] == pytest.approx(np.array([[0.4, 0.0, 0.0], [0.1, 0.3, 0.2]]))
    assert P.kl_approximation(Q, "goldberger") == pytest.approx(0.512721990850)
    assert P.compare(P)["kl_ab"] == (0.0, pytest.approx(0.0, abs=1e-10))
    assert Q.reduce(2).means_.ravel() == pytest.approx([-1.2, 2.1])


def test_workbench():
    g = gmix.GaussianMixture.from_parameters(
        [0.085365338281, 0.878051095509, 0.03658356621],
        [[9.710139558401], [21.400098825958], [33.044377316113]],
        np.square([0.422509196343, 2.194545674485, 0.921717121346]),
        covariance_type="spherical",
    )
    b = g.boundaries()
    assert b.at == pytest.approx([6.977722277, 11.54258309, 30.01622326, 41.06061705], rel=1e-8)
    assert b.labels.tolist() == [1, 0, 1, 2, 1] and 0.0 < b.error_rate < 1e-3
    X = P.quantile((np.arange(100) + 0.5) / 100).reshape(-1, 1)
    found = P.test_fit(X, replicates=19)["anderson_darling"]
    assert found.p == 1.0 and found.statistic < 0.1


def test_distances():
    found = gmix.distances([P, Q, P], "kl")
    assert found.values[0, 1] == pytest.approx(0.0669393491453, rel=1e-9)
    assert found.values[1, 0] == pytest.approx(0.0920290036203, rel=1e-9)
    assert found.values[0, 2] == 0.0 and found.errors.shape == (3, 3)
    assert gmix.distances([P, Q]).values[0, 1] ** 2 == pytest.approx(1.349, rel=1e-9)
    with pytest.raises(ValueError, match="did you mean 'hellinger'"):
        gmix.distances([P, Q], "helinger")
    with pytest.raises(ValueError, match="models"):
        gmix.distances([])


def test_refinements():
    plain, least = (P.compare(Q.reduce(2, refine=how))["ise"] for how in (None, "squared-error"))
    assert Q.compare(Q.reduce(2, refine="squared-error"))["ise"] == pytest.approx(
        0.0003297398708386745, rel=1e-6
    )
    assert plain > 0.0 < least
    with pytest.raises(ValueError, match="squared-error"):
        Q.reduce(2, refine="squares")


def test_by_hand():
    g = gmix.GaussianMixture.from_parameters(
        [0.085365338281, 0.878051095509, 0.03658356621],
        [[9.710139558401], [21.400098825958], [33.044377316113]],
        np.square([0.422509196343, 2.194545674485, 0.921717121346]),
        covariance_type="spherical",
    )
    x = np.loadtxt(DATA / "galaxies.csv", skiprows=1).reshape(-1, 1)
    said, density = g.evaluate(x), gmix.pareto_density(x)
    assert said.n == 82 and said.log_likelihood == pytest.approx(-203.179227965, abs=1e-7)
    assert said.kolmogorov_smirnov == pytest.approx(0.10635933, abs=1e-7)
    off = np.exp(g.score_samples(density.at.reshape(-1, 1))) - density.density
    assert said.rms == pytest.approx(np.sqrt(np.sum(off**2)), rel=1e-12)
    assert said.pareto_radius == density.radius and len(density.at) == 101
    assert gmix.dip([1, 1, 1, 2, 2, 5, 5, 5, 5, 9]) == pytest.approx(0.1875)
    with pytest.raises(ValueError, match="nan|finite"):
        gmix.dip([1.0, np.nan])
    with pytest.raises(ValueError):
        gmix.pareto_density([1.0, 1.0, 1.0])
