"""``GaussianMixture`` as an estimator of Spark ML.

    from gmix.spark import GaussianMixture
    model = GaussianMixture(k=3, seed=1).fit(df)        # df.features: vectors, or arrays of doubles
    model.transform(df).select("prediction", "probability")

The driver has the fit's engine, every partition is a part: a pass is a map over partitions and a
collect of some kilobytes from each. Nothing shuffles rows, no task waits for another, and a task that
is run again, or twice, answers the same. The rows come to Python once: the first map keeps them, partition
by partition, in files that later passes map into memory where they are, in Spark's scratch directories by
default; a partition whose file is not where its task runs is read from the data frame again.

The model has the same bits whatever the executors; and whatever the partitions, if they begin at blocks
of rows. gmix and numpy have to be installed where the executors run, pyarrow as well.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark import keyword_only
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
from gmix._engine import Engine
from gmix._spark_rows import RowsInFiles, RowsInStorage, cells_of

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


def _to_cache(value: Any) -> bool | str:
    if isinstance(value, (bool, str)) and value != "":
        return value
    raise TypeError(f"cache is True, False or a directory, not {value!r}")


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
    components: Param[str] = Param(
        Params._dummy(),
        "components",
        "numbers of components to choose among, such as 1-9; instead of k",
        typeConverter=TypeConverters.toString,
    )
    criterion: Param[str] = Param(
        Params._dummy(),
        "criterion",
        "by which a model is chosen where there are several: bic, icl, aic, aicc, cv",
        typeConverter=TypeConverters.toString,
    )
    labelCol: Param[str] = Param(
        Params._dummy(),
        "labelCol",
        "the column of classes, known for some rows or all; null and empty where they are not",
        typeConverter=TypeConverters.toString,
    )
    sampleRows: Param[int] = Param(
        Params._dummy(),
        "sampleRows",
        "rows, drawn by their number, on which the start is searched for; 0: what is needed",
        typeConverter=TypeConverters.toInt,
    )
    cache: Param[Any] = Param(
        Params._dummy(),
        "cache",
        "where rows are kept between passes: true, in files in Spark's scratch directories; a directory, "
        "in files there; false, in Spark's storage",
        typeConverter=_to_cache,
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
            cache=True,
            components="",
            criterion="bic",
        )

    def getK(self) -> int:
        return int(self.getOrDefault(self.k))

    def getCovarianceType(self) -> str:
        return str(self.getOrDefault(self.covarianceType))

    def getMissing(self) -> str:
        return str(self.getOrDefault(self.missing))

    def getCache(self) -> bool | str:
        return self.getOrDefault(self.cache)

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
    labelCol : str
        The column of classes (none), texts or numbers: null or empty where the class of a row is not known. Each has
        its own of the components, of which there are as many at least; see docs/classes.md.
    cache : bool or str
        Where rows are kept between passes. True: in files in the scratch directories of Spark's executors
        (``spark.local.dir``), 8 bytes a cell, gone when the fit is done. A directory: in files there; on
        disks that all executors share, none has to read rows again. False: in Spark's storage, from
        which all of them go to Python in each pass.
    components, criterion : str
        Numbers of components to choose among instead of k ("1-9", "2,3,5"), by "bic" (or "icl", "aic", "aicc",
        "cv"), on the rows drawn for the start; ``covarianceType`` may list several ("full,diag") or be
        "all". The model chosen is fitted to all rows.
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
        cache: bool | str = True,
        components: str | None = None,
        criterion: str = "bic",
        labelCol: str | None = None,
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

    def _engine(self, d: int, names: list[str] | None, classes: list[str]) -> Engine:
        start, family = None, self.getCovarianceType()
        if self.isDefined(self.initialModel):
            start = _mixture_of(self.getOrDefault(self.initialModel))
        return Engine(
            d,
            self.getOrDefault(self.components) or self.getK(),
            covariance_type=family.split(",") if "," in family else family,
            criterion=self.getOrDefault(self.criterion),
            feature_names=names,
            classes=classes or None,
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

    def _classes(self, dataset: DataFrame) -> list[str]:
        """Names of all classes, sorted, by value if all are numbers."""
        if not self.isDefined(self.labelCol):
            return []
        column = F.col(self.getOrDefault(self.labelCol)).cast("string")
        found = [row[0] for row in dataset.select(column).distinct().collect() if row[0]]
        try:
            return sorted(found, key=lambda name: (float(name), name))
        except ValueError:
            return sorted(found)

    def _rows(self, dataset: DataFrame, classes: list[str]) -> RowsInFiles | RowsInStorage:
        columns = [_as_arrays(dataset, self.getFeaturesCol())]
        if self.isDefined(self.weightCol) and self.getWeightCol():
            columns.append(F.col(self.getWeightCol()).cast(DoubleType()))
        if classes:
            label = F.col(self.getOrDefault(self.labelCol)).cast("string")
            place = F.array_position(F.array(*map(F.lit, classes)), label)  # 0: none of them
            if len(columns) == 1:
                columns.append(F.lit(1.0))
            columns.append(F.coalesce(place - 1, F.lit(-1)).cast(DoubleType()))
        chosen = dataset.select(*(column.alias(f"_{i}") for i, column in enumerate(columns)))
        cache = self.getCache()
        if cache is False:
            return RowsInStorage(chosen)
        return RowsInFiles(chosen, None if cache is True else cache)

    def _fit(self, dataset: DataFrame) -> GaussianMixtureModel:
        classes = self._classes(dataset)
        rows = self._rows(dataset, classes)
        try:
            widths = rows.widths()
            if len(widths) != 1:
                raise ValueError(
                    f"rows of {min(widths)} and of {max(widths)} features" if widths else "no rows"
                )
            engine = self._engine(widths.pop(), _feature_names(dataset, self.getFeaturesCol()), classes)
            mixture = _drive(engine, rows.ask)
        finally:
            rows.forget()
        return self._copyValues(GaussianMixtureModel(mixture))


def _feature_names(dataset: DataFrame, column: str) -> list[str] | None:
    """Names that VectorAssembler left in the column's metadata."""
    attributes = dataset.schema[column].metadata.get("ml_attr", {}).get("attrs", {})
    found = {entry["idx"]: entry.get("name") for kind in attributes.values() for entry in kind}
    names = [found[i] for i in sorted(found)]
    complete = names and all(names) and len(set(names)) == len(names)
    return names if complete and sorted(found) == list(range(len(names))) else None


def _drive(engine: Engine, ask: Callable[[bytes, Any], Any]) -> Mixture:
    """Passes over the partitions, until there is nothing more to be known."""
    first_rows: list[int | None] = []
    while engine.next != "done":
        answers = sorted(ask(engine.job(), first_rows))
        for part, answer in answers:
            engine.take(answer, part)
        engine.step()
        if not first_rows:
            first_rows = [engine.first_row(part) for part in range(answers[-1][0] + 1)]
    return engine.result()


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
            x = cells_of(column)
            shares = mixture.predict_proba(x) if len(x) else np.empty((0, 1))
            k = shares.shape[1]
            lists = pa.ListArray.from_arrays(
                pa.array(np.arange(0, len(x) * k + 1, k), pa.int32()), pa.array(shares.ravel())
            )
            labels = pa.array(mixture.predict(x) if len(x) else [], pa.int32())
            yield pa.StructArray.from_arrays([labels, lists], ["prediction", "probability"])

    return judge


__all__ = ["GaussianMixture", "GaussianMixtureModel"]
