"""Marginals, conditionals, files, summaries, pictures."""

import json

import numpy as np
import pytest

import gmix


def mixture(family="full"):
    rng = np.random.RandomState(1)
    X = np.vstack([rng.randn(200, 3) @ rng.randn(3, 3) + 4.0 * rng.randn(3) for _ in range(2)])
    return gmix.GaussianMixture(2, covariance_type=family, random_state=0).fit(X), X


@pytest.mark.parametrize("family", ["full", "tied", "diag", "spherical", "VEV"])
def test_joint_is_marginal_times_conditional(family):
    g, X = mixture(family)
    for row in X[:5]:
        marginal = g.marginal([2]).score_samples(row[np.newaxis, [2]])
        conditional = g.condition({2: row[2]}).score_samples(row[np.newaxis, [0, 1]])
        assert marginal + conditional == pytest.approx(g.score_samples(row[np.newaxis]), rel=1e-9)


def test_names():
    pd = pytest.importorskip("pandas")
    _, X = mixture()
    frame = pd.DataFrame(X, columns=["length", "width", "height"])
    g = gmix.GaussianMixture(2, random_state=0).fit(frame)
    assert list(g.marginal(["height", "length"]).feature_names_in_) == ["height", "length"]
    assert list(g.condition({"width": 1.0}).feature_names_in_) == ["length", "height"]
    with pytest.raises(ValueError, match="no feature 'depth'"):
        g.marginal(["depth"])


@pytest.mark.parametrize("family", gmix.families())
def test_files(family, tmp_path):
    g, X = mixture(family)
    g.to_file(tmp_path / "a.json")
    again = gmix.GaussianMixture.from_file(tmp_path / "a.json")
    assert np.array_equal(again.predict_proba(X), g.predict_proba(X))
    assert again.report_ == g.report_
    again.to_file(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    content = json.loads((tmp_path / "a.json").read_text())
    assert content["format"] == "gmix-model" and content["covariance"] == g.covariance_type


def test_files_of_others(tmp_path):
    (tmp_path / "hand.json").write_text(
        '{"format": "gmix-model", "version": 1, "covariance": "spherical", "weights": [0.5, 0.5],'
        ' "means": [[0, 0], [3, 3]], "covariances": [1, 2]}'
    )
    g = gmix.GaussianMixture.from_file(tmp_path / "hand.json")
    assert g.n_components == 2 and g.predict([[3.1, 2.9]])[0] == 1
    (tmp_path / "bad.json").write_text('{"format": "gmix-model", "version": 1}')
    with pytest.raises(ValueError, match="bad.json"):
        gmix.GaussianMixture.from_file(tmp_path / "bad.json")
    with pytest.raises(FileNotFoundError, match="none.json"):
        gmix.GaussianMixture.from_file(tmp_path / "none.json")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        g.to_file(tmp_path / "nowhere" / "model.json")
    with pytest.raises(OSError):
        g.to_file(tmp_path)


def test_files_before_0_2(tmp_path):
    """A report that does not say how sure its search was is not taken for one that is sure."""
    g = gmix.fit(mixture()[1], 2)
    g.to_file(tmp_path / "now.json")
    content = json.loads((tmp_path / "now.json").read_text())
    del content["fit"]["objective"], content["fit"]["chance_of_better"]
    (tmp_path / "then.json").write_text(json.dumps(content))
    then = gmix.GaussianMixture.from_file(tmp_path / "then.json")
    assert then.report_["objective"] is None and then.report_["chance_of_better"] is None
    assert "best of" in then.summary() and "chance" not in then.summary()


def test_noise():
    rng = np.random.RandomState(2)
    X = np.vstack([rng.randn(300, 2), rng.randn(300, 2) + 8.0, rng.uniform(-20, 20, (60, 2))])
    g = gmix.fit(X, 2, noise=0.1)
    assert g.weights_.sum() < 1.0
    x, labels = g.sample(2000)
    assert x.shape == (2000, 2) and 0.03 < np.mean(labels == -1) < 0.2
    assert (g.predict(X[600:]) == -1).mean() > 0.5


def test_summary_and_parameters():
    g, _ = mixture()
    assert "component" in g.summary() and "converged" in g.summary()
    with pytest.raises(ValueError, match="positive definite"):
        gmix.GaussianMixture.from_parameters([1.0], [[0.0, 0.0]], [[[1.0, 2.0], [2.0, 1.0]]])
    with pytest.raises(ValueError):
        gmix.GaussianMixture.from_parameters([0.5, 0.4], [[0.0], [1.0]], [[[1.0]], [[1.0]]])


@pytest.mark.parametrize("family", ["full", "tied", "diag", "spherical", "VEV"])
def test_plot(family):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    g, X = mixture(family)
    ax = g.plot(X, features=(0, 2))
    assert len(ax.lines) == 4 and len(ax.collections) == 1
    assert ax.get_ylabel() == "feature 2"
    # An ellipse of two standard deviations reaches so far along each axis.
    single = gmix.GaussianMixture(1, covariance_type=family).fit(X).plot(features=(0, 2))
    reach = [np.ptp(single.lines[1].get_xdata()), np.ptp(single.lines[1].get_ydata())]
    flat = gmix.GaussianMixture(1, covariance_type=family).fit(X).marginal([0, 2])
    draws = flat.sample(200000)[0]
    np.testing.assert_allclose(reach, 4.0 * draws.std(axis=0), rtol=0.02)
    line = gmix.fit(X[:, :1], 2).plot(X[:, :1])
    assert len(line.lines) == 3


def test_files_that_take_long_are_written(tmp_path):
    """Signals are looked for twenty times a second, also by calls that keep the interpreter."""
    rng = np.random.default_rng(0)
    k, d = 4000, 12
    g = gmix.GaussianMixture.from_parameters(
        np.full(k, 1.0 / k), rng.normal(size=(k, d)), np.eye(d) * rng.uniform(1, 2, (k, 1, 1))
    )
    g.to_file(tmp_path / "large.json")
    assert np.array_equal(gmix.GaussianMixture.from_file(tmp_path / "large.json").means_, g.means_)
