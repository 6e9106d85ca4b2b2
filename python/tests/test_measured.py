"""Rows with errors of measurement."""

import pathlib

import numpy as np
import pytest

import gmix


def rows(n=400, seed=3):
    rng = np.random.default_rng(seed)
    true = np.concatenate([rng.normal(0, 0.3, (n // 2, 2)), rng.normal(3, 0.5, (n // 2, 2))])
    sd = rng.uniform(0.2, 1.0, (n, 2))
    return true, true + rng.normal(size=(n, 2)) * sd, sd


def test_widths_are_those_of_true_values():
    true, x, sd = rows()
    gm = gmix.fit(x, 2, X_err=sd)
    plain = gmix.fit(x, 2)
    widths = np.sqrt(np.linalg.det(gm.covariances_))
    assert sorted(widths)[0] < 0.2 < sorted(np.sqrt(np.linalg.det(plain.covariances_)))[0]
    assert gm.score(x, X_err=sd) == pytest.approx(gm.report_["log_likelihood"] / len(x), abs=1e-9)
    assert gm.predict(x, X_err=sd).shape == (len(x),)
    np.testing.assert_allclose(gm.predict_proba(x, X_err=sd).sum(1), 1)


def test_denoise_draws_towards_the_components():
    true, x, sd = rows()
    gm = gmix.GaussianMixture(2).fit(x, X_err=sd)
    mean, spread = gm.denoise(x, sd)
    assert np.mean((mean - true) ** 2) < 0.6 * np.mean((x - true) ** 2)
    assert np.mean(np.abs(mean - true) < 1.96 * spread) == pytest.approx(0.95, abs=0.03)
    full = np.einsum("ni,ij->nij", sd**2, np.eye(2))
    other, _ = gm.denoise(x, full)
    np.testing.assert_allclose(other, mean, atol=1e-9)
    exact, none = gm.denoise(x, np.zeros_like(sd))
    np.testing.assert_array_equal(exact, x)
    assert not none.any()


def test_infinite_errors_are_missing_cells():
    _, x, sd = rows()
    lost, without = sd.copy(), x.copy()
    lost[::5, 0] = np.inf
    without[::5, 0] = np.nan
    a = gmix.fit(x, 2, X_err=lost)
    b = gmix.fit(without, 2, X_err=sd)
    np.testing.assert_array_equal(a.means_, b.means_)


@pytest.mark.parametrize("shape", [(3,), (400, 3), (400, 2, 3), (399, 2)])
def test_shapes(shape):
    _, x, _ = rows()
    with pytest.raises(ValueError, match="X_err has the shape"):
        gmix.fit(x, 2, X_err=np.ones(shape))


def test_refusals():
    _, x, sd = rows()
    with pytest.raises(ValueError, match="below 0"):
        gmix.fit(x, 2, X_err=-sd)
    sd[4, 1] = np.nan
    with pytest.raises(ValueError, match="row 5"):
        gmix.fit(x, 2, X_err=sd)


@pytest.mark.parametrize("whole", [False, True])
def test_measured_samples(whole):
    """Rows drawn with errors have the mixture's covariance and that of the errors."""
    gm = gmix.GaussianMixture.from_parameters(
        [0.5, 0.5], [[0.0, 0.0], [9.0, 0.0]], [[[1.0, 0.5], [0.5, 1.0]]] * 2
    )
    n, error = 6000, np.array([[0.5, 0.3], [0.3, 2.0]])
    errors = np.tile(error, (n, 1, 1)) if whole else np.tile(np.sqrt(np.diag(error)), (n, 1))
    errors[0] = np.inf
    x, true, labels = gm.sample_measured(errors, random_state=4)
    assert np.isnan(x[0]).all() and np.isfinite(true).all() and 0.45 < labels[1:].mean() < 0.55
    expected = error if whole else np.diag(np.diag(error))
    np.testing.assert_allclose(np.cov((x - true)[1:].T), expected, atol=0.15)
    one = x[1:][labels[1:] == 0]
    np.testing.assert_allclose(np.cov(one.T), np.array([[1, 0.5], [0.5, 1]]) + expected, atol=0.25)
    again = gm.sample_measured(errors, random_state=4)[0]
    np.testing.assert_array_equal(again, x)
    with pytest.raises(ValueError, match="a row for every draw"):
        gm.sample_measured([0.1, 0.2])


def test_histograms():
    table = np.genfromtxt(
        pathlib.Path(__file__).parents[2] / "data" / "crabs_binned.csv", delimiter=",", skip_header=1
    )
    edges, counts = np.concatenate([[-np.inf], table[:, 0]]), table[:, 1]
    gm = gmix.fit_binned(edges, counts, 2)
    assert gm.report_["log_likelihood"] == pytest.approx(-2952.69590247, abs=1e-3)
    test = gm.test_bins(edges, counts)
    assert test.df == 23 and test.p_g2 == pytest.approx(0.51357, abs=1e-3)
    with pytest.raises(ValueError, match="there are 29 bins"):
        gmix.fit_binned(edges, counts[1:], 2)
    with pytest.raises(ValueError, match="rising"):
        gmix.fit_binned(edges[::-1], counts, 2)


def test_truncated_samples():
    x = np.genfromtxt(
        pathlib.Path(__file__).parents[2] / "data" / "faithful.csv", delimiter=",", skip_header=1
    )[:, 0]
    x = x[(x > 1.8) & (x < 4.6)]
    gm = gmix.fit_truncated(x, (1.8, 4.6), 2, tol=1e-12)
    assert gm.report_["log_likelihood"] == pytest.approx(-144.20887608, abs=1e-6)
    inside = np.diff(np.exp(gm.log_cdf([1.8, 4.6])[0])).item()
    found = gm.score_samples(x[:, None]).sum() - len(x) * np.log(inside)
    assert found == pytest.approx(gm.report_["log_likelihood"], abs=1e-6)
    edges = np.arange(15) * 0.2 + 1.8
    counts = np.histogram(x, edges)[0]
    binned = gmix.fit_binned(edges, counts, 2, truncation=(1.8, 4.6), tol=1e-12)
    assert binned.report_["log_likelihood"] == pytest.approx(-489.41567577, abs=1e-6)
    test = binned.test_bins(edges, counts, truncation=(1.8, 4.6))
    assert test.df == 14 - 1 - 5 and 0 < test.p_g2 < 1
    assert binned.test_bins(edges, counts).g2 > test.g2
    with pytest.raises(ValueError, match="one of which may be infinite"):
        gmix.fit_truncated(x, (4.6, 1.8), 2)
    with pytest.raises(ValueError, match="not between the bounds"):
        gmix.fit_truncated(x, (2.5, 4.6), 2)


def test_projections():
    rng = np.random.default_rng(8)
    x = np.concatenate([rng.normal(0, 1, (150, 2)), rng.normal(6, 1, (150, 2))])
    sd = rng.uniform(0.2, 0.6, (300, 2))
    x += rng.normal(size=x.shape) * sd
    at = rng.uniform(0, 6, 300)
    turn = np.array([[np.cos(at), -np.sin(at)], [np.sin(at), np.cos(at)]]).transpose(2, 0, 1)
    w = np.einsum("npd,nd->np", turn, x)
    cov = np.einsum("npd,nd,nqd->npq", turn, sd**2, turn)
    plain = gmix.fit(x, 2, X_err=sd, tol=1e-10)
    gm = gmix.fit_projected(w, turn, cov, 2, tol=1e-10)
    assert gm.report_["log_likelihood"] == pytest.approx(plain.report_["log_likelihood"], abs=1e-4)
    np.testing.assert_allclose(
        plain.score_projected(w, turn, cov), plain.score_samples(x, X_err=sd), atol=1e-9
    )
    for a, b in zip(plain.denoise_projected(w, turn, cov), plain.denoise(x, sd), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-9)
    one = plain.score_projected([[1.0]], [[1.0, 1.0]], [0.5])  # a sum of features, by itself
    assert one.shape == (1,) and np.isfinite(one).all()
    with pytest.raises(ValueError, match="R has the shape"):
        gmix.fit_projected(w, turn[:, :1], cov, 2)
    with pytest.raises(ValueError, match="no part in any measurement"):
        gmix.fit_projected(w[:, :1], [[1.0, 1.0]], [0.5], 2)


def test_truncated_samples_have_errors_and_tests():
    x = np.genfromtxt(
        pathlib.Path(__file__).parents[2] / "data" / "faithful.csv", delimiter=",", skip_header=1)[:, :1]
    x = x[(x > 1.8) & (x < 4.6)][:, None]
    ends = (1.8, 4.6)
    gm = gmix.fit_truncated(x, ends, 2, covariance_type="E", tol=1e-10)
    e = gm.standard_errors(x, truncation=ends)
    np.testing.assert_allclose(e.means.standard_error.ravel(), [0.4140, 0.2087], rtol=2e-3)
    tests = gmix.test_components(
        x, (1, 2), covariance_type="E", truncation=ends, n_replicates=19, n_threads=1
    )
    assert tests.tests[0].p_value == pytest.approx(0.05)


def test_standard_errors_heed_errors_of_measurement():
    made = np.random.default_rng(8)
    sd = made.uniform(0.2, 2.0, 400)[:, None]
    x = made.normal(3.0, 1.0, (400, 1)) + made.normal(size=(400, 1)) * sd
    gm = gmix.fit(x, 1, X_err=sd, tol=1e-12)
    e = gm.standard_errors(x, X_err=sd)
    # the mean's information is the sum of 1 / spread, nearly
    spread = gm.covariances_.ravel()[0] + sd.ravel() ** 2
    assert e.means.standard_error.ravel()[0] == pytest.approx((1 / spread).sum() ** -0.5, rel=0.01)
    nearly = np.tile([[1.0, 1e-18], [0.0, 1.0]], (400, 1, 1))  # to rounding
    assert gmix.fit(np.hstack([x, x + sd]), 1, X_err=nearly, search="quick").n_components_ == 1
    with pytest.raises(ValueError, match="not symmetric"):
        gmix.fit(np.hstack([x, x]), 1, X_err=np.tile([[1.0, 0.9], [0.1, 1.0]], (400, 1, 1)))
