"""Fits that are interrupted and go on; choices among models of rows in parts."""

import os

import numpy as np
import pytest

import gmix
from gmix import Engine, Partial


def rows(n=600, d=2):
    rng = np.random.default_rng(5)
    centres = rng.normal(0, 4, (4, d))
    return centres[rng.integers(0, 4, n)] + rng.normal(0, 1, (n, d))


def same(a, b):
    for name in ("weights_", "means_", "covariances_"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert a.report_["log_likelihood"] == b.report_["log_likelihood"]


class Stopped(Exception):
    pass


def stopped(x, k, search, calls, path):
    """A fit on one thread, whose callback ends it after so many calls."""
    left = iter(range(calls))

    def see(at):
        if next(left, None) is None:
            raise Stopped

    gmix.fit(x, k, search=search, verbose=see, checkpoint=path, every=0, n_threads=1)


@pytest.mark.parametrize(
    ("k", "search", "calls"), [(4, "standard", 500), (range(1, 5), "quick", 300)], ids=["search", "choice"]
)
def test_goes_on_to_the_same_bits(tmp_path, k, search, calls):
    x, path = rows(), tmp_path / "fit.state"
    alone = gmix.fit(x, k, search=search)
    for _ in range(2):
        with pytest.raises(Stopped):
            stopped(x, k, search, calls, path)
        assert os.listdir(tmp_path) == ["fit.state"]
    same(gmix.fit(x, k, search=search, checkpoint=str(path), every=0), alone)
    assert os.listdir(tmp_path) == []


def test_of_other_rows_is_refused(tmp_path):
    x, path = rows(), tmp_path / "fit.state"
    with pytest.raises(Stopped):
        stopped(x, 4, "standard", 500, path)
    before = path.read_bytes()
    for other in {"X": x + 1, "n_components": 4}, {"X": x, "n_components": 3}:
        with pytest.raises(ValueError, match="journal|other|checkpoint"):
            gmix.fit(**other, search="standard", checkpoint=path)
        assert path.read_bytes() == before
    path.write_bytes(before[:-5])
    with pytest.raises(ValueError, match="cut short|damaged"):
        gmix.fit(x, 4, search="standard", checkpoint=path)


def test_a_place_that_cannot_be_written_is_no_end(tmp_path):
    x = rows()
    with pytest.warns(UserWarning, match="stays as it was"):
        place = tmp_path / "none" / "fit.state"
        made = gmix.fit(x, 4, verbose=lambda at: None, n_threads=1, checkpoint=place, every=0)
    same(made, gmix.fit(x, 4))
    with pytest.raises(ValueError, match="number of seconds"):
        gmix.fit(x, 4, checkpoint=tmp_path / "fit.state", every=-1)


def test_choice_of_parts():
    x = rows(1500)
    alone = gmix.fit(x, range(3, 6), covariance_type=["full", "diag"], missing="em")
    engine = Engine(2, "3-5", covariance_type=["full", "diag"])
    pieces = np.array_split(x, 3)
    made = engine.run(
        lambda job, first: [Partial(job, first(i)).add(p).answer() for i, p in enumerate(pieces)]
    )
    assert (made.n_components_, made.covariance_type_) == (alone.n_components_, alone.covariance_type_)
    assert len(made.report_["candidates"]) == len(alone.report_["candidates"]) == 6
    np.testing.assert_allclose(made.report_["bic"], alone.report_["bic"], rtol=1e-12)
    with pytest.raises(ValueError, match="criterion"):
        Engine(2, "1-3", criterion="best")
