"""``GaussianMixture`` as an estimator of Spark ML.

    from gmix.spark import GaussianMixture
    model = GaussianMixture(k=3, seed=1).fit(df)        # df.features: vectors, or arrays of doubles
    model.transform(df).select("prediction", "probability")

The driver has the fit's engine, every partition is a part: a pass is a map over partitions and a
collect of some kilobytes from each. Nothing shuffles rows, no task waits for another, and a task that
is run again, or twice, answers the same. The rows are packed once, partition by partition, into blocks
of bytes that are kept in the cluster's memory (or on its disks) until the fit is done.

The model has the same bits whatever the executors; and whatever the partitions, if they begin at blocks
of rows. gmix and numpy have to be installed where the executors run, pyarrow as well.
"""

from __future__ import annotations

import functools
import json
import math
import os
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark import StorageLevel, TaskContext, keyword_only
from pyspark.ml import Estimator, Model
from pyspark.ml.functions import array_to_vector, vector_to_array
from pyspark.ml.linalg import VectorUDT
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import (
    HasFeaturesCol,
    HasMaxIter,
    HasPredictionCol,
    HasProbabilityCol,
    HasSeed,
    HasTol,
    HasWeightCol,
)
from pyspark.ml.util import (
    DefaultParamsReadable,
    DefaultParamsReader,
    DefaultParamsWritable,
    DefaultParamsWriter,
    MLReadable,
    MLReader,
    MLWritable,
    MLWriter,
)
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, DoubleType

from gmix import GaussianMixture as Mixture
from gmix._engine import Engine, Partial

_PACKED = "part int, rows long, columns int, cells binary, weights binary"
_ANSWERS = "part int, answer binary"
_BLOCK_CELLS = 1 << 20  # of a packed row: 8 MB
_LARGE = 16 << 20  # jobs of more bytes have answers that are put together before they are collected

# On the executors


def _part() -> int:
    context = TaskContext.get()
    assert context is not None
    return context.partitionId()


def _doubles(column: pa.Array) -> np.ndarray:
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))


def _cells(column: pa.Array) -> np.ndarray:
    """Rows (n, D) of a column of arrays; nulls in them are missing cells."""
    if column.null_count:
        raise ValueError("a row has no features (null): leave it out of the data frame")
    lengths = np.diff(column.offsets.to_numpy())
    if len(lengths) and np.any(lengths != lengths[0]):
        raise ValueError(f"rows of {lengths.min()} and of {lengths.max()} features")
    return _doubles(column.flatten()).reshape(len(lengths), -1)


