"""Mixtures that learn from rows as they come: online EM (Cappe & Moulines 2009)."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _checks, _core, _input, _sklearn
from gmix._parameters import Array, Parameters

if TYPE_CHECKING:
    from typing import Self


class OnlineMixtures:
    """The part of ``GaussianMixture`` that takes every row once."""

    if TYPE_CHECKING:
        n_components: Any
        search: Any
        reg_covar: float
        random_state: Any
        report_: dict[str, Any]

        def _validate_params(self) -> None: ...
        def _chooses(self) -> bool: ...
        def _take(self, X: Any, *, reset: bool, ensure_min_samples: int = 1) -> Any: ...
        def _family(self) -> str: ...
        def _names(self) -> list[str] | None: ...
        def _threads(self) -> int: ...
        def _key(self) -> tuple[Array, ...]: ...
        def _json(self) -> str: ...
        def _common_options(self) -> dict[str, str]: ...
        def _set(self, p: Parameters, dtype: Any) -> None: ...
        def __sklearn_is_fitted__(self) -> bool: ...

    def partial_fit(
        self, X: Any, y: Any = None, sample_weight: Any = None, *, forget: float | None = None
    ) -> Self:
        """Learns from rows X (N, D), of weights sample_weight (N,), each once and in their order. y is ignored.

        The first call finds the start on its rows, a few thousand had better be among them; after ``fit``
        it goes on from there. Rows in pieces give the bits of rows at once after the first call.
        ``forget`` is for data that drift: what a row weighs less for every row after it, such as 1e-5; it
        stays until another is given. ``n_samples_seen_`` counts rows.

        >>> import numpy as np
        >>> from gmix import GaussianMixture
        >>> rng = np.random.default_rng(1)
        >>> gm = GaussianMixture(2, random_state=0)
        >>> for day in range(7):
        ...     gm = gm.partial_fit(rng.normal([[0.0], [5.0]], 1.0, (2, 2000)).reshape(-1, 1))
        >>> gm.means_.round(1).ravel(), gm.n_samples_seen_
        (array([0., 5.]), 28000)
        """
        self._validate_params()
        if self._chooses():
            raise ValueError(
                "partial_fit is for one number of components and one covariance_type: "
                "choose them by fit, on some of the rows"
            )
        first = not self.__sklearn_is_fitted__()
        x = self._take(X, reset=first)
        weights = _sklearn.weights_of(sample_weight, x)
        before = 0 if first else float(getattr(self, "report_", {}).get("n_samples", 0))
        model, text, rows, score = _core.partial_fit(
            None if first else self._json(),
            before,
            _input.for_c(x),
            weights,
            self._names(),
            self._online_options() if first else {},
            -1.0 if forget is None else float(forget),
            self._threads(),
        )
        self._set(Parameters.of(model)[0], x.dtype)
        self.n_components_ = len(self.weights_)  # type: ignore[attr-defined]
        self.covariance_type_ = self._family()
        self._keep_online(json.loads(text))
        self.n_samples_seen_ = int(rows)
        self.converged_, self.n_iter_ = False, 1
        self.lower_bound_ = score if math.isfinite(score) else -math.inf
        self.lower_bounds_ = [self.lower_bound_]
        vars(self).pop("report_", None)
        return self

    def _online_options(self) -> dict[str, str]:
        seed = int(_sklearn.check_random_state(self.random_state).randint(2**31 - 1))
        options = {
            "seed": str(seed),
            "n_components": str(self.n_components),
            "covariance": self._family(),
            "search": self.search or "standard",
        }
        if self.search is None:
            options["reg"] = repr(float(self.reg_covar))
        options.update(self._common_options())
        return options

    def _keep_online(self, content: dict[str, Any]) -> None:
        """The state in a model file's content, as long as the parameters are these."""
        if "state" in content:
            self._online = (self._key(), content["state"])

    def _online_state(self) -> dict[str, Any]:
        key, state = getattr(self, "_online", ((), None))
        if state is None or not all(map(np.array_equal, key, self._key())):
            return {}
        return {"state": state}
