"""How many threads a call may use."""

from __future__ import annotations

import os

_IN_CHILD = False


def _after_fork() -> None:
    # The runtime of OpenMP does not survive a fork: a child works on one thread.
    global _IN_CHILD
    _IN_CHILD = True


os.register_at_fork(after_in_child=_after_fork)


def threads_of(n_threads: int | None) -> int:
    """What C takes for a number of threads: 0 is all cores."""
    if _IN_CHILD:
        return 1
    return 0 if n_threads is None else int(n_threads)
