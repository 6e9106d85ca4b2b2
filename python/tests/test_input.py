"""What data may come as: their own memory wherever it can be used."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import gmix
from gmix import _input


def table(dtype=np.float64):
    rng = np.random.RandomState(0)
    X = rng.randn(1000, 3)
    X[:500] += 4.0
    return X.astype(dtype)


def columns(X):
    return {name: X[:, j].copy() for j, name in enumerate("abc")}


def same_results(X, other):
    a = gmix.GaussianMixture(2, random_state=0).fit(X)
    b = gmix.GaussianMixture(2, random_state=0).fit(other)
    assert np.array_equal(a.means_, b.means_)
    assert a.means_.dtype == b.means_.dtype
    assert np.array_equal(a.predict_proba(X), b.predict_proba(other))
    assert np.array_equal(b.predict(other), a.predict(X))
    assert b.score(other) == a.score(X)
    return b


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_arrays(dtype, tmp_path):
    X = table(dtype)
    np.save(tmp_path / "x.npy", X)
    views = {
        "columns first": np.asfortranarray(X),
        "every other column": np.repeat(X, 2, axis=1)[:, ::2],
        "upside down": X[::-1].copy()[::-1],
        "mapped": np.load(tmp_path / "x.npy", mmap_mode="r"),
        "read only": X.copy(),
    }
    views["read only"].flags.writeable = False
    for name, view in views.items():
        fitted = same_results(X, view)
        taken = fitted._take(view, reset=False)
        assert np.shares_memory(taken, view), name


def test_arrays_that_must_be_copied():
    X = table()
    same_results(X, X.astype(">f8"))
    same_results(X, X.tolist())
    packed = np.zeros(len(X), dtype=[("x", "f8", 3), ("tag", "i1")])
    packed["x"] = X
    same_results(X, packed["x"])
    whole = np.round(X)
    same_results(whole, whole.astype(np.int64))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_frames_are_not_copied(dtype):
    X = table(dtype)
    frames = {
        "pandas": pd.DataFrame(X, columns=list("abc")),
        "pandas of columns": pd.DataFrame(columns(X)),
        "polars": pl.DataFrame(columns(X)),
        "Arrow table": pa.table(columns(X)),
        "Arrow batch": pa.record_batch(columns(X)),
    }
    for name, frame in frames.items():
        fitted = same_results(X, frame)
        if name != "Arrow table" and name != "Arrow batch":
            assert list(fitted.feature_names_in_) == ["a", "b", "c"]
        taken = fitted._take(frame, reset=False)
        if name == "pandas":  # one block of memory, as an array
            assert np.shares_memory(_parts(taken)[0], frame.to_numpy())
        else:
            assert isinstance(taken, _input.Columns), name
    owned = columns(X)
    taken = _input.columns_of(pa.table(owned))
    assert np.shares_memory(taken.parts[1], owned["b"])
    sliced = _input.columns_of(pa.record_batch(owned).slice(10, 50))
    assert np.array_equal(sliced.parts[2], owned["c"][10:60])


def _parts(taken):
    return taken.parts if isinstance(taken, _input.Columns) else (taken,)


def test_frames_that_must_be_copied():
    X = table()
    mixed = pl.DataFrame({"a": X[:, 0], "b": np.arange(1000), "c": X[:, 2]})
    same_results(mixed.to_numpy(), mixed)
    twice = pl.concat([pl.DataFrame(columns(X[:400])), pl.DataFrame(columns(X[400:]))])
    same_results(X, pl.concat([twice], rechunk=False))
    holes = pl.DataFrame(columns(X)).with_columns(
        pl.when(pl.col("a") > 5).then(None).otherwise(pl.col("a")).alias("a")
    )
    assert np.isnan(_input.columns_of(holes).parts[0]).sum() == holes["a"].null_count()
    g = gmix.GaussianMixture(2, random_state=0, missing="em").fit(holes)
    assert g.report_["n_missing_cells"] == holes["a"].null_count() > 0


def test_frames_are_checked():
    X = table()
    frame = pd.DataFrame(columns(X))
    g = gmix.GaussianMixture(2, random_state=0).fit(frame)
    with pytest.raises(ValueError, match="feature names"):
        g.predict(frame[["b", "a", "c"]])
    with pytest.raises(ValueError, match="missing"):
        g.predict(frame[["a", "b"]])
    frame.loc[3, "b"] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        g.predict(frame)


def test_weights_and_starts_with_frames():
    X = table()
    frame = pl.DataFrame(columns(X))
    for init in ("kmeans", "k-means++", "random", "random_from_data"):
        a = gmix.GaussianMixture(2, init_params=init, random_state=1).fit(X, None, np.ones(1000))
        b = gmix.GaussianMixture(2, init_params=init, random_state=1).fit(frame)
        np.testing.assert_allclose(a.means_, b.means_, rtol=1e-10)


def rows(n=60):
    rng = np.random.RandomState(3)
    return np.vstack([rng.randn(n, 2), rng.randn(n, 2) + 8])


def test_masked_cells_are_missing():
    X = rows()
    holes = X.copy()
    holes[::7, 0] = np.nan
    masked = np.ma.MaskedArray(np.where(np.isnan(holes), -999.0, holes), np.isnan(holes))
    seen, unseen = gmix.fit(masked, 2), gmix.fit(holes, 2)
    np.testing.assert_array_equal(seen.means_, unseen.means_)
    np.testing.assert_array_equal(seen.predict(masked), unseen.predict(holes))
    with pytest.raises(ValueError, match="NaN"):
        gmix.GaussianMixture(2).fit(masked)
    with pytest.raises(ValueError, match="NaN"):
        gmix.kmeans(masked, 2)
    whole = np.ma.MaskedArray(X.astype(np.float32))
    np.testing.assert_array_equal(gmix.fit(whole, 2).means_, gmix.fit(whole.data, 2).means_)
    weights = np.ma.MaskedArray(np.ones(len(X)), [True] + [False] * (len(X) - 1))
    with pytest.raises(ValueError, match="NaN"):
        gmix.fit(X, 2, sample_weight=weights)


@pytest.mark.parametrize("unit", ["datetime64[s]", "timedelta64[s]"])
def test_dates_are_no_numbers(unit):
    times = (rows() * 1000).astype(np.int64).astype(unit)
    frame = pd.DataFrame({"x": rows()[:, 0], "when": times[:, 0]})
    fitted = gmix.fit(rows(), 2)
    for X in [times, frame, list(times)]:
        with pytest.raises(TypeError, match="no numbers"):
            gmix.fit(X, 2)
        with pytest.raises(TypeError, match="no numbers"):
            fitted.predict(X)
        with pytest.raises(TypeError, match="no numbers"):
            gmix.kmeans(X, 2)
    if hasattr(frame, "__arrow_c_stream__"):
        only = pd.DataFrame({"when": times[:, 0]})
        with pytest.raises(TypeError, match="no numbers"):
            gmix.fit(only, 2)


def test_no_option_is_ignored():
    X = rows()
    assert gmix.fit(X, 2, covariance="EII").covariance_type == "EII"
    assert gmix.fit(X, [1, 2], covariance=["EII", "VII"]).n_components_ == 2
    with pytest.raises(TypeError, match="give one"):
        gmix.fit(X, 2, covariance="EII", covariance_type="VVV")
    for name, option in gmix.options().items():
        with pytest.raises((TypeError, ValueError)):
            gmix.fit(X, 2, **{name: "?"})
        if name not in ("n_components", "covariance", "init"):
            gmix.fit(X, 2, **{name: option.default})
    for given in ({"covariance": "EII"}, {"n_components": 3}):
        for way in ({}, {"search": "quick"}):
            with pytest.raises(TypeError, match="not among"):
                gmix.GaussianMixture(2, options=given, **way).fit(X)
    for call in (lambda: gmix.fit(X, 2, covarance="EII"), lambda: gmix.kmeans(X, 2, n_int=3)):
        with pytest.raises((TypeError, ValueError)):
            call()
