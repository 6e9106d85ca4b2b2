"""Fits whose rows lie elsewhere: EM by messages, for clusters, streams and pieces.

An ``Engine`` knows how a fit goes on and sees no row; it asks by a message what it has to know of
the rows. A ``Partial`` is made from the message anywhere, is shown rows, and answers by a message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from gmix import _checks, _core
from gmix._choices import Criterion
from gmix._estimator import GaussianMixture
from gmix._sklearn import check_random_state
from gmix._threads import threads_of

_NAMES = ("survey", "seed", "pass", "score", "done")


class Engine:
    """A fit whose rows lie elsewhere: in processes, on machines, in pieces.

    The model has the same bits for any number of parts, in any order, as long as parts begin at
    multiples of ``block_rows``; else it agrees to rounding.

    Parameters
    ----------
    n_features : int
        D.
    n_components : int, range, sequence of int or str
        K, or those to choose among, by ``criterion``, on the rows that are drawn: the model chosen is fitted to
        all rows. As text, "1-9".
    covariance_type : str or sequence of str
        One of ``gmix.families()``; several, or "all", are chosen among, too.
    criterion : {"bic", "icl", "aic", "aicc", "cv", "evidence"}
        By which a model is chosen; ``result().report_`` says of how many rows the criteria are.
    feature_names : sequence of str, optional
    classes : sequence of str, optional
        Names of the classes that ``labels`` of rows are numbers of.
    start : GaussianMixture, optional
        Where EM begins; by default its start is searched for on a sample of the rows.
    sample_rows : int
        Rows of that sample; 0: what is needed.
    random_state : int, RandomState or None
    n_threads : int, optional
        Of the search on the sample.
    **options
        Any of ``gmix.options()``.

    Examples
    --------
    Four pieces of a data set, fitted by hand:

    >>> import numpy as np
    >>> from gmix import Engine, Partial
    >>> rng = np.random.default_rng(1)
    >>> X = np.concatenate([rng.normal(0, 1, (1000, 2)), rng.normal(6, 1, (500, 2))])
    >>> pieces = np.array_split(X, 4)
    >>> engine = Engine(2, 2)
    >>> while engine.next != "done":
    ...     job = engine.job()  # to where the rows are
    ...     for i, piece in enumerate(pieces):
    ...         engine.take(Partial(job, engine.first_row(i)).add(piece).answer(), i)
    ...     engine.step()
    >>> engine.result().weights_.round(2)
    array([0.67, 0.33])
    """

    def __init__(
        self,
        n_features: int,
        n_components: Any = 1,
        *,
        covariance_type: Any = "full",
        criterion: Criterion = "bic",
        feature_names: Any = None,
        classes: Any = None,
        start: GaussianMixture | None = None,
        sample_rows: int = 0,
        random_state: Any = 0,
        n_threads: int | None = None,
        **options: Any,
    ) -> None:
        seed = int(check_random_state(random_state).randint(2**31 - 1))
        own = GaussianMixture(
            n_components,
            covariance_type=covariance_type,
            missing=options.pop("missing", "em"),
            precision=options.pop("precision", "double"),
            options=options or None,
        )
        texts = {"seed": str(seed), **own._common_options()}
        choice = None
        if own._chooses():
            choice = (_checks.listed(n_components), _checks.listed(covariance_type), criterion)
        else:
            texts.update(n_components=str(n_components), covariance=own._family())
        if start is not None:
            texts.setdefault("init", "model")
        self._c = _core.engine_begin(
            n_features,
            texts,
            None if start is None else start._model(),
            None if feature_names is None else [str(name) for name in feature_names],
            sample_rows,
            None if classes is None else [str(name) for name in classes],
            threads_of(n_threads),
            choice,
        )

    @classmethod
    def load(cls, state: bytes, *, n_threads: int | None = None) -> Engine:
        """The engine that ``save`` kept; it goes on to the last bit."""
        made = cls.__new__(cls)
        made._c = _core.engine_load(state, threads_of(n_threads))
        return made

    def save(self) -> bytes:
        """The state of the fit, answers included; between any two calls."""
        return _core.engine_save(self._c)

    @property
    def next(self) -> str:
        """What is asked next: "survey", "seed", "pass", "score"; or "done"."""
        return _NAMES[_core.engine_next(self._c)]

    @property
    def block_rows(self) -> int:
        """Rows of a block."""
        return _core.engine_block_rows(self._c)

    def job(self) -> bytes:
        """The message for all parts."""
        return _core.engine_job(self._c)

    def first_row(self, part: int) -> int | None:
        """Where a part begins; None before the first step, which finds it out."""
        return _core.engine_part_row(self._c, part)

    def cut(self, n_rows: int, n_parts: int) -> list[int]:
        """Where n_parts parts of n_rows rows begin at blocks, and behind them n_rows."""
        return [_core.engine_part_first(self._c, n_rows, p, n_parts) for p in range(n_parts + 1)]

    def take(self, answer: bytes, part: int) -> None:
        """Takes the answer of a part, by its number. What is no answer to the job is refused."""
        _core.engine_take(self._c, answer, part)

    def step(self) -> None:
        """Goes on, when all parts have answered."""
        _core.engine_step(self._c)

    def result(self) -> GaussianMixture:
        """The mixture; before the end, the best so far."""
        made = GaussianMixture._of_fit(*_core.engine_finish(self._c))
        made.n_components_, made.covariance_type_ = len(made.weights_), made.covariance_type
        return made

    def run(
        self, ask: Callable[[bytes, Callable[[int], int | None]], Iterable[bytes]]
    ) -> GaussianMixture:
        """Drives the fit to its end.

        ``ask(job, first_row)`` gives the answers of all parts in the order of their numbers, where
        ``first_row(part)`` is what ``Partial`` wants.
        """
        while self.next != "done":
            for part, answer in enumerate(ask(self.job(), self.first_row)):
                self.take(answer, part)
            self.step()
        return self.result()
