"""How many groups: samples from the posterior of partitions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from gmix import _core, _input
from gmix._estimator import GaussianMixture
from gmix._parameters import Array
from gmix._progress import shown
from gmix._threads import threads_of


class Sampled(NamedTuple):
    """A number that was sampled: mean, median, interval, split R-hat (above 1.01: chains differ), and
    how many independent draws the draws are worth.
    """

    mean: float
    median: float
    lower: float
    upper: float
    r_hat: float
    ess: float


class Band(NamedTuple):
    """Means and intervals, arrays of one shape."""

    mean: Array
    lower: Array
    upper: Array


@dataclass
class PosteriorDraws:
    """What ``sample_posterior`` found. ``str()`` of it is a summary in words.

    Attributes
    ----------
    most_probable : int
        Number of components ("mfm") or of groups with rows ("dp").
    groups_posterior, groups_prior : ndarray
        Probabilities of 1, 2, ... groups with rows.
    components_posterior, components_prior : ndarray or None
        Of 1, 2, ... components; None for "dp".
    groups, log_posterior, scale, concentration : Sampled
        Numbers, with how well the chains agree.
    labels : ndarray of shape (N,)
        The partition nearest to the sampled ones; ``expected_vi`` is how far (nats).
    certainty : ndarray of shape (N,)
        Mean probability that a row is with another one of its cluster.
    together : ndarray of shape (C, C)
        How often rows of two clusters are together; ``similarity`` (N, N) of rows, if asked for.
    weights, means, covariances : Band
        Of the clusters, from ``n_relabelled`` draws with as many groups.
    density : Band of shape (D, G)
        Density of each feature at ``grid`` (D, G).
    mixture : GaussianMixture
        The clusters, by their expected parameters.
    trace : dict of ndarray
        ``groups``, ``log_posterior``, ``scale``, ``concentration``, chain after chain
        (``chain_draws`` each).
    end : str
        "all", "cancelled" or "time_limit".
    """

    most_probable: int
    groups_posterior: Array
    groups_prior: Array
    components_posterior: Array | None
    components_prior: Array | None
    groups: Sampled
    log_posterior: Sampled
    scale: Sampled
    concentration: Sampled
    labels: Array
    expected_vi: float
    certainty: Array
    together: Array
    similarity: Array | None
    n_relabelled: int
    weights: Band
    means: Band
    covariances: Band
    grid: Array | None
    density: Band | None
    mixture: GaussianMixture
    trace: dict[str, Array] = field(repr=False)
    end: str
    text: str = field(repr=False)

    def __str__(self) -> str:
        return self.text

    def frame(self) -> Any:
        """The probabilities as a pandas DataFrame, a row for each number."""
        import pandas

        columns = {"groups_posterior": self.groups_posterior, "groups_prior": self.groups_prior}
        if self.components_posterior is not None and self.components_prior is not None:
            columns = {
                "components_posterior": self.components_posterior,
                "components_prior": self.components_prior,
                **columns,
            }
        index = pandas.RangeIndex(1, len(self.groups_posterior) + 1, name="number")
        return pandas.DataFrame(columns, index=index)


def _numbers(values: Any) -> Array:
    """An array in which null is NaN."""
    return np.array(values, dtype=np.float64)


def _band(said: dict[str, Any]) -> Band:
    return Band(*(_numbers(said[name]) for name in Band._fields))


def _sampled(said: dict[str, Any]) -> Sampled:
    numbers = (said[name] for name in Sampled._fields)
    return Sampled(*(float("nan") if number is None else number for number in numbers))


def sample_posterior(
    X: Any,
    *,
    covariance_type: str = "full",
    prior: str = "mfm",
    n_chains: int = 4,
    iterations: int | None = None,
    level: float = 0.95,
    similarity: bool = False,
    prior_mean: Any = None,
    prior_matrix: Any = None,
    random_state: int = 0,
    n_threads: int | None = None,
    verbose: Any = 0,
    **options: Any,
) -> PosteriorDraws:
    """How many groups there are, by samples from the posterior of partitions of the rows.

    Parameters
    ----------
    X : array-like of shape (N, D)
        Rows, complete.
    covariance_type : {"full", "diag", "spherical"}
        Of the groups.
    prior : {"mfm", "dp"}
        Mixture of finite mixtures, what to ask for a number of components; or Dirichlet process, whose
        number of groups grows with N, and is no estimate of a finite one.
    n_chains, iterations : int
        Chains side by side, and iterations of each, of which the first half is left out
        (``burn_in``); None: 5000, and as many again and again while R-hat is above 1.01.
    level : float
        Probability of intervals and bands.
    similarity : bool
        Keep the (N, N) matrix of how often two rows are together, of at most 5000 rows.
    prior_mean, prior_matrix : array-like of shape (D,), (D, D), optional
        In place of the table's mean and covariance in the prior of groups.
    random_state : int
        Of everything random; the result does not depend on ``n_threads``.
    verbose : int or callable
        1: a line that says how far the chains are; a callable is called with a ``Progress``. Ctrl-C ends the
        chains, and what there is by then is returned (``end`` is "cancelled").
    **options
        ``components`` ("bnb", "geometric", "poisson", "uniform": the prior of K) and
        ``components_parameter``, ``concentration``, ``concentration_shape``, ``concentration_rate``,
        ``prior_scale``, ``prior_shrinkage``, ``prior_dof``, ``burn_in``, ``thin``,
        ``n_proposals``, ``n_grid``, ``time_limit``; see ``gmix posterior --help``.

    Returns
    -------
    PosteriorDraws

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> X = np.concatenate([rng.normal(0, 1, (60, 2)), rng.normal(7, 1, (40, 2))])
    >>> draws = sample_posterior(X, iterations=200)
    >>> draws.most_probable
    2
    >>> np.bincount(draws.labels)
    array([60, 40])
    """
    # The library has its own words for cells that are missing.
    estimator = GaussianMixture(covariance_type=covariance_type, missing="em")
    x = estimator._take(X, reset=True, ensure_min_samples=2)
    asked = {
        "covariance": estimator._family(),
        "prior": prior,
        "n_chains": n_chains,
        "iterations": iterations or 0,
        "level": level,
        "similarity": int(similarity),
        "seed": random_state,
        **options,
    }
    d = x.shape[1]
    with shown(verbose) as show:
        said_bytes, text, model = _core.posterior(
            _input.for_c(x),
            estimator._names(),
            {name: str(value) for name, value in asked.items()},
            _given(prior_mean, (d,)),
            _given(prior_matrix, (d, d)),
            threads_of(n_threads),
            show,
        )
    said = json.loads(said_bytes)
    part, parameters = said["partition"], said["parameters"]
    density = said.get("density")
    components = said.get("components_posterior")
    return PosteriorDraws(
        most_probable=said["most_probable"],
        groups_posterior=_numbers(said["groups_posterior"]),
        groups_prior=_numbers(said["groups_prior"]),
        components_posterior=None if components is None else _numbers(components),
        components_prior=None if components is None else _numbers(said["components_prior"]),
        groups=_sampled(said["summary"]["groups"]),
        log_posterior=_sampled(said["summary"]["log_posterior"]),
        scale=_sampled(said["summary"]["scale"]),
        concentration=_sampled(said["summary"]["concentration"]),
        labels=np.array(part["labels"], dtype=np.int32),
        expected_vi=part["expected_vi"],
        certainty=_numbers(part["certainty"]),
        together=_numbers(part["together"]),
        similarity=_numbers(part["similarity"]) if similarity else None,
        n_relabelled=parameters["n_relabelled"],
        weights=_band(parameters["weights"]),
        means=_band(parameters["means"]),
        covariances=_band(parameters["covariances"]),
        grid=_numbers(density["grid"]) if density else None,
        density=_band(density) if density else None,
        mixture=estimator_of(model),
        trace={name: np.array(values) for name, values in said["trace"].items()},
        end=said["end"],
        text=text,
    )


def estimator_of(model: _core.Model) -> GaussianMixture:
    """The estimator of a mixture in C."""
    from gmix._parameters import Parameters

    p, _, names = Parameters.of(model)
    return GaussianMixture._made_of(p, p.family, names)


def _given(values: Any, shape: tuple[int, ...]) -> Array | None:
    if values is None:
        return None
    given = np.ascontiguousarray(values, dtype=np.float64)
    if given.shape != shape:
        raise ValueError(f"the prior's array has the shape {given.shape}, not {shape}")
    return given
