"""Runs of EM as scikit-learn makes them: its stop rule, its verbosity, its choice of the best."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _core, _input, _starts
from gmix._parameters import ILL_DEFINED, Array, Parameters
from gmix._sklearn import check_random_state
from gmix._progress import shown
from gmix._starts import Start

if TYPE_CHECKING:
    from gmix._estimator import GaussianMixture

_Given = tuple[Array | None, Array | None, Array | None]
_Before = tuple[Parameters, float] | None


@dataclass
class Run:
    """What a run ended with. lower_bounds has the value before every step."""

    parameters: Parameters
    converged: bool
    n_iter: int
    lower_bounds: list[float]
    lower_bound: float
    report: dict[str, Any]

    @staticmethod
    def of(model: _core.Model, report: dict[str, Any]) -> Run:
        """A run of gmix's own: the value after the last step counts."""
        values = [value / report["total_weight"] for value in report["trace"]]
        return Run(
            Parameters.of(model)[0],
            report["converged"],
            report["n_iterations"],
            values,
            report["log_likelihood"] / report["total_weight"],
            report,
        )


class _Speaker:
    """Prints what scikit-learn would. Evaluation t comes when t steps are done."""

    def __init__(self, verbose: int, interval: int) -> None:
        self.verbose, self.interval = verbose, interval
        self.values = [-math.inf]

    def begin(self, run: int) -> None:
        if self.verbose:
            print(f"Initialization {run}")
        self.began = self.last = time.time()
        self.values = [-math.inf]

    def step(
        self, run: int, step: int, value: float, gain: float, seconds: float, n_runs: int
    ) -> None:
        if step > 0 and step % self.interval == 0:
            if self.verbose == 1:
                print(f"  Iteration {step}")
            else:
                now = time.time()
                change = self.values[-1] - self.values[-2]
                print(
                    f"  Iteration {step}\t time lapse {now - self.last:.5f}s\t ll change "
                    f"{change:.5f}"
                )
                self.last = now
        self.values.append(value)

    def end(self, run: Run) -> None:
        said = "converged" if run.converged else "did not converge"
        if self.verbose == 1:
            print(f"Initialization {said}.")
        elif self.verbose > 1:
            print(
                f"Initialization {said}. time lapse {time.time() - self.began:.5f}s\t lower "
                f"bound {run.lower_bound:.5f}."
            )


class _Runner:
    """EM on one table, with the estimator's parameters."""

    def __init__(self, estimator: GaussianMixture, x: Array, weights: Array | None) -> None:
        self.e, self.x, self.weights = estimator, x, weights
        self.family = estimator._family()
        self.rng = check_random_state(estimator.random_state)
        verbose = 0 if callable(estimator.verbose) else int(estimator.verbose)
        self.speaker = _Speaker(verbose, estimator.verbose_interval)
        self.total = float(x.shape[0] if weights is None else weights.sum())

    def fit(self, start: Start, max_iter: int, k: int, tol: float | None = None) -> Run:
        """One run from a start."""
        e = self.e
        options = {
            "n_components": str(k),
            "covariance": self.family,
            "init": start.init,
            "restarts": "1",
            "tol": repr(float(e.tol if tol is None else tol)),
            "max_iter": str(max_iter),
            "reg": repr(float(e.reg_covar)),
            "accelerate": "0",
            "stop_rule": "change",
            "singular": "keep",
            **start.options,
            **e._common_options(),
        }
        try:
            with shown(e.verbose if callable(e.verbose) else 0) as show:
                model, said = _core.fit(
                    _input.for_c(self.x),
                    self.weights,
                    e._names(),
                    options,
                    start.model,
                    start.labels,
                    start.memberships,
                    e._threads(),
                    self.speaker.step if self.speaker.verbose else show,
                )
        except _core.SingularError as error:
            raise ValueError(f"{ILL_DEFINED} ({error})") from None
        run = Run.of(model, json.loads(said))
        run.lower_bounds = run.lower_bounds[:-1]
        if run.lower_bounds:
            run.lower_bounds[0] += start.log_total
        run.lower_bound = run.lower_bounds[-1] if run.lower_bounds else -math.inf
        return run

    def draw(self, given: _Given) -> Start:
        """The next start, with what the user gave of it."""
        k = self.e.n_components
        if all(part is not None for part in given):
            shape = _core.family_dims(self.family, k, self.x.shape[1])
            empty = Parameters(self.family, np.empty(k), np.empty(0), np.empty(shape))
            return Start("model", model=_starts.override(empty, *given).model())
        start = self.draw_own()
        if any(part is not None for part in given):
            p = _starts.override(self.fit(start, 0, k).parameters, *given)
            total = start.log_total if given[0] is None else 0.0
            return Start("model", model=p.model(), log_total=total)
        if start.init == "labels" and start.labels is not None:
            return self.without_empty(start, start.labels)
        return start

    def draw_own(self) -> Start:
        e = self.e
        if _input.has_nan(self.x):  # gmix's own start knows what to do with missing cells
            seed = int(self.rng.randint(2**31 - 1))
            return Start("kmeans++", options={"seed": str(seed)})
        return _starts.draw(
            e.init_params,
            self.x,
            self.weights,
            e.n_components,
            self.family,
            float(e.reg_covar),
            self.rng,
            e._threads(),
        )

    def without_empty(self, start: Start, labels: Array) -> Start:
        """Clusters without rows get the parameters that they have in scikit-learn."""
        k = self.e.n_components
        used = np.flatnonzero(np.bincount(labels, minlength=k))
        if len(used) == k:
            return start
        if self.e.reg_covar == 0.0 and self.family != "tied":
            raise ValueError(ILL_DEFINED)
        among = np.searchsorted(used, labels).astype(np.int32)
        p = self.fit(_starts.from_labels(among, k), 0, len(used)).parameters
        full = _starts.with_empty(p, used, k, self.total, float(self.e.reg_covar))
        return Start("model", model=full.model())

    def warm(self, parameters: Parameters, before: float) -> Run:
        """Goes on from parameters whose last value was `before`."""
        e = self.e
        start = Start("model", model=parameters.model())
        first = self.fit(start, min(e.max_iter, 1), e.n_components)
        if not first.lower_bounds:
            return first
        first.converged = abs(first.lower_bound - before) < e.tol
        if first.converged or e.max_iter == 1:
            return first
        rest = Start("model", model=first.parameters.model())
        run = self.fit(rest, e.max_iter - 1, e.n_components)
        if abs(run.lower_bounds[0] - first.lower_bound) < e.tol and run.n_iter > 1:
            run = self.fit(rest, 1, e.n_components)
            run.converged = True
        run.n_iter += 1
        run.lower_bounds = first.lower_bounds + run.lower_bounds
        return run


def run_em(
    estimator: GaussianMixture,
    x: Array,
    weights: Array | None,
    given: _Given,
    before: _Before,
) -> Run:
    """The best of ``n_init`` runs, or the run that goes on from ``before``."""
    runner = _Runner(estimator, x, weights)
    best: Run | None = None
    for init in range(1 if before else estimator.n_init):
        runner.speaker.begin(init)
        if before:
            run = runner.warm(*before)
        else:
            run = runner.fit(runner.draw(given), estimator.max_iter, estimator.n_components)
        runner.speaker.end(run)
        if best is None or run.lower_bound > best.lower_bound:
            best = run
    assert best is not None
    return best
