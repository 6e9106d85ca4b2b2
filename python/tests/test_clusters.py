"""``GaussianMixture.clusters``: numbers of R's mclust and fpc."""

import pathlib

import numpy as np
import pytest

import gmix

DATA = pathlib.Path(__file__).parents[2] / "data"


def vev(k, steps):
    """mclust's fit: so many EM steps from its hierarchical start."""
    x = np.loadtxt(DATA / "iris.csv", delimiter=",", skiprows=1)
    how = dict(tol=0, max_iter=steps, accelerate=0, resolution="off", reg_relative=1e-14)
    gm = gmix.fit(
        x, k, covariance_type="VEV", init="hierarchical", restarts=1, singular="keep", **how
    )
    return gm, x


def test_numbers():
    gm, x = vev(3, 43)
    found = gm.clusters(x, criterion="bhattacharyya")
    assert found.merges[0].values["bhattacharyya"] == pytest.approx(0.1546313701, rel=1e-8)
    assert found.merges[0].values["demp"] == pytest.approx(0.0203550259, rel=1e-7)
    assert found.suggested == {
        "entropy": 2,
        "bhattacharyya": 2,
        "demp": 3,
        "ridge": 2,
        "dip": 3,
        "modes": 3,
    }
    assert found.components.tolist() == [0, 1, 1] and found.n_clusters == 2
    assert np.bincount(found.labels).tolist() == [50, 100]
    assert np.allclose(found.memberships.sum(axis=1), 1.0)
    assert found.stability is None and found.together is None


def test_entropy_is_that_of_the_memberships():
    gm, x = vev(2, 2)
    z = gm.predict_proba(x)
    entropy = -np.sum(z * np.log(np.where(z > 0, z, 1)))
    assert gm.clusters(x).merges[0].entropy == pytest.approx(entropy, rel=1e-12)
    assert entropy == pytest.approx(0.001990899400, rel=1e-8)


def test_stability_and_what_is_refused():
    gm, x = vev(3, 43)
    found = gm.clusters(x, n_clusters=2, replicates=20, seed=1)
    assert found.stability > 0.9 and found.together.shape == (3, 3)
    assert found.together[0, 0] == 1.0 and found.together[1, 2] > 0.9 > 0.1 > found.together[0, 1]
    with pytest.raises(ValueError, match="did you mean 'ridge'"):
        gm.clusters(x, criterion="rigde")
    with pytest.raises(ValueError, match="3 components"):
        gm.clusters(x, n_clusters=4)


def test_projection():
    gm, x = vev(3, 43)
    found = gm.projection(x)
    assert found.n_directions == 2
    assert found.eigenvalues[:2] == pytest.approx([1.87856514447, 0.0725067163009], rel=1e-8)
    plane = gm.affine(found.directions[:2])
    rows = x @ found.directions[:2].T
    assert (plane.predict(rows) == gm.predict(x)).mean() > 0.97
    with pytest.raises(ValueError, match="lambda is 2"):
        gm.projection(x, lambda_=2.0)
