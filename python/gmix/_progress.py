"""What a search or a choice says while it is at work."""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

_Step = Callable[[int, int, float, float, float, int], object]


class Progress(NamedTuple):
    """How far a search is: EM steps of a run, or of a model (``run``) of a choice among ``n_runs``."""

    run: int
    n_runs: int
    step: int
    log_likelihood: float
    gain: float
    seconds: float


@contextmanager
def shown(verbose: Any) -> Iterator[_Step | None]:
    """A callback for ``verbose``: none for 0, the caller's own, called with a ``Progress``, or a line
    on standard error, a bar of tqdm where that is installed.
    """
    if callable(verbose):
        yield lambda run, step, value, gain, seconds, n: verbose(
            Progress(run, n, step, value, gain, seconds)
        )
    elif not verbose:
        yield None
    else:
        line = _bar() or _Line()
        try:
            yield line.step
        finally:
            line.end()


class _Line:
    """One line, written again and again."""

    def step(
        self, run: int, step: int, value: float, gain: float, seconds: float, n_runs: int
    ) -> None:
        of = f" of {n_runs}" if n_runs > 1 else ""
        known = "" if math.isnan(value) else f" mean log-likelihood {value:.6g},"
        sys.stderr.write(f"\rrun {run + 1}{of}, step {step}:{known} {seconds:.1f} s ")
        sys.stderr.flush()

    def end(self) -> None:
        sys.stderr.write("\n")


class _Bar:
    """A bar of tqdm: runs that have begun."""

    def __init__(self, make: Callable[..., Any]) -> None:
        self.bar = make(unit="run", leave=False)

    def step(
        self, run: int, step: int, value: float, gain: float, seconds: float, n_runs: int
    ) -> None:
        self.bar.total = max(n_runs, self.bar.total or 0)
        self.bar.n = max(run, self.bar.n)
        self.bar.set_postfix_str(f"mean log-likelihood {value:.6g}", refresh=False)
        self.bar.update(0)

    def end(self) -> None:
        self.bar.refresh()
        self.bar.close()


def _bar() -> _Bar | None:
    try:
        return _Bar(importlib.import_module("tqdm.auto").tqdm)
    except ImportError:
        return None
