"""Components that are one cluster: the part of ``GaussianMixture`` that merges them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gmix import _core, _input, _sklearn
from gmix._parameters import Array
from gmix._sklearn import check_is_fitted


class Merge(NamedTuple):
    """Two clusters of components, each by its first one, that become one: its share of the
    memberships, the entropy before, and what each criterion says of the two, the higher, the more they
    belong together.
    """

    first: int
    second: int
    weight: float
    entropy: float
    values: dict[str, float]


class Clusters(NamedTuple):
    """Which components are one cluster.

    ``components`` (K,) has the cluster of each component, ``labels`` (N,) that of each row (-1:
    noise) and ``memberships`` (N, C) the sums of the responsibilities; ``merges`` lead down to
    one cluster, ``suggested`` is how many each criterion would leave. ``stability`` is the mean
    adjusted Rand index with the clusters of bootstrap replicates, ``together`` (K, K) how often
    two components were in one cluster; None without.
    """

    n_clusters: int
    components: Array
    labels: Array
    memberships: Array
    merges: list[Merge]
    suggested: dict[str, int]
    stability: float | None
    together: Array | None


class Projection(NamedTuple):
    """Directions in which components differ, best first: ``eigenvalues`` (D,), ``directions``
    (D, D), a row each, and how many of them tell components apart."""

    eigenvalues: Array
    directions: Array
    n_directions: int


class Clustering:
    """The part of ``GaussianMixture`` that merges components."""

    if TYPE_CHECKING:

        def _model(self) -> _core.Model: ...
        def _rows(self, X: Any) -> Any: ...
        def _threads(self) -> int: ...
        def predict_proba(self, X: Any) -> Array: ...

    def clusters(
        self,
        X: Any,
        *,
        criterion: str = "entropy",
        n_clusters: int | None = None,
        replicates: int = 0,
        seed: int = 0,
        sample_weight: Any = None,
    ) -> Clusters:
        """Which components belong together, because they describe one group that is not Gaussian,
        by rows X (N, D) that the mixture was fitted to.

        ``criterion`` orders the merges: "entropy" (Baudry et al. 2010), "bhattacharyya", "demp"
        (misclassification; Hennig 2010), "ridge" (density between two modes), "dip"
        (p-value of a single mode) or "modes".

        >>> import numpy as np
        >>> from gmix import GaussianMixture
        >>> rng = np.random.default_rng(0)
        >>> ring = rng.uniform(0.0, 2.0 * np.pi, 500)
        >>> X = np.c_[np.cos(ring), np.sin(ring)] + rng.normal(0.0, 0.1, (500, 2))
        >>> X[:100] = rng.normal(0.0, 0.1, (100, 2)) + 4.0
        >>> gm = GaussianMixture(6, random_state=0).fit(X)
        >>> gm.clusters(X, n_clusters=2).labels[[0, 99, 100, 499]]
        array([1, 1, 0, 0], dtype=int32)
        """
        check_is_fitted(self)
        x = self._rows(X)
        weights = _sklearn.weights_of(sample_weight, x)
        cluster, merges, suggested, stability, together = _core.clusters(
            self._model(),
            _input.for_c(x),
            weights,
            criterion,
            n_clusters or 0,
            replicates,
            seed,
            self._threads(),
        )
        of = np.frombuffer(cluster, dtype=np.int32)
        n = int(of.max()) + 1
        p = self.predict_proba(X)[:, : len(of)]
        sums = np.stack([p[:, of == c].sum(axis=1) for c in range(n)], axis=1)
        labels = np.where(1.0 - sums.sum(axis=1) > sums.max(axis=1), -1, sums.argmax(axis=1))
        return Clusters(
            n,
            of,
            labels.astype(np.int32),
            sums,
            [Merge(*merge) for merge in merges],
            suggested,
            stability if together is not None else None,
            None if together is None else np.frombuffer(together).reshape(len(of), -1),
        )

    def projection(self, X: Any = None, *, lambda_: float = 1.0) -> Projection:
        """The directions in which the components differ most (Scrucca 2010; MclustDR): of means
        with ``lambda_`` 1, of covariances, too, with less. X (N, D): rows whose covariance is taken;
        None: that of the mixture. ``affine(directions[:2])`` is the mixture in the best plane.

        >>> from gmix import GaussianMixture
        >>> means, one = [[0.0, 0.0], [9.0, 9.0]], [[1.0, 0.0], [0.0, 1.0]]
        >>> gm = GaussianMixture.from_parameters([0.5, 0.5], means, [one, one])
        >>> gm.projection().directions[0].round(4)
        array([0.7071, 0.7071])
        """
        check_is_fitted(self)
        x = None if X is None else _input.for_c(self._rows(X))
        values, directions, n = _core.projection(self._model(), x, float(lambda_))
        eigenvalues = np.frombuffer(values)
        d = len(eigenvalues)
        return Projection(eigenvalues, np.frombuffer(directions).reshape(d, d), n)
