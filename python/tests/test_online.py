"""partial_fit: pieces are the whole, through pickles and files; drift; what is refused."""

import pickle

import numpy as np
import pytest

import gmix
from gmix import GaussianMixture


def rows(n, seed=0, shift=0.0):
    rng = np.random.default_rng(seed)
    X = np.concatenate([rng.normal(0, 1, (n // 2, 2)), rng.normal(5, 1, (n - n // 2, 2))]) + shift
    rng.shuffle(X)
    return X


def same(a, b):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name))
        for name in ("weights_", "means_", "covariances_", "lower_bound_", "n_samples_seen_")
    )


def test_pieces_are_the_whole(tmp_path):
    X = rows(12000)
    whole = GaussianMixture(2, random_state=0).partial_fit(X[:5000]).partial_fit(X[5000:])
    pieces = GaussianMixture(2, random_state=0).partial_fit(X[:5000])
    pieces = pickle.loads(pickle.dumps(pieces))
    pieces.to_file(tmp_path / "model.json")
    read = GaussianMixture.from_file(tmp_path / "model.json")
    for first, last in ((5000, 5017), (5017, 9001), (9001, 12000)):
        pieces.partial_fit(X[first:last])
        read.partial_fit(X[first:last])
    assert same(whole, pieces) and same(whole, read)
    assert whole.n_samples_seen_ == 12000
    best = GaussianMixture(2, random_state=0, search="quick").fit(X)
    assert whole.score(X) > best.score(X) - 2e-3


def test_goes_on_from_a_fit_and_from_changed_parameters():
    X = rows(6000)
    fitted = gmix.fit(X, 2)
    fitted.partial_fit(X)
    assert fitted.n_samples_seen_ == 12000
    fitted.means_ = fitted.means_ + 1.0  # the state is of other parameters
    assert fitted.partial_fit(X[:64]).n_samples_seen_ == 64


def test_drift_and_missing_cells():
    X = rows(8000)
    X[::7, 1] = np.nan
    gm = GaussianMixture(2, missing="em", random_state=0).partial_fit(X)
    moved = rows(20000, 1, shift=3.0)
    kept = pickle.loads(pickle.dumps(gm)).partial_fit(moved)
    forgot = gm.partial_fit(moved, forget=1e-3)
    assert forgot.score(moved) > kept.score(moved) + 0.05


def test_what_is_refused():
    with pytest.raises(ValueError, match="one number of components"):
        GaussianMixture("auto").partial_fit(rows(100))
    with pytest.raises(ValueError, match="prior has no estimate"):
        GaussianMixture(2, options={"prior": "mclust"}).partial_fit(rows(100))
    gm = GaussianMixture(2, random_state=0).partial_fit(rows(5000))
    with pytest.raises(ValueError, match="features"):
        gm.partial_fit(rows(100)[:, :1])
