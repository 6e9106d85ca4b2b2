"""What a long fit has finished, kept in a file while it is at work, so that it can be killed and go on."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from gmix._progress import shown


@contextlib.contextmanager
def at_work(estimator: Any) -> Iterator[Any]:
    """The callback of a search: what shows it, and the checkpoint that ``gmix.fit`` was asked for."""
    path, every = vars(estimator).pop("_checkpoint", (None, 0.0))
    with shown(estimator.verbose) as show, kept(show, path, every) as said:
        yield said


@contextlib.contextmanager
def kept(show: Any, path: Any, every: float) -> Iterator[Any]:
    """What the library's calls take for a callback, with a journal that is read from the file, if it is
    there, and written to it. The file goes when the work is done.
    """
    if path is None:
        yield show
        return
    if not every >= 0:
        raise ValueError(f"every is a number of seconds, not {every!r}")
    path = os.fspath(path)
    try:
        with open(path, "rb") as file:
            known = file.read()
    except FileNotFoundError:
        known = b""
    yield show, known, _writer(path), float(every)
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)


def _writer(path: str) -> Callable[[bytes], None]:
    """Writes the file whole or not at all. A disk that is full does not end the fit."""

    def write(journal: bytes) -> None:
        own = f"{path}.{os.getpid()}"
        try:
            with open(own, "wb") as file:
                file.write(journal)
                file.flush()
                os.fsync(file.fileno())
            os.replace(own, path)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.remove(own)
            warnings.warn(f"the checkpoint {path} stays as it was: {error.strerror}", stacklevel=2)

    return write
