"""How many threads a call may use."""

from __future__ import annotations

import os

_IN_CHILD = False


def _after_fork() -> None:
    # Where processes are forked there are mostly several of them: one core each.
    global _IN_CHILD
    _IN_CHILD = True


os.register_at_fork(after_in_child=_after_fork)


def threads_of(n_threads: int | None) -> int:
    """What C takes for a number of threads: 0 is all cores."""
    if n_threads is None:
        return 1 if _IN_CHILD else 0
    return int(n_threads)
