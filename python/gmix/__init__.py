"""Gaussian mixture models: scikit-learn's interface, at the speed of C.

    >>> import numpy as np, gmix
    >>> X = np.array([[1, 2], [1, 4], [1, 0], [10, 2], [10, 4], [10, 0]])
    >>> gm = gmix.GaussianMixture(n_components=2, random_state=0).fit(X)
    >>> gm.means_
    array([[10.,  2.],
           [ 1.,  2.]])
    >>> gm.predict([[0, 0], [12, 3]])
    array([1, 0])

``GaussianMixture`` takes the place of scikit-learn's; ``fit`` is the shortest way to gmix's own
search for the best mixture. N rows, D features, K components, everywhere.

What is behind a name is imported when it is first used: a process that only passes over rows, of Spark, say,
loads no scikit-learn.
"""

import importlib
from typing import TYPE_CHECKING

from gmix import _core
from gmix._core import SingularError

if TYPE_CHECKING:
    from gmix._bayesian import BayesianGaussianMixture
    from gmix._clusters import Clusters, Merge, Projection
    from gmix._detector import Blame, GaussianMixtureDetector, Reasons, adjust_p_values
    from gmix._distribution import (
        Boundaries,
        Distances,
        DistanceTest,
        Modes,
        Moments,
        Prediction,
        Region,
        distances,
    )
    from gmix._engine import Engine
    from gmix._estimator import GaussianMixture
    from gmix._functions import (
        ComponentTest,
        ComponentTests,
        Option,
        build_info,
        families,
        fit,
        fit_between,
        fit_binned,
        fit_projected,
        fit_truncated,
        kmeans,
        options,
        test_components,
    )
    from gmix._labels import Agreement, compare_labels
    from gmix._measured import BinsTest
    from gmix._partial import Partial
    from gmix._posterior import Band, PosteriorDraws, Sampled, sample_posterior
    from gmix._priors import PriorChange
    from gmix._progress import Progress
    from gmix._regressor import Evidence, GaussianMixtureRegressor
    from gmix._show import Interval, Picture, StandardErrors
    from gmix._workbench import Adequacy, ParetoDensity, dip, pareto_density

__version__ = str(_core.build_info()["version"])

__all__ = [
    "Adequacy",
    "Agreement",
    "Band",
    "BayesianGaussianMixture",
    "BinsTest",
    "Blame",
    "Boundaries",
    "Clusters",
    "ComponentTest",
    "ComponentTests",
    "DistanceTest",
    "Distances",
    "Engine",
    "Evidence",
    "GaussianMixture",
    "GaussianMixtureDetector",
    "GaussianMixtureRegressor",
    "Interval",
    "Merge",
    "Modes",
    "Moments",
    "Option",
    "Partial",
    "ParetoDensity",
    "Picture",
    "PosteriorDraws",
    "Prediction",
    "PriorChange",
    "Progress",
    "Projection",
    "Reasons",
    "Region",
    "Sampled",
    "SingularError",
    "StandardErrors",
    "adjust_p_values",
    "build_info",
    "compare_labels",
    "dip",
    "distances",
    "families",
    "fit",
    "fit_between",
    "fit_binned",
    "fit_projected",
    "fit_truncated",
    "kmeans",
    "options",
    "pareto_density",
    "sample_posterior",
    "test_components",
]

# Where the names are; those of the imports above.
_NAMES = {
    "_bayesian": "BayesianGaussianMixture",
    "_clusters": "Clusters Merge Projection",
    "_detector": "Blame GaussianMixtureDetector Reasons adjust_p_values",
    "_distribution": "Boundaries Distances DistanceTest Modes Moments Prediction Region distances",
    "_engine": "Engine",
    "_estimator": "GaussianMixture",
    "_functions": (
        "ComponentTest ComponentTests Option build_info families fit fit_between "
        "fit_binned fit_projected fit_truncated kmeans options test_components"
    ),
    "_labels": "Agreement compare_labels",
    "_measured": "BinsTest",
    "_partial": "Partial",
    "_posterior": "Band PosteriorDraws Sampled sample_posterior",
    "_priors": "PriorChange",
    "_progress": "Progress",
    "_regressor": "Evidence GaussianMixtureRegressor",
    "_show": "Interval Picture StandardErrors",
    "_workbench": "Adequacy ParetoDensity dip pareto_density",
}
_MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

if not TYPE_CHECKING:  # types are known by name

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
