"""``BayesianGaussianMixture``: the posterior, and scikit-learn's own."""

import copy
import pathlib
import pickle
import warnings

import numpy as np
import pytest
from sklearn.mixture import BayesianGaussianMixture as Theirs
from sklearn.utils.estimator_checks import parametrize_with_checks

import gmix

DATA = pathlib.Path(__file__).parents[2] / "data"
FAITHFUL = np.loadtxt(DATA / "faithful.csv", delimiter=",", skiprows=1)
TYPES = ["full", "tied", "diag", "spherical"]
KINDS = ["dirichlet_process", "dirichlet_distribution"]


@parametrize_with_checks([gmix.BayesianGaussianMixture()])
def test_sklearn_checks(estimator, check):
    check(estimator)


def test_one_component_has_the_exact_evidence():
    for kind in KINDS:
        bgm = gmix.BayesianGaussianMixture(weight_concentration_prior_type=kind).fit(FAITHFUL)
        assert abs(bgm.lower_bound_ + 1303.8975177949) < 1e-9
        density = bgm.score_samples([[3.0, 70.0], [4.5, 80.0]])
        assert np.allclose(density, [-4.108912989633, -4.185655864012], rtol=0, atol=1e-11)


def test_two_components():
    bgm = gmix.BayesianGaussianMixture(
        2,
        weight_concentration_prior_type="dirichlet_distribution",
        weight_concentration_prior=1.0,
        tol=1e-9,
        max_iter=1000,
        random_state=0,
    ).fit(FAITHFUL)
    assert abs(bgm.lower_bound_ + 1178.57183828) < 1e-7
    assert np.allclose(np.sort(bgm.weights_), [0.35829766, 0.64170234], atol=2e-8)
    assert np.allclose(np.sort(bgm.degrees_of_freedom_), [99.17355914, 176.82644086], atol=1e-3)
    ends = bgm.credible_intervals()
    assert ends["means"].shape == (2, 2, 2) and np.all(np.diff(ends["variances"]) > 0)


