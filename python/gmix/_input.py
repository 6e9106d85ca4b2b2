"""Data frames by the Arrow PyCapsule interface, column by column, without copies.

A frame whose columns are float64, or all float32, in one chunk each and without nulls, is handed to
C as its columns lie. Others are read by C: integers, nulls (as NaN), mixed types, columns in several
chunks, and what can be read once alone, such as readers of record batches and relations of DuckDB.

Source: Apache Arrow, "The Arrow C data interface" and "The Arrow PyCapsule interface".
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from typing import Any

import numpy as np

from gmix import _core
from gmix._parameters import Array

NO_NUMBERS = (
    "holds dates or durations, which are no numbers: choose a unit and a zero, as in "
    "(x - x.min()) / np.timedelta64(1, 'D')"
)

# Formats of Arrow: float and double.
_DTYPES = {b"f": np.dtype(np.float32), b"g": np.dtype(np.float64)}


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.POINTER(_Schema)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.POINTER(_Array)),
    ("release", ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))),
    ("private_data", ctypes.c_void_p),
]
_STREAM_P = ctypes.POINTER(_Stream)
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, _STREAM_P, ctypes.POINTER(_Schema))),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, _STREAM_P, ctypes.POINTER(_Array))),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, _STREAM_P)),
    ("release", ctypes.CFUNCTYPE(None, _STREAM_P)),
    ("private_data", ctypes.c_void_p),
]

_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = ctypes.c_void_p
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]


class Columns:
    """A table as a tuple of its columns (N,), for C; they live as long as this does."""

    def __init__(
        self, columns: tuple[Array, ...], names: list[str], owner: Any, streamed: bool = False
    ) -> None:
        self.parts, self.names, self.owner = columns, names, owner
        self.streamed = streamed  # of no frame that scikit-learn knows
        self.shape = (len(columns[0]), len(columns))
        self.dtype = columns[0].dtype

    def __getitem__(self, rows: Any) -> Array:
        return np.stack([column[rows] for column in self.parts], axis=-1)


def _is_time(dtype: Any) -> bool:
    """True of dates and durations: of NumPy, pandas and Polars."""
    temporal = getattr(dtype, "is_temporal", None)
    return getattr(dtype, "kind", "") in ("m", "M") or bool(callable(temporal) and temporal())


def numbers_of(X: Any, what: str = "X") -> Any:
    """X with masked cells as missing ones (NaN), lazy frames collected; dates and durations are refused."""
    X = _as_stream(X)
    if isinstance(X, np.ma.MaskedArray) and not _is_time(X.dtype):
        kept: Any = np.ma.asarray(X, dtype=None if X.dtype.kind == "f" else np.float64)
        X = np.ma.filled(kept, np.nan)
    if hasattr(X, "columns") and hasattr(X, "dtypes"):
        dtypes = list(X.dtypes)
    elif isinstance(X, (list, tuple)) and len(X) > 0:
        dtypes = [np.asarray(X[0]).dtype]
    else:
        dtypes = [getattr(X, "dtype", None)]
    if any(_is_time(dtype) for dtype in dtypes):
        raise TypeError(f"{what} {NO_NUMBERS}")
    return X


@contextlib.contextmanager
def explained(X: Any, missing_is_error: bool) -> Iterator[None]:
    """Says which column has text, and what gmix has for missing cells, where scikit-learn says that
    something is no number, or names an estimator of its own.
    """
    try:
        yield
    except ValueError as error:
        said = str(error)
        if missing_is_error and "NaN" in said.splitlines()[0]:
            raise ValueError(
                f"{said.splitlines()[0]}\nTo fit to the cells that are there, by maximum "
                "likelihood, say missing='em'; to leave such rows out, missing='drop'."
            ) from None
        text = _text_in(X) if "convert" in said or "numeric" in said else None
        if text is None:
            raise
        raise ValueError(f"text in {text}: leave the column out, or make numbers of it") from None


def _text_in(X: Any) -> str | None:
    """The first column that has a text which is no number, and that text."""
    names = getattr(X, "columns", None)
    try:
        rows = np.asarray(X, dtype=object)
    except (TypeError, ValueError):
        return None
    if rows.ndim != 2:
        return None
    for j in range(rows.shape[1]):
        for value in rows[:, j]:
            try:
                float(value)
            except (TypeError, ValueError):
                column = f"column {j}" if names is None else f"column {str(names[j])!r}"
                return f"{column} ({str(value)[:40]!r})"
    return None


def for_c(x: Array | Columns) -> Any:
    """What the extension module takes."""
    return x.parts if isinstance(x, Columns) else x


def has_nan(x: Array | Columns) -> bool:
    """True if a cell is NaN."""
    parts = x.parts if isinstance(x, Columns) else (x,)
    return any(bool(np.isnan(part).any()) for part in parts)


def _fields(schema: _Schema) -> list[tuple[bytes, str]] | None:
    """Formats and names of a table's columns; None for anything else."""
    if schema.format != b"+s":
        return None
    children = [schema.children[j].contents for j in range(schema.n_children)]
    return [(child.format, (child.name or b"").decode()) for child in children]


