"""Rows by the Arrow C stream interface: tables, readers, frames, relations; the same bits as arrays."""

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pytest

import gmix
from gmix import _input


def rows(n=900, seed=0):
    rng = np.random.default_rng(seed)
    X = np.concatenate([rng.normal(0, 1, (n // 3, 2)), rng.normal(5, 1, (n - n // 3, 2))])
    rng.shuffle(X)
    return X


def table(X, **types):
    columns = {}
    for j, name in enumerate(("a", "b")):
        columns[name] = pa.array(X[:, j], type=types.get(name), mask=np.isnan(X[:, j]))
    return pa.table(columns)


def same(a, b):
    return np.array_equal(a.means_, b.means_) and np.array_equal(a.covariances_, b.covariances_)


def ways(whole, tmp_path):
    """The rows of a table in every form there is, chunks among them."""
    chunks = pa.concat_tables([whole.slice(0, 100), whole.slice(100, 1), whole.slice(101)])
    pa.dataset.write_dataset(whole, tmp_path / "set", format="feather", use_threads=False)
    yield "table", whole
    yield "chunks", chunks
    yield "reader", pa.RecordBatchReader.from_batches(whole.schema, chunks.to_batches())
    yield "dataset", pa.dataset.dataset(tmp_path / "set", format="feather")
    yield "frame", pl.from_arrow(chunks, rechunk=False)
    yield "lazy", pl.from_arrow(whole).lazy()


@pytest.mark.parametrize("gaps", [False, True])
def test_every_stream_is_the_array(tmp_path, gaps):
    X = rows()
    if gaps:
        X[::7, 1] = np.nan
    X[:, 0] = np.round(X[:, 0] * 100)  # whole numbers
    best = gmix.fit(X, 2)
    for name, given in ways(table(X, a=pa.int32()), tmp_path):
        gm = gmix.fit(given, 2)
        assert same(gm, best), name
        assert list(gm.feature_names_in_) == ["a", "b"], name
    if gaps:
        with pytest.raises(ValueError, match="missing='em'"):
            gmix.GaussianMixture(2).fit(table(X))
    partly = gmix.GaussianMixture(2, missing="em", random_state=0)
    reader = pa.RecordBatchReader.from_batches(table(X).schema, table(X).to_batches())
    assert same(partly.partial_fit(reader), gmix.GaussianMixture(2, missing="em", random_state=0).partial_fit(X))


def test_columns_keep_their_memory():
    X = rows(300_000)
    column = _input.columns_of(table(X).to_reader()).parts[1]  # whose owner nothing else refers to
    others = [np.full(300_000, 7.0) for _ in range(8)]
    assert np.array_equal(column, X[:, 1]) and len(others) == 8


def test_no_rows_are_too_few():
    with pytest.raises(ValueError, match="0 sample"):
        gmix.fit(table(rows(60)[:0]).to_reader(), 2)


def test_duckdb_relation():
    duckdb = pytest.importorskip("duckdb")
    X = rows()
    numbers = table(X)  # noqa: F841  # of the query
    relation = duckdb.sql("select a, b from numbers")
    gm = gmix.fit(relation, 2)
    assert gm.means_.shape == (2, 2)
    assert abs(gm.score(X) - gmix.fit(X, 2).score(X)) < 1e-6


def test_what_is_no_number_is_named():
    X = rows(60)
    words = table(X).append_column("word", pa.array(["x"] * 60))
    reader = words.to_reader()
    with pytest.raises(ValueError, match="column 'word' holds text"):
        gmix.fit(reader, 2)
    dated = table(X).append_column("when", pa.array([0] * 60, type=pa.date32()))
    with pytest.raises((TypeError, ValueError), match="dates|no numbers"):
        gmix.fit(dated.to_reader(), 2)
    gm = gmix.fit(table(X).to_reader(), 2)
    with pytest.raises(ValueError, match="feature"):
        gm.predict(table(X).rename_columns(["b", "a"]).to_reader())
    assert gm.predict(table(X).to_reader()).shape == (60,)
