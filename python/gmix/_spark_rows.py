"""The rows of a data frame of Spark, where passes find them again: in files of the executors, or in
Spark's own storage. Of functions that run on executors nothing is imported but what they need.
"""

from __future__ import annotations

import functools
import gc
import math
import os
import shutil
import socket
import stat
import tempfile
import uuid
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from pyspark import RDD, StorageLevel, TaskContext
from pyspark.sql import DataFrame

from gmix._partial import Partial

_PACKED = "part int, rows long, columns int, cells binary, besides binary"
_KEPT = "part int, rows long, columns int, besides int, mark long"
_ANSWERS = "part int, answer binary"
_BLOCK_CELLS = 1 << 20  # of a packed row: 8 MB
_LOST, _CHANGED = "lost", "changed"
_Answer = tuple[int, "bytes | str"]  # of a partition, by its number; or why there is none
_LARGE = 16 << 20  # jobs of more bytes have answers that are put together before they are collected

# On the executors


def _part() -> int:
    context = TaskContext.get()
    assert context is not None
    return context.partitionId()


def _doubles(column: pa.Array) -> np.ndarray:
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))


def cells_of(column: pa.Array) -> np.ndarray:
    """Rows (n, D) of a column of arrays; nulls in them are missing cells."""
    if column.null_count:
        raise ValueError("a row has no features (null): leave it out of the data frame")
    lengths = np.diff(column.offsets.to_numpy())
    if len(lengths) and np.any(lengths != lengths[0]):
        raise ValueError(f"rows of {lengths.min()} and of {lengths.max()} features")
    return _doubles(column.flatten()).reshape(len(lengths), -1)


