"""Engines and partials in Python: fits whose rows lie in pieces."""

import pickle

import numpy as np
import pytest

import gmix
from gmix import Engine, Partial


def rows(n=6000, d=3, seed=3):
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, 4, (3, d))
    return centres[rng.integers(0, 3, n)] + rng.normal(0, 1, (n, d))


def drive(engine, pieces, weights=None, labels=None, unplaced=False, reload=False):
    """A fit by hand; pieces answer in the other order."""
    firsts = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
    while engine.next != "done":
        job = engine.job()
        for i in reversed(range(len(pieces))):
            first = engine.first_row(i) if unplaced else int(firsts[i])
            partial = Partial(job, first, n_threads=1 + i % 2)
            cut = len(pieces[i]) // 3
            for part in (slice(0, cut), slice(cut, None)):
                partial.add(
                    pieces[i][part],
                    None if weights is None else weights[firsts[i] : firsts[i + 1]][part],
                    None if labels is None else labels[firsts[i] : firsts[i + 1]][part],
                )
            engine.take(partial.answer(), i)
            if reload:
                engine = Engine.load(engine.save())
        engine.step()
    return engine.result()


def same(a, b):
    for name in ("weights_", "means_", "covariances_"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert a.report_["trace"] == b.report_["trace"]


def pieces_of(engine, x, n):
    cut = engine.cut(len(x), n)
    assert cut[0] == 0 and cut[-1] == len(x)
    assert all(first % engine.block_rows == 0 for first in cut[:-1])
    return [x[i:j] for i, j in zip(cut, cut[1:], strict=False)]


@pytest.mark.parametrize("kind", ["plain", "weights", "labels", "missing"])
@pytest.mark.parametrize("family", ["full", "diag", "tied", "VEV"])
def test_pieces_are_the_whole(family, kind):
    x = rows()
    rng = np.random.default_rng(4)
    weights = rng.integers(1, 4, len(x)) / 2 if kind == "weights" else None
    labels = np.where(rng.random(len(x)) < 0.2, (x[:, 0] > 0).astype(int), -1)
    classes = ["low", "high"] if kind == "labels" else None
    if kind == "missing":
        x[rng.random(x.shape) < 0.02] = np.nan

    def engine():
        return Engine(
            3, 3, covariance_type=family, classes=classes, sample_rows=800, max_iter=25, restarts=1
        )

    given = {"weights": weights, "labels": labels if classes else None}
    one = drive(engine(), [x], **given)
    assert len(one.report_["trace"]) > 2
    for n in 2, 5:
        same(one, drive(engine(), pieces_of(engine(), x, n), unplaced=n == 5, **given))
    same(one, drive(engine(), pieces_of(engine(), x, 3), reload=True, **given))


def test_answers_are_put_together():
    x = rows()
    engine = Engine(3, 3, sample_rows=800, max_iter=9, restarts=1)
    pieces = pieces_of(engine, x, 4)
    firsts = engine.cut(len(x), 4)

    def ask(job, first):
        for pair in (0, 2):
            answers = [Partial(job, firsts[i]).add(pieces[i]).answer() for i in (pair, pair + 1)]
            joined = Partial(job, firsts[pair])
            for answer in answers:
                joined.join(answer)
            with pytest.raises(ValueError, match="rows from"):
                joined.join(answers[0])
            yield joined.answer()

    same(engine.run(ask), drive(Engine(3, 3, sample_rows=800, max_iter=9, restarts=1), [x]))


def test_a_table_is_fitted_as_by_fit():
    x = rows(900)
    same(gmix.fit(x, 2, random_state=5), drive(Engine(3, 2, random_state=5), [x[:400], x[400:]]))


def test_errors_of_measurement():
    x = rows(900)
    errors = np.random.default_rng(4).uniform(0.1, 1, x.shape)
    table = gmix.fit(x, 2, X_err=errors, random_state=5)

    def part(job, first):
        return [
            Partial(job, first(i)).add(x[cut], X_err=errors[cut]).answer()
            for i, cut in enumerate([slice(0, 400), slice(400, None)])
        ]

    same(table, Engine(3, 2, random_state=5).run(part))
    with pytest.raises(ValueError, match="X_err has the shape"):
        Partial(Engine(3, 2).job(), None).add(x, X_err=errors[:10])


def test_start_names_and_frames():
    pandas = pytest.importorskip("pandas")
    x = rows(900)
    start = gmix.fit(x[:300], 3)
    engine = Engine(3, 3, feature_names=["a", "b", "c"], start=start, sample_rows=100, max_iter=9)
    frame = pandas.DataFrame(x, columns=["a", "b", "c"])
    made = engine.run(lambda job, first: [Partial(job, first(0)).add(frame).answer()])
    assert list(made.feature_names_in_) == ["a", "b", "c"]
    np.testing.assert_allclose(made.means_, start.means_, atol=0.5)
    assert pickle.loads(pickle.dumps(made)).means_.shape == (3, 3)


def test_refusals():
    engine = Engine(2, 2)
    with pytest.raises(ValueError, match="not an answer to a job"):
        engine.take(b"nonsense", 0)
    with pytest.raises(ValueError, match="not a job of an engine"):
        Partial(b"nonsense", 0)
    with pytest.raises(ValueError, match="columns"):
        Partial(engine.job(), 0).add(np.zeros((3, 5)))
    with pytest.raises(ValueError, match="not the state of an engine"):
        Engine.load(b"nonsense")
    answer = Partial(engine.job(), 0).add(rows(50, 2)).answer()
    engine.take(answer, 0)
    with pytest.raises(ValueError, match="has answered this job already"):
        engine.take(answer, 0)
    with pytest.raises(ValueError, match="damaged on the way"):
        engine.take(answer[:-3], 1)
    engine.step()
    with pytest.raises(ValueError, match="another job"):
        engine.take(answer, 0)
    with pytest.raises(ValueError, match="where it begins after the first survey"):
        Partial(engine.job(), None)
    with pytest.raises(ValueError, match="noise_region"):
        Engine(2, 2, noise_region="hull", noise=0.1)
    with pytest.raises(ValueError, match="no covariance family"):
        Engine(2, 2, covariance_type="round")


def _answer(job, first, piece):
    return Partial(job, first, n_threads=1).add(piece).answer()


def test_joblib_recipe():
    """That of docs/python/engine.md, in processes."""
    joblib = pytest.importorskip("joblib")
    x = rows()
    engine = Engine(3, 3, sample_rows=800, max_iter=12, restarts=1)
    pieces = pieces_of(engine, x, 3)
    with joblib.Parallel(n_jobs=2) as parallel:
        made = engine.run(
            lambda job, first: parallel(
                joblib.delayed(_answer)(job, first(i), piece) for i, piece in enumerate(pieces)
            )
        )
    same(made, drive(Engine(3, 3, sample_rows=800, max_iter=12, restarts=1), [x]))
