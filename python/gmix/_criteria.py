"""Information criteria of a mixture on rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gmix import _core, _input
from gmix._parameters import Array, Parameters


class Criteria:
    """The part of ``GaussianMixture`` that weighs likelihood against parameters."""

    if TYPE_CHECKING:

        def _model(self) -> _core.Model: ...
        def _threads(self) -> int: ...
        def _rows(self, X: Any) -> Any: ...

    def bic(self, X: Any) -> float:
        """Bayesian information criterion on X (N, D): the lower, the better."""
        x = self._rows(X)
        return -2.0 * self._total(x) + self._n_parameters() * math.log(x.shape[0])

    def aic(self, X: Any) -> float:
        """Akaike's information criterion on X (N, D): the lower, the better."""
        return -2.0 * self._total(self._rows(X)) + 2.0 * self._n_parameters()

    def icl(self, X: Any) -> float:
        """Integrated completed likelihood on X (N, D): the lower, the better.

        BIC - 2 sum_n log max_k r_nk (Biernacki, Celeux & Govaert 2000).
        """
        return _core.score(self._model(), _input.for_c(self._rows(X)), None, self._threads())[4]

    def _total(self, x: Array) -> float:
        return _core.score(self._model(), _input.for_c(x), None, self._threads())[0]

    def _n_parameters(self) -> int:
        """Free parameters."""
        return Parameters.of(self._model())[1]
