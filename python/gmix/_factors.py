"""What a mixture's laws with factors say of rows: factor scores and communalities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _core, _input

Array = Any


class FactoredMixtures:
    """The part of ``GaussianMixture`` for laws with factors ("mfa:2")."""

    if TYPE_CHECKING:

        def _rows(self, X: Any) -> Any: ...
        def _model(self) -> _core.Model: ...
        def _threads(self) -> int: ...

        loadings_: Array

    def factor_scores(self, X: Any) -> tuple[Array, Array]:
        """The factors (N, q) to be expected of rows X (N, D) given their observed cells, each in the
        component (N,) that most probably has it: where rows stand in what features go together by.

        Of a row that is noise they are NaN, and the component is -1.
        """
        x = self._rows(X)
        model = self._model()
        q = 0 if self.loadings_ is None else self.loadings_.shape[-1]
        scores, components = np.empty((len(x), q)), np.empty(len(x), dtype=np.int32)
        _core.factor_scores(model, _input.for_c(x), scores, components, self._threads())
        return scores, components

    def communalities(self) -> Array:
        """The share (K, D) of every feature's variance that the factors explain, in each component."""
        model = self._model()
        shares = np.empty(np.shape(getattr(self, "means_")))
        _core.communalities(model, shares)
        return shares
