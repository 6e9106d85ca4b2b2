"""The estimator of Spark ML, on a local master with two threads."""

import os
import shutil
import socket
import sys
import time

import numpy as np
import pytest

pytest.importorskip("pyspark")

import pyarrow as pa  # noqa: E402
from pyspark import TaskContext  # noqa: E402
from pyspark.ml import Pipeline  # noqa: E402
from pyspark.ml.feature import VectorAssembler  # noqa: E402
from pyspark.ml.linalg import Vectors  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

import gmix  # noqa: E402
from gmix import Engine, Partial, _spark_rows  # noqa: E402
from gmix.spark import GaussianMixture, GaussianMixtureModel  # noqa: E402

SAMPLE = 800
FAITHFUL = os.path.join(os.path.dirname(__file__), "../../data/faithful.csv")


@pytest.fixture(scope="session")
def spark():
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2,4]")  # a task may fail three times
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.host", "localhost")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def rows(n=6000, d=3):
    rng = np.random.default_rng(3)
    centres = rng.normal(0, 4, (3, d))
    return centres[rng.integers(0, 3, n)] + rng.normal(0, 1, (n, d))


def frame(spark, pieces, weights=None, classes=None):
    """A data frame whose partitions are the pieces, in this order."""
    def records(i):
        w = np.ones(len(pieces[i])) if weights is None else weights[i]
        besides = [w] if classes is None else [w, classes[i]]
        return [(x.tolist(), float(v), *y) for x, v, *y in zip(pieces[i], *besides, strict=True)]

    rdd = spark.sparkContext.parallelize(range(len(pieces)), len(pieces)).flatMap(records)
    columns = "features array<double>, w double" + ("" if classes is None else ", class string")
    return spark.createDataFrame(rdd, columns)


def alone(x, weights=None, labels=None, **parameters):
    """The engine with one part, without Spark."""
    engine = Engine(x.shape[1], 3, sample_rows=SAMPLE, seed=0, restarts=1, **parameters)
    return engine.run(lambda job, first: [Partial(job, first(0)).add(x, weights, labels).answer()])