def _blocks(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Rows and what they have besides, [weight | number of the class] or the first of these, in their order."""
    for batch in batches:
        x = cells_of(batch.column(0))
        if len(x):
            besides = [_doubles(column) for column in batch.columns[1:]]
            yield x, np.column_stack(besides) if besides else None


def _pack(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows as blocks of bytes, [cells | besides], in their order."""
    part = _part()
    for x, b in _blocks(batches):
        step = max(1, _BLOCK_CELLS // x.shape[1])
        for at in range(0, len(x), step):
            rows = x[at : at + step]
            besides = None if b is None else b[at : at + step].tobytes()
            yield pa.RecordBatch.from_pydict(
                {
                    "part": pa.array([part], pa.int32()),
                    "rows": pa.array([len(rows)], pa.int64()),
                    "columns": pa.array([rows.shape[1]], pa.int32()),
                    "cells": pa.array([rows.tobytes()], pa.binary()),
                    "besides": pa.array([besides], pa.binary()),
                }
            )


def _add(partial: Partial, x: np.ndarray, besides: np.ndarray | None) -> Partial:
    if besides is None:
        return partial.add(x)
    labels = besides[:, 1].astype(np.int32) if besides.shape[1] > 1 else None
    return partial.add(x, besides[:, 0], labels)


def _answer(
    batches: Iterator[pa.RecordBatch], job: bytes, first_rows: list[int | None]
) -> Iterator[pa.RecordBatch]:
    """A partition's answer to a job. Partitions without rows have none."""
    part, partial = _part(), None
    _acknowledge()
    for batch in batches:
        for i in range(batch.num_rows):
            if partial is None:
                first = first_rows[part] if first_rows else None
                partial = Partial(job, first, n_threads=1)
            columns = batch.column(2)[i].as_py()
            besides = batch.column(4)[i].as_py()
            x = np.frombuffer(batch.column(3)[i].as_buffer()).reshape(-1, columns)
            _add(partial, x, None if besides is None else np.frombuffer(besides).reshape(len(x), -1))
    if partial is not None:
        yield pa.RecordBatch.from_pydict(
            {
                "part": pa.array([part], pa.int32()),
                "answer": pa.array([partial.answer()], pa.binary()),
            }
        )


class _Kept(NamedTuple):
    """What is known of a partition whose rows are kept: the mark is a checksum of cells and the numbers that
    rows have besides."""

    part: int
    rows: int
    columns: int
    besides: int
    mark: int


def _home(fit: str, within: str | None, part: int) -> str:
    """The directory of a fit on this machine: in Spark's scratch space, which an executor takes with it."""
    places = [within] if within else os.environ.get("SPARK_LOCAL_DIRS", tempfile.gettempdir()).split(",")
    return os.path.join(places[part % len(places)], fit)


def _mapped(kept: _Kept, home: str) -> tuple[np.ndarray, np.ndarray | None] | None:
    """The rows of a partition, and what they have besides, mapped into memory; None if they are not here."""
    shapes: dict[str, tuple[int, ...]] = {"cells": (kept.rows, kept.columns)}
    if kept.besides:
        shapes["besides"] = (kept.rows, kept.besides)
    place = os.path.join(home, f"part-{kept.part}")
    try:
        for name, shape in shapes.items():
            if os.path.getsize(os.path.join(place, name)) != 8 * math.prod(shape):
                return None
        found = [
            np.memmap(os.path.join(place, name), np.float64, "r", shape=shape)
            for name, shape in shapes.items()
        ]
    except FileNotFoundError:
        return None
    return found[0], found[1] if kept.besides else None


def _write(batches: Iterator[pa.RecordBatch], part: int, place: str) -> _Kept | None:
    """Rows into the files place/cells and place/besides; None if there are none."""
    rows, columns, n_besides, mark = 0, 0, 0, 0
    with (
        open(os.path.join(place, "cells"), "wb") as cells,
        open(os.path.join(place, "besides"), "wb") as besides,
    ):
        for x, b in _blocks(batches):
            if rows and x.shape[1] != columns:
                raise ValueError(f"rows of {columns} and of {x.shape[1]} features")
            rows, columns, n_besides = rows + len(x), x.shape[1], 0 if b is None else b.shape[1]
            for values, file in (x, cells), (b, besides):
                if values is not None:
                    block = np.ascontiguousarray(values).data.cast("B")
                    mark = zlib.crc32(block, mark)
                    file.write(block)
    return _Kept(part, rows, columns, n_besides, mark) if rows else None


def _keep(
    batches: Iterator[pa.RecordBatch], fit: str, within: str | None
) -> Iterator[pa.RecordBatch]:
    """Keeps the rows of a partition, and tells of them. Tasks that do it at the same time, or again, write
    directories of their own, of which the first that is complete gets the name.
    """
    part = _part()
    home = _home(fit, within, part)
    os.makedirs(home, exist_ok=True)
    own = tempfile.mkdtemp(dir=home)
    try:
        kept = _write(batches, part, own)
        if kept and not _mapped(kept, home):
            name = os.path.join(home, f"part-{part}")
            shutil.rmtree(name, ignore_errors=True)  # what was damaged
            try:
                os.rename(own, name)
            except OSError:
                if not _mapped(kept, home):
                    raise
    except OSError as error:
        raise OSError(
            f"the rows of partition {part} cannot be kept in {home}: {error.strerror or error}. "
            "cache='/another/directory' keeps them elsewhere, cache=False in Spark's storage"
        ) from None
    finally:
        shutil.rmtree(own, ignore_errors=True)
    if kept:
        types = pa.int32(), pa.int64(), pa.int32(), pa.int32(), pa.int64()
        columns = (pa.array([value], type_) for value, type_ in zip(kept, types, strict=True))
        yield pa.RecordBatch.from_pydict(dict(zip(_Kept._fields, columns, strict=True)))


def _answers(
    records: Iterable[Any],
    job: bytes,
    first_rows: list[int | None],
    fit: str,
    within: str | None,
    known: dict[int, _Kept],
) -> list[_Answer]:
    """The answer of a partition whose rows are kept, or why there is none."""
    _freeze()
    _acknowledge()
    answers: list[_Answer] = []
    for record in records:
        kept = _Kept(*record)
        found = _mapped(kept, _home(fit, within, kept.part))
        if kept != known.get(kept.part):
            answers.append((kept.part, _CHANGED))
        elif not found:
            answers.append((kept.part, _LOST))
        else:
            first = first_rows[kept.part] if first_rows else None
            partial = _add(Partial(job, first, n_threads=1), *found)
            answers.append((kept.part, partial.answer()))
    return answers


def _acknowledge() -> None:
    """Spark writes a task to its worker in pieces, of which each waits for the acknowledgement of the one before,
    and Linux puts that off for 40 ms, longer than a pass takes, unless it is asked not to; once in a while,
    since it forgets. (With spark.python.unix.domain.socket.enabled nothing waits.)
    """
    try:
        open_files = os.listdir("/proc/self/fd")
    except OSError:  # another system than Linux
        return
    for name in open_files:
        try:
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode):
                with socket.socket(fileno=os.dup(int(name))) as worker:
                    worker.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        except OSError:  # closed meanwhile, or not of TCP
            pass


@functools.cache
def _freeze() -> None:
    """Once in a worker: PySpark collects garbage after each task, which looks at all that the modules hold
    for as long as a pass takes.
    """
    gc.freeze()


def _drop(records: Iterable[Any], fit: str, within: str | None) -> list[int]:
    """Removes what was kept on this machine, unless it is gone."""
    for record in records:
        shutil.rmtree(_home(fit, within, record[0]), ignore_errors=True)
    return []


def _join(answers: Iterable[_Answer], job: bytes, first_rows: list[int | None]) -> list[_Answer]:
    """The answers of partitions that follow each other, as one: that of the first of them. As they are, if
    one is none.
    """
    answers = sorted(answers)
    partial = Partial(job, first_rows[answers[0][0]], n_threads=1)
    for _, answer in answers:
        if isinstance(answer, str):
            return answers
        partial.join(answer)
    return [(answers[0][0], partial.answer())]


# On the driver


def _joined(
    asked: RDD[_Answer], job: bytes, first_rows: list[int | None]
) -> RDD[_Answer]:
    """Answers of all partitions. Large ones are put together by the square root of their number, on the
    executors: neither they nor the driver take all of them.
    """
    if len(first_rows) <= 2 or len(job) <= _LARGE:
        return asked
    size = math.isqrt(len(first_rows) - 1) + 1
    groups = asked.keyBy(lambda answer: answer[0] // size).groupByKey()
    return groups.flatMap(lambda group: _join(group[1], job, first_rows))


class RowsInStorage:
    """Rows as blocks of bytes in Spark's own storage: the cluster's memory, or its disks. They go to Python
    in each pass.
    """

    def __init__(self, rows: DataFrame) -> None:
        self.packed = rows.mapInArrow(_pack, _PACKED).persist(StorageLevel.MEMORY_AND_DISK)

    def widths(self) -> set[int]:
        return {row.columns for row in self.packed.select("columns").distinct().collect()}

    def ask(self, job: bytes, first_rows: list[int | None]) -> list[_Answer]:
        answer = functools.partial(_answer, job=job, first_rows=first_rows)
        asked = self.packed.mapInArrow(answer, _ANSWERS).rdd
        return _joined(asked.map(lambda row: (row.part, bytes(row.answer))), job, first_rows).collect()

    def forget(self) -> None:
        self.packed.unpersist()


class RowsInFiles:
    """Rows in files where they were read, and a little record of each partition in Spark's storage, whose
    place is where Spark runs a pass's task if it can. A record that is lost with its executor is made again
    from the data frame, as are the files; files without which a task finds itself, too, by a second job.
    """

    def __init__(self, rows: DataFrame, within: str | None) -> None:
        self.fit, self.within = f"gmix-{uuid.uuid4().hex}", within
        keep = functools.partial(_keep, fit=self.fit, within=within)
        self.made = rows.mapInArrow(keep, _KEPT).rdd.map(tuple)
        self.known: dict[int, _Kept] = {}
        self.homes: list[tuple[RDD[Any], list[int]]] = []  # and which partitions are there

    def _settle(self, parts: list[int]) -> RDD[Any]:
        """These partitions from the data frame."""
        records = self.made.map(lambda record: record).persist(StorageLevel.MEMORY_AND_DISK)
        left = [(home, [p for p in held if p not in parts]) for home, held in self.homes]
        for home, held in left:
            if not held:
                home.unpersist()
        self.homes = [*(one for one in left if one[1]), (records, parts)]
        return records

    def widths(self) -> set[int]:
        records = self._settle([])
        self.known = {record[0]: _Kept(*record) for record in records.collect()}
        self.homes = [(records, sorted(self.known))]
        return {kept.columns for kept in self.known.values()}

    def ask(self, job: bytes, first_rows: list[int | None]) -> list[_Answer]:
        answers = functools.partial(
            _answers,
            job=job,
            first_rows=first_rows,
            fit=self.fit,
            within=self.within,
            known=self.known,
        )
        run = self.made.context.runJob
        if len(self.homes) == 1:
            asked = self.homes[0][0].mapPartitions(answers)
            found = _joined(asked, job, first_rows).collect()
        else:
            found = [one for home, parts in self.homes for one in run(home, answers, parts)]
        lost = [part for part, answer in found if answer == _LOST]
        if lost:
            found = [one for one in found if one[1] != _LOST] + run(self._settle(lost), answers, lost)
        for part, answer in found:
            if isinstance(answer, str):
                self._refuse(part, answer)
        return found

    def _refuse(self, part: int, why: str) -> None:
        if why == _CHANGED:
            raise ValueError(
                f"partition {part} was read a second time, and its rows were others: a data frame that does "
                "not keep its rows and their order has to be written or cached before it is fitted"
            )
        raise OSError(
            f"the rows of partition {part} do not stay in "
            f"{self.within or 'the scratch directories of executors'}: cache=False keeps them in Spark's storage"
        )

    def forget(self) -> None:
        drop = functools.partial(_drop, fit=self.fit, within=self.within)
        context = self.made.context
        try:
            for home, parts in self.homes:
                context.runJob(home, drop, parts)
                home.unpersist()
            if not self.known:  # it ended before all was kept: what was, without reading rows again
                n = self.made.getNumPartitions()
                context.runJob(context.parallelize([(part,) for part in range(n)], n), drop)
        except Exception:  # of a context that has ended, say: directories of executors go with them
            pass
