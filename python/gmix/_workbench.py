"""Values of one feature: Pareto densities and dips."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from gmix import _core
from gmix._parameters import Array


class Adequacy(NamedTuple):
    """How a mixture that was not fitted to values agrees with them.

    ``p`` is that of Kolmogorov's distance for a mixture known beforehand; ``rms`` the root of the
    sum of squared differences from the Pareto density.
    """

    n: int
    log_likelihood: float
    kolmogorov_smirnov: float
    p: float
    rms: float
    pareto_radius: float


class ParetoDensity(NamedTuple):
    """A density at equally spaced places (M,), from windows of half the width ``radius``."""

    at: Array
    density: Array
    radius: float


def pareto_density(values: Any, n_places: int = 101) -> ParetoDensity:
    """Pareto density estimation (Ultsch 2005) of values (N,): at each place the share of the values
    within the radius that holds 18 % of all pairs of them.

    >>> import numpy as np, gmix
    >>> found = gmix.pareto_density(np.random.default_rng(0).normal(size=1000))
    >>> bool(abs(np.trapezoid(found.density, found.at) - 1.0) < 1e-12)
    True
    """
    column = np.ascontiguousarray(values, dtype=np.float64).reshape(-1, 1)
    at, density, radius = _core.pareto_density(column, n_places)
    return ParetoDensity(np.frombuffer(at), np.frombuffer(density), radius)


def dip(values: Any) -> float:
    """The dip of values (N,): the largest distance of their distribution function from the nearest
    one of a single mode, at most 1/4 (Hartigan & Hartigan 1985).

    >>> import gmix
    >>> gmix.dip([1.0, 2.0, 3.0, 4.0]), round(gmix.dip([1.0, 2.0, 3.0, 10.0, 11.0, 12.0]), 4)
    (0.125, 0.1944)
    """
    x = np.ascontiguousarray(values, dtype=np.float64).ravel()
    return _core.dip(x, len(x))
