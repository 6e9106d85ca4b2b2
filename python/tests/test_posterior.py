"""Samples from a posterior of partitions, as Python has them. Two seconds."""
import numpy as np
import pytest

import gmix


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(4)
    return np.concatenate([rng.normal(0, 1, (50, 2)), rng.normal(8, 1, (30, 2))])


@pytest.fixture(scope="module")
def draws(rows):
    return gmix.sample_posterior(rows, iterations=200, similarity=True, random_state=1)


def test_finds_two_groups(rows, draws):
    assert draws.most_probable == 2
    assert draws.components_posterior.sum() == pytest.approx(1.0, abs=1e-3)
    assert draws.groups_posterior.sum() == pytest.approx(1.0)
    assert sorted(np.bincount(draws.labels)) == [30, 50]
    assert draws.mixture.predict(rows).tolist() == draws.labels.tolist()
    assert np.all(draws.means.lower <= draws.means.mean)
    assert np.all(draws.means.mean <= draws.means.upper)
    assert draws.weights.mean == pytest.approx([0.62, 0.38], abs=0.05)
    assert draws.covariances.mean.shape == (2, 2, 2)
    assert draws.density.mean.shape == draws.grid.shape == (2, 200)
    assert draws.similarity.shape == (80, 80)
    assert draws.trace["groups"].shape == (4 * 100,)
    assert draws.trace["chain_draws"].tolist() == [100] * 4
    assert str(draws).startswith("How many groups?")


def test_threads_change_nothing(rows, draws):
    again = gmix.sample_posterior(rows, iterations=200, random_state=1, n_threads=1)
    assert np.array_equal(again.trace["log_posterior"], draws.trace["log_posterior"])
    other = gmix.sample_posterior(rows, iterations=200, random_state=2)
    assert not np.array_equal(other.trace["log_posterior"], draws.trace["log_posterior"])


def test_frames(rows):
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(rows, columns=["a", "b"])
    draws = gmix.sample_posterior(table, prior="dp", covariance_type="diag", iterations=40, n_grid=0)
    assert draws.components_posterior is None and draws.density is None
    assert list(draws.frame().columns) == ["groups_posterior", "groups_prior"]
    assert draws.mixture.covariance_type == "diag"
    assert draws.mixture.feature_names_in_.tolist() == ["a", "b"]


def test_given_prior(rows):
    one = {"components": "uniform", "components_parameter": 1, "prior_scale": 1.0}
    given = {"prior_mean": [0.0, 0.0], "prior_matrix": np.eye(2)}
    a = gmix.sample_posterior(rows, iterations=20, **one, **given)
    b = gmix.sample_posterior(rows, iterations=20, **one)
    assert a.log_posterior.mean != b.log_posterior.mean
    assert a.mixture.n_components == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"prior": "crp"}, "mfm, dp"),
        ({"covariance_type": "tied"}, "full, diag and spherical"),
        ({"iterations": 2}, "iterations"),
        ({"prior_mean": [1.0]}, "shape"),
        ({"prior_dof": 0.5}, "above 1"),
    ],
)
def test_refuses(rows, asked, words):
    with pytest.raises(ValueError, match=words):
        gmix.sample_posterior(rows, **asked)


def test_refuses_holes_and_unknown_options(rows):
    with pytest.raises(ValueError, match="row 4, column 2"):
        gmix.sample_posterior(np.where(np.arange(160).reshape(80, 2) == 7, np.nan, rows))
    with pytest.raises(TypeError, match="no option"):
        gmix.sample_posterior(rows, temperature=2)


def test_chains_that_are_interrupted_are_kept():
    seen = []

    def watch(at):
        seen.append(at.step)
        if len(seen) == 5:
            raise KeyboardInterrupt

    draws = gmix.sample_posterior(np.arange(30.0)[:, np.newaxis], iterations=10**6, verbose=watch)
    assert draws.end == "cancelled" and len(draws.labels) == 30 and len(seen) == 5
    with pytest.raises(ZeroDivisionError):
        gmix.sample_posterior(np.arange(30.0)[:, np.newaxis], iterations=1000, verbose=lambda at: 1 / 0)