def _from_array(X: Any) -> tuple[Any, _Array]:
    """Fields and array of one record batch, which is moved out of its capsule."""
    schema_capsule, array_capsule = X.__arrow_c_array__()
    schema = _Schema.from_address(_pointer_of(schema_capsule, b"arrow_schema"))
    given = _Array.from_address(_pointer_of(array_capsule, b"arrow_array"))
    array = _Array()
    ctypes.memmove(ctypes.byref(array), ctypes.byref(given), ctypes.sizeof(array))
    ctypes.memset(ctypes.byref(given, _Array.release.offset), 0, ctypes.sizeof(ctypes.c_void_p))
    return _fields(schema), array


def _from_stream(X: Any) -> tuple[Any, _Array]:
    """Fields and array of a stream of one batch; no fields if there are several."""
    capsule = X.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer_of(capsule, b"arrow_array_stream"))
    reference = ctypes.byref(stream)
    schema, first, second = _Schema(), _Array(), _Array()
    if stream.get_schema(reference, ctypes.byref(schema)) != 0:
        return None, first
    fields = _fields(schema)
    schema.release(ctypes.byref(schema))
    if stream.get_next(reference, ctypes.byref(first)) != 0 or not first.release:
        return None, first
    stream.get_next(reference, ctypes.byref(second))
    if second.release:
        second.release(ctypes.byref(second))
        return None, first
    return fields, first


class _Held:
    """An Arrow array that is released when nothing refers to it any more."""

    def __init__(self, array: _Array, frame: Any) -> None:
        self.array, self.frame = array, frame

    def __del__(self) -> None:
        if self.array.release:
            self.array.release(ctypes.byref(self.array))


def _column(array: _Array, parent: _Array, dtype: Any) -> Array | None:
    """A column as an array that views it; None if it has nulls."""
    if array.n_buffers != 2 or (array.buffers[0] and array.null_count != 0):
        return None
    start = array.buffers[1] + (array.offset + parent.offset) * dtype.itemsize
    kind = ctypes.c_double if dtype.itemsize == 8 else ctypes.c_float
    return np.ctypeslib.as_array((kind * parent.length).from_address(start))


def _arrow_columns(X: Any) -> Columns | None:
    fields, array = _from_array(X) if hasattr(X, "__arrow_c_array__") else _from_stream(X)
    held = _Held(array, X)
    formats = {form for form, _ in fields or []}
    if any(form.startswith(b"t") for form in formats):
        raise TypeError(f"X {NO_NUMBERS}")
    if len(formats) != 1 or not formats <= _DTYPES.keys() or array.length == 0:
        return None
    dtype = _DTYPES[formats.pop()]
    parts = []
    for j in range(array.n_children):
        part = _column(array.children[j].contents, array, dtype)
        if part is None:
            return None
        parts.append(part)
    return Columns(tuple(parts), [name for _, name in fields], held)


def _as_stream(X: Any) -> Any:
    """What hands out rows only when asked in a way of its own: lazy frames of Polars, datasets of pyarrow."""
    module = type(X).__module__.partition(".")[0]
    if module == "polars" and hasattr(X, "collect"):
        return X.collect()
    if module == "pyarrow" and hasattr(X, "scanner"):
        return X.scanner().to_reader()
    return X


class _Part:
    """Memory of an owner, which lives as long as arrays that view it."""

    def __init__(self, memory: Any, owner: Any) -> None:
        self.owner = owner
        self.__array_interface__ = np.frombuffer(memory).__array_interface__

    @staticmethod
    def array(memory: Any, owner: Any) -> Array:
        return np.asarray(_Part(memory, owner)) if len(memory) > 0 else np.empty(0)


def _arrow_read(X: Any) -> Columns:
    """All rows of a stream that is read once, or has nulls, several chunks or other types than floats."""
    owner, names, parts = _core.arrow_read(X.__arrow_c_stream__())
    known = hasattr(X, "__dataframe__") or type(X).__module__.partition(".")[0] == "polars"
    return Columns(tuple(_Part.array(part, owner) for part in parts), names, owner, not known)


def _pandas_columns(X: Any) -> Columns | None:
    dtypes = set(X.dtypes)
    if len(dtypes) != 1 or not dtypes <= set(_DTYPES.values()) or len(X) == 0:
        return None
    parts = tuple(X.iloc[:, j].to_numpy() for j in range(X.shape[1]))
    whole = all(part.flags.c_contiguous and part.flags.aligned for part in parts)
    return Columns(parts, [str(name) for name in X.columns], X) if whole else None


def columns_of(X: Any) -> Columns | None:
    """A frame as the columns that it consists of; None if it is to be converted."""
    if isinstance(X, np.ndarray):
        return None
    if type(X).__module__.partition(".")[0] == "pandas":
        return _pandas_columns(X) if hasattr(X, "dtypes") and hasattr(X, "columns") else None
    streams = hasattr(X, "__arrow_c_stream__")
    if not streams and not hasattr(X, "__arrow_c_array__"):
        return None
    lies_in_memory = hasattr(X, "num_rows") or hasattr(X, "to_numpy")
    columns = _arrow_columns(X) if lies_in_memory or not streams else None
    return _arrow_read(X) if columns is None and streams else columns
