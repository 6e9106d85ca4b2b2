"""``GaussianMixtureDetector``: scikit-learn's rules, calibration, and what it does not swallow."""

import os
import pathlib
import pickle
import warnings

import numpy as np
import pytest
from scipy.stats import betabinom, chi2
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import parametrize_with_checks

import gmix


@parametrize_with_checks([gmix.GaussianMixtureDetector(folds=5)])
def test_scikit_learn(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        check(estimator)


def table(n=300, bad=9, seed=3):
    """Two groups, and anomalies that lie together, as of one cause."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4)) @ rng.normal(size=(4, 4))
    x[n // 2 :] += 15.0
    x[:bad] = x[:bad] * 0.1 + [40.0, -20.0, 9.0, 0.0]
    return x, np.arange(n) < bad


def test_one_component_is_the_mahalanobis_distance():
    x, y = table()
    detector = gmix.GaussianMixtureDetector(1).fit(x)
    z = x - x.mean(0)
    square = np.einsum("ij,jk,ik->i", z, np.linalg.inv(np.cov(x.T, bias=True)), z)
    assert detector.decision_scores_ == pytest.approx(-chi2.logsf(square, 4), rel=1e-8)
    assert roc_auc_score(y, detector.decision_scores_) == roc_auc_score(y, square)


# Area under the curve of one Gaussian (PyOD 3.6.7, all rows), of sets of ADBench.
AREAS = {
    "breastw": 0.972389, "cardio": 0.896454, "glass": 0.744173, "Ionosphere": 0.921940,
    "letter": 0.804093, "Lymphography": 0.985915, "thyroid": 0.934163, "vowels": 0.912091,
    "WDBC": 0.958543, "wine": 0.649580,
}


@pytest.mark.skipif("GMIX_ANOMALY_DATA" not in os.environ, reason="the sets are not in this tree")
@pytest.mark.parametrize("name", AREAS)
def test_sets_of_adbench(name):
    """GMIX_ANOMALY_DATA: the folder of their .npz files."""
    path = next(pathlib.Path(os.environ["GMIX_ANOMALY_DATA"]).glob(f"*_{name}.npz"))
    with np.load(path) as held:
        x, y = held["X"].astype(float), held["y"]
    detector = gmix.GaussianMixtureDetector(1, folds=2, options={"reg": 1e-6}).fit(x)
    assert roc_auc_score(y, detector.decision_scores_) == pytest.approx(AREAS[name], abs=6e-7)


def test_components_do_not_swallow_anomalies():
    x, y = table()
    assert roc_auc_score(y, gmix.GaussianMixtureDetector(3, random_state=0).fit(x).decision_scores_) < 0.9
    detector = gmix.GaussianMixtureDetector(contamination="auto", random_state=0).fit(x)
    assert roc_auc_score(y, detector.decision_scores_) == 1.0
    assert detector.mixture_.weights_.min() > 0.05
    assert detector.labels_[y].all() and detector.labels_[~y].sum() <= 3
    assert detector.contamination_ == detector.labels_.mean()


@pytest.mark.parametrize("k", [1, 4])
@pytest.mark.parametrize(("n", "d"), [(60, 13), (400, 6)])
def test_rate_of_false_positives(n, d, k):
    """Where a quantile of the training rows' scores is passed by up to 9 of 10 normal rows."""
    rng = np.random.default_rng(n + k)
    x = rng.normal(size=(n + 2000, d))
    detector = gmix.GaussianMixtureDetector(k, clean=True, random_state=0, options={"reg": 1e-6})
    p = detector.fit(x[:n]).p_values(x[n:])
    rank = int(0.1 * (n + 1))
    assert np.sum(p <= 0.1) <= betabinom.ppf(0.995, 2000, rank, n + 1 - rank)
    if k == 1:
        assert np.sum(p <= 0.1) >= betabinom.ppf(0.005, 2000, rank, n + 1 - rank)
        own = np.quantile(detector.decision_scores_, 0.9)
        assert np.mean(-detector.score_samples(x[n:]) > own) > (0.25 if d == 13 else 0.1)


def test_missing_cells():
    x, y = table()
    x[::3, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        gmix.GaussianMixtureDetector().fit(x)
    detector = gmix.GaussianMixtureDetector(missing="em", random_state=0).fit(x)
    assert roc_auc_score(y, detector.decision_scores_) > 0.999
    normal = detector.p_values_[~y]
    assert abs(np.mean(normal[::3] < 0.3) - np.mean(normal < 0.3)) < 0.12


def test_pickle_and_contamination():
    x, _ = table()
    detector = gmix.GaussianMixtureDetector(contamination=0.05, random_state=1).fit(x)
    assert detector.labels_.sum() == 15 and detector.offset_ == -detector.threshold_
    again = pickle.loads(pickle.dumps(detector))
    assert np.array_equal(again.p_values(x[:20]), detector.p_values(x[:20]))
    assert np.array_equal(again.predict(x), np.where(detector.labels_, -1, 1))


def test_reasons():
    x, _ = table(bad=0)
    x[5, 2] += 50.0
    detector = gmix.GaussianMixtureDetector(random_state=0).fit(x)
    blame = detector.blame(x[5:6])
    assert blame.feature[0].tolist() == [2, -1, -1] and np.isnan(blame.expected[0, 1])
    assert abs(blame.expected[0, 0] - (x[5, 2] - 50.0)) < 4 * blame.std[0, 0]
    assert detector.explain(x[5:6]).surprise.argmax() == 2
    values = detector.shapley_values(x[:6])
    assert values.sum(1).argmax() == 5 and values[5].argmax() == 2
    with pytest.raises(ValueError, match="at most 12"):
        gmix.GaussianMixtureDetector(1).fit(np.random.default_rng(0).normal(size=(99, 13))).shapley_values(
            np.zeros((1, 13))
        )


def test_adjusted_as_by_hand():
    p = np.random.default_rng(0).uniform(size=100) ** 2
    order = np.argsort(p)
    by_hand = np.minimum.accumulate((p[order] * 100 / np.arange(1, 101))[::-1])[::-1]
    assert gmix.adjust_p_values(p)[order] == pytest.approx(np.minimum(by_hand, 1.0))
