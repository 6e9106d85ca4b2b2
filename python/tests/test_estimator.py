"""GaussianMixture beyond what scikit-learn's own tests look at."""

import pickle
import warnings

import numpy as np
import pytest
import sklearn.mixture
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

import gmix

FAMILIES = ["full", "tied", "diag", "spherical"]


def clusters(n=300, d=3, k=3, seed=0, spread=5.0):
    rng = np.random.RandomState(seed)
    return np.vstack([rng.randn(n // k, d) + spread * rng.randn(d) for _ in range(k)])


@pytest.mark.parametrize(
    "parameters", [{}, {"missing": "em"}, {"search": "quick"}, {"covariance_type": "VEV"}]
)
def test_check_estimator(parameters):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(gmix.GaussianMixture(**parameters), on_fail=None)
    failed = [r for r in results if r["status"] not in ("passed", "skipped")]
    assert not failed, failed
    assert sum(r["status"] == "passed" for r in results) > 40


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_precisions_init(family, dtype):
    """What the upstream test of the same name looks for, by public means."""
    X = clusters().astype(dtype)
    fitted = sklearn.mixture.GaussianMixture(3, covariance_type=family, random_state=0).fit(X)
    mine = gmix.GaussianMixture(
        3, covariance_type=family, precisions_init=fitted.precisions_, max_iter=0, random_state=0
    ).fit(X)
    for name in ("precisions_", "precisions_cholesky_"):
        ours = getattr(mine, name)
        assert ours.dtype == dtype
        rtol = 1e-3 if dtype == np.float32 else 1e-9
        np.testing.assert_allclose(ours, getattr(fitted, name), rtol=rtol, atol=rtol)


def test_only_means_are_used_of_rows_far_apart():
    X = clusters()
    start = dict(
        weights_init=[0.2, 0.3, 0.5],
        means_init=X[[0, 150, 290]],
        precisions_init=np.tile(np.eye(3), (3, 1, 1)),
    )
    rng = np.random.RandomState(1)
    gmix.GaussianMixture(3, random_state=rng, **start).fit(X)
    assert rng.randint(10**6) == np.random.RandomState(1).randint(10**6)  # nothing was drawn


def test_attributes_set_by_hand_count():
    X = clusters()
    g = gmix.GaussianMixture(3, random_state=0).fit(X)
    s = sklearn.mixture.GaussianMixture(3, random_state=0).fit(X)
    for estimator in (g, s):
        estimator.means_ = estimator.means_ + 1.0
        estimator.precisions_cholesky_ = estimator.precisions_cholesky_ * 1.5
    np.testing.assert_allclose(g.score_samples(X), s.score_samples(X), rtol=1e-9)
    g.means_[0, 0] += 1.0
    s.means_[0, 0] += 1.0
    np.testing.assert_allclose(g.score_samples(X), s.score_samples(X), rtol=1e-9)


def test_pickle_and_clone():
    X = clusters()
    g = gmix.GaussianMixture(3, random_state=0, options={"noise": 0.1}, search="quick").fit(X)
    again = pickle.loads(pickle.dumps(g))
    assert np.array_equal(again.predict_proba(X), g.predict_proba(X))
    assert not hasattr(clone(g), "means_")
    assert clone(g).get_params() == g.get_params()


def test_verbose_says_what_scikit_learn_says(capsys):
    X = clusters(spread=1.0)
    said = []
    for c in (sklearn.mixture.GaussianMixture, gmix.GaussianMixture):
        c(3, verbose=1, verbose_interval=2, n_init=2, random_state=0, tol=1e-5).fit(X)
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] and "Iteration" in said[0]


@pytest.mark.parametrize("family", [f for f in gmix.families()])
def test_every_family(family):
    X = clusters()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        g = gmix.GaussianMixture(3, covariance_type=family, random_state=0, tol=1e-4).fit(X)
    assert np.all(np.diff(g.lower_bounds_) > -1e-5)
    assert np.isfinite(g.score(X))
    k, d = g.means_.shape
    shape = {"tied": (d, d), "diag": (k, d), "spherical": (k,)}.get(family, (k, d, d))
    assert g.covariances_.shape == g.precisions_.shape == shape


def test_sample_weight_is_repetition():
    X = clusters(150)
    w = np.random.RandomState(2).randint(0, 4, len(X))
    start = dict(means_init=X[[0, 60, 120]], init_params="random_from_data", random_state=0)
    start["weights_init"] = np.full(3, 1 / 3)
    start["precisions_init"] = np.tile(np.eye(3), (3, 1, 1))
    a = gmix.GaussianMixture(3, **start).fit(X, sample_weight=w)
    b = gmix.GaussianMixture(3, **start).fit(np.repeat(X, w, axis=0))
    np.testing.assert_allclose(a.means_, b.means_, rtol=1e-10)
    assert a.score(X, sample_weight=w) == pytest.approx(a.score(np.repeat(X, w, axis=0)))
    with pytest.raises(ValueError):
        a.fit(X, sample_weight=-np.ones(len(X)))


def test_missing_cells():
    X = clusters(600)
    holes = X.copy()
    holes[np.random.RandomState(3).rand(*X.shape) < 0.1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        gmix.GaussianMixture(3).fit(holes)
    for parameters in ({}, {"search": "quick"}):
        g = gmix.GaussianMixture(3, missing="em", random_state=0, **parameters).fit(holes)
        full = gmix.fit(X, 3)
        assert abs(g.score(X) - full.score(X)) < 0.1
        filled = g.impute(holes)
        seen = ~np.isnan(holes)
        assert np.array_equal(filled[seen], holes[seen]) and np.isfinite(filled).all()
        assert g.report_["n_missing_cells"] == np.isnan(holes).sum()
    dropped = gmix.GaussianMixture(3, missing="drop", random_state=0).fit(holes)
    assert dropped.report_["n_dropped_rows"] == np.isnan(holes).any(axis=1).sum()


def test_report_of_a_search():
    X = clusters(spread=2.0)
    theirs = gmix.GaussianMixture(3, random_state=0).fit(X).report_
    assert theirs["chance_of_better"] is None  # a single run tells nothing of others
    best = gmix.fit(X, 3)
    assert 0.0 <= best.report_["chance_of_better"] <= 1.0
    assert "chance of a better one: " in best.summary()
    assert best.report_["sound"]
    assert best.report_["objective"] == best.report_["log_likelihood"] == pytest.approx(
        best.score_samples(X).sum()
    )
    assert best.report_["objective"] >= theirs["objective"]


def test_resolution():
    rng = np.random.RandomState(8)
    X = np.column_stack([np.round(rng.normal(3, 1, 300)), rng.normal(0, 1, 300)])
    found = gmix.fit(X, 3, random_state=0)
    assert found.report_["resolution"] == [1.0, 0.0]
    assert np.sqrt(found.covariances_[:, 0, 0]).min() >= 0.5 * (1 - 1e-9)
    given = gmix.fit(X, 3, random_state=0, resolution=[0.5, 0])
    assert given.report_["resolution"] == [0.5, 0.0]
    assert "resolution" not in gmix.fit(X, 3, random_state=0, resolution="off").report_
    theirs = gmix.GaussianMixture(3, random_state=0).fit(X)  # scikit-learn's steps
    assert "resolution" not in theirs.report_


def test_float32_error():
    """float32 data are kept, and rows are summed in double precision: what is lost is the
    rounding of the data and of the results, 6e-8 relative."""
    X = clusters(3000, spread=2.0)
    for family in FAMILIES:
        wide = gmix.GaussianMixture(3, covariance_type=family, random_state=0).fit(X)
        narrow = gmix.GaussianMixture(3, covariance_type=family, random_state=0).fit(
            X.astype(np.float32)
        )
        assert narrow.means_.dtype == np.float32
        assert narrow.predict_proba(X.astype(np.float32)).dtype == np.float32
        assert narrow.n_iter_ == wide.n_iter_
        assert narrow.lower_bound_ == pytest.approx(wide.lower_bound_, rel=1e-6)
        np.testing.assert_allclose(narrow.means_, wide.means_, rtol=1e-5, atol=1e-5)


def test_search_finds_no_worse():
    X = clusters(400, k=4, spread=2.0, seed=5)
    plain = gmix.GaussianMixture(4, random_state=0).fit(X)
    best = gmix.fit(X, 4)
    assert best.score(X) >= plain.score(X) - 1e-9
    assert best.report_["stop"] == "converged" and best.report_["sound"]
    assert best.lower_bound_ == pytest.approx(best.score(X), rel=1e-12)


def test_errors_are_sentences():
    X = clusters()
    with pytest.raises(ValueError, match="did you mean 'noise'"):
        gmix.fit(X, 2, noize=0.1)
    with pytest.raises(ValueError, match="covariance_type"):
        gmix.GaussianMixture(2, covariance_type="fool").fit(X)
    with pytest.raises(ValueError, match="features"):
        gmix.fit(X, 2).predict(X[:, :2])
    with pytest.raises(gmix.SingularError):
        raise gmix.SingularError("is a ValueError")
    assert issubclass(gmix.SingularError, ValueError)
    with pytest.raises(ValueError, match="ill-defined"):
        gmix.GaussianMixture(5, reg_covar=0, random_state=0).fit(X[:6])


def test_results_do_not_depend_on_threads():
    X = clusters(30000)
    one = gmix.GaussianMixture(3, random_state=0, n_threads=1).fit(X)
    two = gmix.GaussianMixture(3, random_state=0, n_threads=2).fit(X)
    assert np.array_equal(one.means_, two.means_)


def test_criteria():
    X = clusters()
    g = gmix.GaussianMixture(3, random_state=0).fit(X)
    s = sklearn.mixture.GaussianMixture(3, random_state=0).fit(X)
    assert g.bic(X) == pytest.approx(s.bic(X), rel=1e-10)
    assert g.aic(X) == pytest.approx(s.aic(X), rel=1e-10)
    entropy = np.log(g.predict_proba(X).max(axis=1)).sum()
    assert g.icl(X) == pytest.approx(g.bic(X) - 2.0 * entropy, rel=1e-9)
    x, y = g.sample(40)
    assert np.array_equal(x, s.sample(40)[0]) or np.allclose(x, s.sample(40)[0])
    assert np.array_equal(y, s.sample(40)[1])


def test_choice_of_a_model():
    X = clusters(600, seed=4, spread=6.0)
    g = gmix.GaussianMixture("auto", random_state=0).fit(X)
    assert g.n_components_ == 3 and g.means_.shape == (3, 3)
    assert g.predict_proba(X).shape == (600, 3)
    chosen = gmix.GaussianMixture(
        range(2, 5), covariance_type=["spherical", "diag"], criterion="icl", random_state=0
    ).fit(X)
    assert chosen.n_components_ == 3 and chosen.covariance_type_ in ("spherical", "diag")
    assert len(chosen.report_["candidates"]) == 6
    assert np.array_equal(pickle.loads(pickle.dumps(chosen)).predict(X), chosen.predict(X))
    assert clone(chosen).get_params()["n_components"] == range(2, 5)
