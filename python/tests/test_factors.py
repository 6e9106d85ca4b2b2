"""Laws with factors: what an estimator has of them, and that it makes its covariances."""

import pickle

import numpy as np
import pytest

import gmix


@pytest.fixture(scope="module")
def rows():
    made = np.random.default_rng(5)
    z, e = made.normal(size=(300, 2)), made.normal(size=(300, 6))
    return z @ made.normal(size=(2, 6)) + 0.4 * e + 5.0 * (np.arange(300)[:, None] % 2)


@pytest.mark.parametrize(
    ("law", "loadings", "uniquenesses"),
    [
        ("mfa:2", (2, 6, 2), (2, 6)),
        ("mppca:2", (2, 6, 2), (2,)),
        ("UCU:1", (2, 6, 1), (6,)),
        ("CCC:2", (6, 2), (1,)),
        ("CUCU:2", (6, 2), (2, 6)),
    ],
)
def test_parts_make_the_covariances(rows, law, loadings, uniquenesses):
    m = gmix.GaussianMixture(2, covariance_type=law, random_state=1).fit(rows)
    assert m.covariance_type_ == law
    assert m.loadings_.shape == loadings and m.uniquenesses_.shape == uniquenesses
    psi = m.uniquenesses_
    psi = psi[:, np.newaxis] if psi.shape == (2,) else psi
    expected = m.loadings_ @ np.swapaxes(m.loadings_, -1, -2) + np.broadcast_to(psi, (2, 6))[
        :, :, np.newaxis
    ] * np.eye(6)
    np.testing.assert_allclose(m.covariances_, expected, rtol=1e-12, atol=1e-12)
    again = pickle.loads(pickle.dumps(m))
    np.testing.assert_array_equal(again.predict(rows), m.predict(rows))
    assert m.score(rows) * 300 == pytest.approx(m.report_["log_likelihood"], abs=1e-6)


def test_numbers_of_factors_are_chosen_among(rows):
    m = gmix.GaussianMixture(2, covariance_type="mfa:1-3", random_state=1).fit(rows)
    assert m.covariance_type_ == "mfa:2"
    assert [c["covariance"] for c in m.report_["candidates"]] == ["mfa:1", "mfa:2", "mfa:3"]


def test_scores_and_communalities(rows):
    m = gmix.GaussianMixture(2, covariance_type="mfa:2", random_state=1).fit(rows)
    scores, components = m.factor_scores(rows)
    np.testing.assert_array_equal(components, m.predict(rows))
    part = rows[:20]
    expected = [
        m.loadings_[k].T @ np.linalg.solve(m.covariances_[k], x - m.means_[k])
        for x, k in zip(part, components, strict=False)
    ]
    np.testing.assert_allclose(scores[:20], expected, atol=1e-10)
    variances = np.diagonal(m.covariances_, axis1=1, axis2=2)
    np.testing.assert_allclose(m.communalities(), 1 - m.uniquenesses_ / variances, atol=1e-12)
    with pytest.raises(ValueError, match="factors"):
        gmix.GaussianMixture(2).fit(rows).factor_scores(rows)


def test_other_families_have_none(rows):
    m = gmix.GaussianMixture(2).fit(rows)
    assert m.loadings_ is None and m.uniquenesses_ is None


@pytest.mark.parametrize("law", ["mfa", "mfa:0", "mfa:40", "mfa:x", "mfa:6"])
def test_names_are_checked(rows, law):
    with pytest.raises(ValueError, match="covariance"):
        gmix.GaussianMixture(2, covariance_type=law).fit(rows)