def same(a, b):
    for name in ("weights_", "means_", "covariances_"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert a.report_["trace"] == b.report_["trace"]


def cut(x, n):
    first = Engine(x.shape[1], 3).cut(len(x), n)
    return [x[i:j] for i, j in zip(first, first[1:], strict=False)]


@pytest.mark.parametrize(
    ("family", "kind", "cache"),
    [
        ("full", "plain", True),
        ("diag", "weights", False),
        ("tied", "missing", False),
        ("VEV", "weights", True),
        ("diag", "labels", True),
        ("full", "labels", False),
    ],
)
def test_partitions_are_the_whole(spark, family, kind, cache):
    x = rows()
    rng = np.random.default_rng(4)
    weights = rng.integers(1, 4, len(x)) / 2 if kind == "weights" else None
    if kind == "missing":
        x[rng.random(x.shape) < 0.02] = np.nan
    labels, classes, names, more = None, None, None, {"weightCol": "w"}
    if kind == "labels":
        labels = np.where(rng.random(len(x)) < 0.2, (x[:, 0] > x[:, 0].mean()).astype(int), -1)
        classes, more = ["9", "10"], {"labelCol": "class"}
        names = np.array([*classes, None], dtype=object)[labels]
    one = alone(x, weights, labels, covariance_type=family, max_iter=5, classes=classes)
    parameters = {
        **more,
        "k": 3, "covarianceType": family, "maxIter": 5, "sampleRows": SAMPLE, "options": {"restarts": 1},
        "cache": cache,
    }
    for n in 1, 3:
        pieces = cut(x, n)
        ends = np.cumsum([len(p) for p in pieces])[:-1]
        w, c = (None if column is None else np.split(column, ends) for column in (weights, names))
        made = GaussianMixture(**parameters).fit(frame(spark, pieces, w, c))
        same(made.mixture, one)


def test_large_answers_are_put_together_on_the_way(spark, monkeypatch):
    x = rows()
    one = alone(x, max_iter=3)
    monkeypatch.setattr(_spark_rows, "_LARGE", 0)
    taken = []
    take = Engine.take
    monkeypatch.setattr(Engine, "take", lambda self, a, part: (taken.append(part), take(self, a, part)))
    made = GaussianMixture(k=3, maxIter=3, sampleRows=SAMPLE, options={"restarts": 1}).fit(
        frame(spark, cut(x, 5))
    )
    same(made.mixture, one)
    assert taken[-2:] == [0, 3]


def _fails_at_first(batches):
    context = TaskContext.get()
    for batch in batches:
        yield batch
    if context.attemptNumber() < 2 and context.partitionId() != 1:
        raise RuntimeError("a task that dies")


def test_tasks_that_die_change_nothing(spark, monkeypatch):
    x = rows()
    one = alone(x, max_iter=3)
    df = frame(spark, cut(x, 3)).mapInArrow(_fails_at_first, "features array<double>, w double")
    ask = _spark_rows._answers

    def dies(records, **given):
        answers = ask(records, **given)
        if TaskContext.get().attemptNumber() == 0 and TaskContext.get().partitionId() == 0:
            raise RuntimeError("a task that dies")
        return answers

    monkeypatch.setattr(_spark_rows, "_answers", dies)
    made = GaussianMixture(k=3, maxIter=3, sampleRows=SAMPLE, options={"restarts": 1}).fit(df)
    same(made.mixture, one)


def test_workers_do_not_wait_for_acknowledgements():
    """Spark's two writes, of a task and of its rows, to a worker that says nothing in between."""

    def median_wait(ask):
        with socket.create_server(("127.0.0.1", 0)) as server:
            worker = socket.create_connection(server.getsockname())
            spark, _ = server.accept()
            waits = []
            with worker, spark:
                for _ in range(11):
                    spark.sendall(b"task")
                    worker.recv(4)
                    began = time.perf_counter()
                    spark.sendall(b"rows")
                    ask()
                    worker.recv(4)
                    waits.append(time.perf_counter() - began)
                    worker.sendall(b"done")
                    spark.recv(4)
        return np.median(waits)

    assert median_wait(lambda: None) > 0.02
    assert median_wait(_spark_rows._acknowledge) < 0.02


def _others_each_time(batches):
    for batch in batches:
        yield batch.set_column(1, "w", pa.array(np.random.default_rng().random(len(batch))))


def _without(monkeypatch, losses):
    """Before passes of these numbers something happens to the directory of the fit."""
    ask, passes = _spark_rows.RowsInFiles.ask, iter(range(10**6))

    def robbed(self, job, first_rows):
        losses.get(next(passes), lambda home: None)(os.path.join(self.within, self.fit))
        return ask(self, job, first_rows)

    monkeypatch.setattr(_spark_rows.RowsInFiles, "ask", robbed)


def test_rows_that_are_lost_are_read_again(spark, monkeypatch, tmp_path):
    x = rows()
    one = alone(x, max_iter=3)
    parameters = {
        "k": 3, "maxIter": 3, "sampleRows": SAMPLE, "cache": str(tmp_path), "options": {"restarts": 1},
    }
    _without(
        monkeypatch,
        {
            0: lambda home: shutil.rmtree(os.path.join(home, "part-1")),
            2: lambda home: os.truncate(os.path.join(home, "part-2", "cells"), 80),
            4: shutil.rmtree,
        },
    )
    same(GaussianMixture(**parameters).fit(frame(spark, cut(x, 3))).mixture, one)
    assert not os.listdir(tmp_path)  # and nothing is left behind


def test_rows_that_change_are_refused(spark, monkeypatch, tmp_path):
    df = frame(spark, cut(rows(600), 2)).mapInArrow(_others_each_time, "features array<double>, w double")
    _without(monkeypatch, {1: shutil.rmtree})
    with pytest.raises(ValueError, match="a second time, and its rows were others"):
        GaussianMixture(weightCol="w", cache=str(tmp_path)).fit(df)
    assert not os.listdir(tmp_path)
    with pytest.raises(TypeError, match="True, False or a directory"):
        GaussianMixture(cache=3)


def test_transform_pipeline_and_files(spark, tmp_path):
    data = np.loadtxt(FAITHFUL, delimiter=",", skiprows=1)
    df = spark.createDataFrame([tuple(row) for row in data.tolist()], "eruptions double, waiting double")
    assembler = VectorAssembler(inputCols=["eruptions", "waiting"], outputCol="x")
    estimator = GaussianMixture(k=2, featuresCol="x", predictionCol="cluster")
    estimator.write().overwrite().save(str(tmp_path / "estimator"))
    estimator = GaussianMixture.load(str(tmp_path / "estimator"))
    pipeline = Pipeline(stages=[assembler, estimator]).fit(df)
    model = pipeline.stages[-1]
    assert list(model.mixture.feature_names_in_) == ["eruptions", "waiting"]
    known = gmix.fit(data, 2)
    np.testing.assert_allclose(model.mixture.report_["log_likelihood"], -1130.26396, atol=1e-4)
    np.testing.assert_allclose(sorted(model.weights), sorted(known.weights_), atol=1e-6)
    out = pipeline.transform(df).collect()
    np.testing.assert_array_equal([row.cluster for row in out], model.mixture.predict(data))
    np.testing.assert_array_equal(
        [row.probability.toArray() for row in out], model.mixture.predict_proba(data)
    )
    model.write().overwrite().save(str(tmp_path / "model"))
    again = GaussianMixtureModel.load(str(tmp_path / "model"))
    assert again.uid == model.uid and again.getPredictionCol() == "cluster"
    np.testing.assert_array_equal(again.means, model.means)
    model.mixture.to_file(tmp_path / "model.json")
    np.testing.assert_array_equal(gmix.GaussianMixture.from_file(tmp_path / "model.json").means_, model.means)


def test_far_from_zero(spark):
    """Spark ML's sums of squares lose the digits of offsets: here they change nothing."""
    data = np.loadtxt(FAITHFUL, delimiter=",", skiprows=1)
    start = gmix.fit(data[::2], 2, max_iter=3)
    steps = set()
    for offset in 0.0, 1e6:
        moved = gmix.GaussianMixture.from_parameters(
            start.weights_, start.means_ + offset, start.covariances_
        )
        df = spark.createDataFrame([(Vectors.dense(row),) for row in data + offset], ["features"])
        model = GaussianMixture(k=2, initialModel=moved, sampleRows=100).fit(df)
        assert abs(model.summary["log_likelihood"] + 1130.26396) < 1e-4
        steps.add(model.summary["n_iterations"])
    assert len(steps) == 1


def test_choice(spark):
    data = np.loadtxt(FAITHFUL, delimiter=",", skiprows=1)
    df = spark.createDataFrame([(row,) for row in data.tolist()], "features array<double>")
    made = GaussianMixture(components="2,3", covarianceType="full,VVI", criterion="icl").fit(df)
    known = gmix.fit(data, [2, 3], covariance_type=["full", "VVI"], criterion="icl")
    assert len(made.weights) == known.n_components_
    assert len(made.summary["candidates"]) == 4


def test_refusals(spark, tmp_path):
    with pytest.raises(TypeError, match="must be vectors"):
        GaussianMixture().fit(spark.createDataFrame([(1.0,)], ["features"]))
    with pytest.raises(Exception, match="of 2 and of 3 features"):
        GaussianMixture(cache=str(tmp_path)).fit(
            spark.createDataFrame([([1.0, 2.0],), ([1.0, 2.0, 3.0],)], "features array<double>").coalesce(1)
        )
    assert not os.listdir(tmp_path)
    with pytest.raises(Exception, match="no features"):
        GaussianMixture().fit(spark.createDataFrame([(None,)], "features array<double>"))
    with pytest.raises(ValueError, match="no rows"):
        GaussianMixture().fit(spark.createDataFrame([], "features array<double>"))
    with pytest.raises(ValueError, match="infinite"):
        GaussianMixture().fit(spark.createDataFrame([([1.0, float("inf")],)], "features array<double>"))