def _pack(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows as blocks of bytes, [cells | weights], in their order."""
    part = _part()
    for batch in batches:
        x = _cells(batch.column(0))
        if not len(x):
            continue
        w = _doubles(batch.column(1)) if batch.num_columns > 1 else None
        step = max(1, _BLOCK_CELLS // x.shape[1])
        for at in range(0, len(x), step):
            rows = x[at : at + step]
            weights = None if w is None else w[at : at + step].tobytes()
            yield pa.RecordBatch.from_pydict(
                {
                    "part": pa.array([part], pa.int32()),
                    "rows": pa.array([len(rows)], pa.int64()),
                    "columns": pa.array([rows.shape[1]], pa.int32()),
                    "cells": pa.array([rows.tobytes()], pa.binary()),
                    "weights": pa.array([weights], pa.binary()),
                }
            )


def _answer(
    batches: Iterator[pa.RecordBatch], job: bytes, first_rows: list[int | None]
) -> Iterator[pa.RecordBatch]:
    """A partition's answer to a job. Partitions without rows have none."""
    part, partial = _part(), None
    for batch in batches:
        for i in range(batch.num_rows):
            if partial is None:
                first = first_rows[part] if first_rows else None
                partial = Partial(job, first, n_threads=1)
            columns = batch.column(2)[i].as_py()
            weights = batch.column(4)[i].as_py()
            partial.add(
                np.frombuffer(batch.column(3)[i].as_buffer()).reshape(-1, columns),
                None if weights is None else np.frombuffer(weights),
            )
    if partial is not None:
        yield pa.RecordBatch.from_pydict(
            {
                "part": pa.array([part], pa.int32()),
                "answer": pa.array([partial.answer()], pa.binary()),
            }
        )


def _join(key: tuple[Any, ...], answers: pa.Table, job: bytes, first_rows: list[int | None]) -> pa.Table:
    """The answers of partitions that follow each other, as one: that of the first of them."""
    answers = answers.sort_by("part")
    parts = answers["part"].to_pylist()
    partial = Partial(job, first_rows[parts[0]], n_threads=1)
    for answer in answers["answer"]:
        partial.join(answer.as_py())
    return pa.table(
        {"part": pa.array(parts[:1], pa.int32()), "answer": pa.array([partial.answer()], pa.binary())}
    )


# On the driver


def _as_arrays(df: DataFrame, name: str) -> Any:
    """A column of features as one of arrays of doubles."""
    type_ = df.schema[name].dataType
    if isinstance(type_, VectorUDT):
        return vector_to_array(F.col(name))
    if isinstance(type_, ArrayType):
        return F.col(name).cast(ArrayType(DoubleType()))
    raise TypeError(
        f"the column {name!r} is {type_.simpleString()}: it must be vectors, as VectorAssembler "
        "makes them, or arrays of numbers"
    )


class _Parameters(
    HasFeaturesCol, HasPredictionCol, HasProbabilityCol, HasMaxIter, HasTol, HasSeed, HasWeightCol
):
    """Parameters of estimator and model."""

    k: Param[int] = Param(
        Params._dummy(), "k", "number of components", typeConverter=TypeConverters.toInt
    )
    covarianceType: Param[str] = Param(
        Params._dummy(),
        "covarianceType",
        "full, tied, diag, spherical or another family of covariance matrices",
        typeConverter=TypeConverters.toString,
    )
    missing: Param[str] = Param(
        Params._dummy(),
        "missing",
        "what becomes of missing cells (NaN or null): em, drop or error",
        typeConverter=TypeConverters.toString,
    )
    initialModel: Param[str] = Param(
        Params._dummy(),
        "initialModel",
        "where EM begins, as the JSON of a model file; setInitialModel() makes it",
        typeConverter=TypeConverters.toString,
    )
    sampleRows: Param[int] = Param(
        Params._dummy(),
        "sampleRows",
        "rows, drawn by their number, on which the start is searched for; 0: what is needed",
        typeConverter=TypeConverters.toInt,
    )
    options: Param[str] = Param(
        Params._dummy(),
        "options",
        "further options of gmix's fit, gmix.options(), as a JSON object",
        typeConverter=TypeConverters.toString,
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._setDefault(
            k=2,
            covarianceType="full",
            missing="em",
            maxIter=1000,
            tol=1e-6,
            seed=0,
            featuresCol="features",
            predictionCol="prediction",
            probabilityCol="probability",
            sampleRows=0,
            options="{}",
        )

    def getK(self) -> int:
        return int(self.getOrDefault(self.k))

    def getCovarianceType(self) -> str:
        return str(self.getOrDefault(self.covarianceType))

    def getMissing(self) -> str:
        return str(self.getOrDefault(self.missing))

    def getOptions(self) -> dict[str, Any]:
        return dict(json.loads(self.getOrDefault(self.options)))


def _mixture_of(text: str) -> Mixture:
    with tempfile.TemporaryDirectory() as place:
        path = os.path.join(place, "model.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return Mixture.from_file(path)


class GaussianMixture(Estimator, _Parameters, DefaultParamsReadable, DefaultParamsWritable):
    """A Gaussian mixture, fitted by expectation-maximisation to the rows of a data frame.

    Parameters
    ----------
    k : int
        Components (2).
    featuresCol, weightCol : str
        The column of vectors, or of arrays of doubles ("features"); that of row weights (none).
    predictionCol, probabilityCol : str
        What ``transform`` adds: the component of each row, its probability of each.
    covarianceType : str
        One of ``gmix.families()`` ("full").
    tol, maxIter : float, int
        The gain per row still to come at which EM ends (1e-6); most steps (1000).
    seed : int
    missing : str
        "em" (maximum likelihood from the cells that are there), "drop" (their rows), "error".
    initialModel : gmix.GaussianMixture or str
        Where EM begins, itself or as JSON. By default the start is searched for on a sample of the
        rows, on the driver.
    sampleRows : int
        So many (0: what is needed).
    options : dict or str
        Any of ``gmix.options()``, such as {"noise": 0.05}.
    """

    @keyword_only
    def __init__(
        self,
        *,
        k: int = 2,
        featuresCol: str = "features",
        predictionCol: str = "prediction",
        probabilityCol: str = "probability",
        tol: float = 1e-6,
        maxIter: int = 1000,
        seed: int | None = None,
        weightCol: str | None = None,
        covarianceType: str = "full",
        missing: str = "em",
        initialModel: Any = None,
        sampleRows: int = 0,
        options: Any = None,
    ) -> None:
        super().__init__()
        self.setParams(**self._input_kwargs)

    @keyword_only
    def setParams(self, **parameters: Any) -> GaussianMixture:
        """Sets parameters by name."""
        given = {name: v for name, v in self._input_kwargs.items() if v is not None}
        if "initialModel" in given:
            self.setInitialModel(given.pop("initialModel"))
        if isinstance(given.get("options"), dict):
            given["options"] = json.dumps(given["options"])
        return self._set(**given)

    def setK(self, value: int) -> GaussianMixture:
        return self._set(k=value)

    def setInitialModel(self, value: Any) -> GaussianMixture:
        """Where EM begins: a gmix.GaussianMixture, a model of this module, or JSON."""
        mixture = getattr(value, "mixture", value)
        text = mixture if isinstance(mixture, str) else mixture._json()
        return self._set(initialModel=text)

    def _engine(self, d: int, names: list[str] | None) -> Engine:
        start = None
        if self.isDefined(self.initialModel):
            start = _mixture_of(self.getOrDefault(self.initialModel))
        return Engine(
            d,
            self.getK(),
            covariance_type=self.getCovarianceType(),
            feature_names=names,
            start=start,
            sample_rows=self.getOrDefault(self.sampleRows),
            **{
                "missing": self.getMissing(),
                "tol": self.getTol(),
                "max_iter": self.getMaxIter(),
                "seed": self.getSeed(),
                **self.getOptions(),
            },
        )

    def _packed(self, dataset: DataFrame) -> DataFrame:
        columns = [_as_arrays(dataset, self.getFeaturesCol())]
        if self.isDefined(self.weightCol) and self.getWeightCol():
            columns.append(F.col(self.getWeightCol()).cast(DoubleType()))
        return dataset.select(*columns).mapInArrow(_pack, _PACKED)

    def _fit(self, dataset: DataFrame) -> GaussianMixtureModel:
        packed = self._packed(dataset).persist(StorageLevel.MEMORY_AND_DISK)
        try:
            widths = {row.columns for row in packed.select("columns").distinct().collect()}
            if len(widths) != 1:
                raise ValueError(
                    f"rows of {min(widths)} and of {max(widths)} features" if widths else "no rows"
                )
            engine = self._engine(widths.pop(), _feature_names(dataset, self.getFeaturesCol()))
            mixture = _drive(engine, packed)
        finally:
            packed.unpersist()
        return self._copyValues(GaussianMixtureModel(mixture))


def _feature_names(dataset: DataFrame, column: str) -> list[str] | None:
    """Names that VectorAssembler left in the column's metadata."""
    attributes = dataset.schema[column].metadata.get("ml_attr", {}).get("attrs", {})
    found = {entry["idx"]: entry.get("name") for kind in attributes.values() for entry in kind}
    names = [found[i] for i in sorted(found)]
    complete = names and all(names) and len(set(names)) == len(names)
    return names if complete and sorted(found) == list(range(len(names))) else None


def _drive(engine: Engine, packed: DataFrame) -> Mixture:
    """Passes over the partitions, until there is nothing more to be known."""
    first_rows: list[int | None] = []
    while engine.next != "done":
        job = engine.job()
        asked = packed.mapInArrow(
            functools.partial(_answer, job=job, first_rows=first_rows), _ANSWERS
        )
        if first_rows and len(first_rows) > 2 and len(job) > _LARGE:
            asked = _joined(asked, job, first_rows)
        answers = asked.collect()
        for part, answer in sorted((row.part, bytes(row.answer)) for row in answers):
            engine.take(answer, part)
        engine.step()
        if not first_rows:
            last = max(row.part for row in answers)
            first_rows = [engine.first_row(part) for part in range(last + 1)]
    return engine.result()


def _joined(asked: DataFrame, job: bytes, first_rows: list[int | None]) -> DataFrame:
    """Answers put together by the square root of their number, on the executors: neither they nor the
    driver take all of them.
    """
    size = math.isqrt(len(first_rows) - 1) + 1

    def join(key: tuple[Any, ...], answers: pa.Table) -> pa.Table:
        return _join(key, answers, job, first_rows)

    return asked.groupBy(F.floor(F.col("part") / size)).applyInArrow(join, _ANSWERS)


class _Writer(MLWriter):
    """A directory of Spark ML: its metadata, and the model file's text below model/."""

    def __init__(self, model: GaussianMixtureModel) -> None:
        super().__init__()
        self.model = model

    def saveImpl(self, path: str) -> None:
        DefaultParamsWriter.saveMetadata(self.model, path, self.sparkSession)
        text = self.sparkSession.createDataFrame([(self.model._text,)], "value string")
        text.coalesce(1).write.text(os.path.join(path, "model"))


class _Reader(MLReader):
    def __init__(self, cls: type[GaussianMixtureModel]) -> None:
        super().__init__()
        self.cls = cls

    def load(self, path: str) -> GaussianMixtureModel:
        metadata = DefaultParamsReader.loadMetadata(path, self.sparkSession)
        rows = self.sparkSession.read.text(os.path.join(path, "model"), wholetext=True).collect()
        model = self.cls(_mixture_of("".join(row.value for row in rows)))
        model._resetUid(metadata["uid"])
        DefaultParamsReader.getAndSetParams(model, metadata)
        return model


class GaussianMixtureModel(Model, _Parameters, MLReadable, MLWritable):
    """A fitted mixture: ``mixture`` is it, as a gmix.GaussianMixture.

    ``mixture.to_file(path)`` writes the model file of the ``gmix`` command, ``save(path)`` a directory
    that ``GaussianMixtureModel.load`` reads, with that file's text below ``model/``.
    """

    def __init__(self, mixture: Mixture) -> None:
        super().__init__()
        self.mixture = mixture

    @property
    def _text(self) -> str:
        with tempfile.TemporaryDirectory() as place:
            path = os.path.join(place, "model.json")
            self.mixture.to_file(path)
            with open(path, encoding="utf-8") as file:
                return file.read()

    @property
    def weights(self) -> list[float]:
        """Of the components (K)."""
        return [float(w) for w in self.mixture.weights_]

    @property
    def means(self) -> np.ndarray:
        """(K, D)"""
        return np.asarray(self.mixture.means_)

    @property
    def covariances(self) -> np.ndarray:
        """In the layout of the family; (K, D, D) for "full"."""
        return np.asarray(self.mixture.covariances_)

    @property
    def summary(self) -> dict[str, Any]:
        """What gmix has to say of the fit: see ``gmix.GaussianMixture.report_``."""
        return dict(self.mixture.report_)

    def _transform(self, dataset: DataFrame) -> DataFrame:
        judge = _judge(self._text, self.getMissing())
        judged = F.struct(judge(_as_arrays(dataset, self.getFeaturesCol())).alias("_"))
        out = dataset.withColumn("_gmix", judged)
        prediction, probability = F.col("_gmix._.prediction"), F.col("_gmix._.probability")
        if self.getPredictionCol():
            out = out.withColumn(self.getPredictionCol(), prediction)
        if self.getProbabilityCol():
            out = out.withColumn(self.getProbabilityCol(), array_to_vector(probability))
        return out.drop("_gmix")

    def write(self) -> MLWriter:
        return _Writer(self)

    @classmethod
    def read(cls) -> MLReader:
        return _Reader(cls)


def _judge(text: str, missing: Any) -> Any:
    """A function of a column of features: the most likely component, and the probability of each."""

    @F.arrow_udf("prediction int, probability array<double>")
    def judge(columns: Iterator[pa.Array]) -> Iterator[pa.Array]:
        mixture = _mixture_of(text)
        mixture.missing, mixture.n_threads = missing, 1
        mixture.__dict__.pop("feature_names_in_", None)  # rows come without names
        for column in columns:
            x = _cells(column)
            shares = mixture.predict_proba(x) if len(x) else np.empty((0, 1))
            k = shares.shape[1]
            lists = pa.ListArray.from_arrays(
                pa.array(np.arange(0, len(x) * k + 1, k), pa.int32()), pa.array(shares.ravel())
            )
            labels = pa.array(mixture.predict(x) if len(x) else [], pa.int32())
            yield pa.StructArray.from_arrays([labels, lists], ["prediction", "probability"])

    return judge


__all__ = ["GaussianMixture", "GaussianMixtureModel"]