@pytest.mark.parametrize("family", TYPES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("start", ["kmeans", "random", "k-means++", "random_from_data"])
def test_compat_is_scikit_learn(family, kind, start):
    options = dict(
        n_components=4,
        covariance_type=family,
        weight_concentration_prior_type=kind,
        init_params=start,
        random_state=1,
        max_iter=20,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = Theirs(**options).fit(FAITHFUL)
        ours = gmix.BayesianGaussianMixture(compat=True, **options).fit(FAITHFUL)
    assert np.allclose(ours.lower_bound_, theirs.lower_bound_, rtol=1e-11)
    assert ours.n_iter_ == theirs.n_iter_
    for name in ("weights_", "means_", "covariances_", "mean_precision_", "degrees_of_freedom_"):
        assert np.allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-8, atol=1e-9)
    assert np.allclose(ours.score_samples(FAITHFUL), theirs.score_samples(FAITHFUL), atol=1e-9)
    assert np.allclose(ours.predict_proba(FAITHFUL), theirs.predict_proba(FAITHFUL), atol=1e-9)


@pytest.mark.parametrize("family", TYPES)
def test_offsets_and_units_do_not_matter(family):
    options = dict(n_components=3, covariance_type=family, random_state=0, tol=1e-6, max_iter=500)
    first = gmix.BayesianGaussianMixture(**options).fit(FAITHFUL)
    moved = gmix.BayesianGaussianMixture(**options).fit(FAITHFUL * 1e-6 + 1e3)
    change = -2 * len(FAITHFUL) * np.log(1e-6)
    assert abs(moved.lower_bound_ - first.lower_bound_ - change) < 1e-4


def test_use():
    bgm = gmix.BayesianGaussianMixture(3, random_state=0).fit(FAITHFUL)
    for other in (pickle.loads(pickle.dumps(bgm)), copy.deepcopy(bgm)):
        assert np.array_equal(other.score_samples(FAITHFUL), bgm.score_samples(FAITHFUL))
    rows, labels = bgm.sample(1000)
    assert rows.shape == (1000, 2) and np.all(np.diff(labels) >= 0)
    assert not hasattr(bgm, "bic") and not hasattr(bgm, "partial_fit")
    with pytest.raises(ValueError, match="posterior distributions"):
        bgm.mahalanobis(FAITHFUL)
    assert abs(bgm.points().score(FAITHFUL) - bgm.score(FAITHFUL)) < 0.05
    assert np.array_equal(bgm.predict(FAITHFUL), bgm.predict_proba(FAITHFUL).argmax(axis=1))


def test_conditionals_are_of_the_same_kind(tmp_path):
    bgm = gmix.BayesianGaussianMixture(2, random_state=0).fit(FAITHFUL)
    row = np.array([[2.5, 60.0]])
    given = bgm.condition({1: 60.0})
    whole = given.score_samples(row[:, :1]) + bgm.marginal([1]).score_samples(row[:, 1:])
    assert np.allclose(whole, bgm.score_samples(row), rtol=1e-12)
    assert given.weight_concentration_ is None
    assert np.isclose(np.exp(given.log_cdf(given.quantile([0.3]))[0]), 0.3)
    given.to_file(tmp_path / "given.json")
    again = gmix.BayesianGaussianMixture.from_file(tmp_path / "given.json")
    assert np.array_equal(again.score_samples(row[:, :1]), given.score_samples(row[:, :1]))


def test_what_hangs_on_the_prior():
    bgm = gmix.BayesianGaussianMixture(2, search="quick").fit(FAITHFUL)
    rows = bgm.prior_sensitivity(FAITHFUL)
    assert [r.what for r in rows[::2]] == ["concentration", "shrinkage", "dof", "scale"]
    more = gmix.BayesianGaussianMixture(2, search="quick", mean_precision_prior=10.0).fit(FAITHFUL)
    assert rows[2].value == 10.0 and abs(rows[2].log_evidence - more.lower_bound_) < 1e-3
    with pytest.raises(ValueError, match="without compat"):
        gmix.BayesianGaussianMixture(2, compat=True).fit(FAITHFUL).prior_sensitivity(FAITHFUL)


def test_files(tmp_path):
    bgm = gmix.BayesianGaussianMixture(2, random_state=0).fit(FAITHFUL)
    bgm.to_file(tmp_path / "model.json")
    again = gmix.BayesianGaussianMixture.from_file(tmp_path / "model.json")
    assert np.array_equal(again.score_samples(FAITHFUL), bgm.score_samples(FAITHFUL))
    assert np.array_equal(again.mean_precision_, bgm.mean_precision_)
    bgm.points().to_file(tmp_path / "points.json")
    with pytest.raises(ValueError, match="no posterior"):
        gmix.BayesianGaussianMixture.from_file(tmp_path / "points.json")


def test_search_and_missing_cells():
    bgm = gmix.BayesianGaussianMixture(6, search="quick", random_state=0).fit(FAITHFUL)
    assert bgm.n_components_ == 2
    holes = FAITHFUL.copy()
    holes[::5, 0] = np.nan
    bgm = gmix.BayesianGaussianMixture(2, missing="em", random_state=0).fit(holes)
    assert np.isfinite(bgm.lower_bound_) and np.all(np.isfinite(bgm.score_samples(holes)))
    with pytest.raises(ValueError, match="compat"):
        gmix.BayesianGaussianMixture(2, missing="em", compat=True).fit(holes)


def test_compat_shares_covariances_as_scikit_learn_does():
    """What its test_compare_covar_type asks of private parts."""
    options = dict(n_components=2, max_iter=0, random_state=0, compat=True)
    found = {
        family: gmix.BayesianGaussianMixture(covariance_type=family, **options).fit(FAITHFUL)
        for family in TYPES
    }
    full = found["full"].covariances_ * found["full"].degrees_of_freedom_[:, None, None]
    tied = found["tied"].covariances_ * found["tied"].degrees_of_freedom_
    assert np.allclose(tied, full.mean(axis=0), rtol=1e-9)


@pytest.mark.parametrize("compat", [False, True])
def test_frames(compat):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(FAITHFUL, columns=["eruptions", "waiting"])
    bgm = gmix.BayesianGaussianMixture(2, compat=compat, random_state=0).fit(frame)
    plain = gmix.BayesianGaussianMixture(2, compat=compat, random_state=0).fit(FAITHFUL)
    assert np.allclose(bgm.score_samples(frame), plain.score_samples(FAITHFUL), rtol=1e-12)
    assert list(bgm.feature_names_in_) == ["eruptions", "waiting"]


def test_marginal_is_of_rows_with_missing_cells():
    bgm = gmix.BayesianGaussianMixture(2, missing="em", random_state=0).fit(FAITHFUL)
    holes = FAITHFUL.copy()
    holes[:, 0] = np.nan
    marginal = bgm.marginal([1])
    assert np.allclose(marginal.score_samples(FAITHFUL[:, 1:]), bgm.score_samples(holes), atol=1e-10)
    assert np.array_equal(marginal.mean_precision_, bgm.mean_precision_)
