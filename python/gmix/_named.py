"""Components with names and in an order; results as data frames."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from gmix import _core
from gmix._parameters import Array, Parameters
from gmix._sklearn import check_is_fitted

if TYPE_CHECKING:
    from typing import Self

Output = Literal["default", "pandas", "polars"]


class NamedMixtures:
    """The part of ``GaussianMixture`` that is about what things are called.

    ``component_names_`` is a list of K names, or None.
    """

    if TYPE_CHECKING:
        weights_: Array
        means_: Array
        report_: dict[str, Any]
        n_features_in_: int
        _classes: dict[str, Any]

        def _json(self) -> str: ...
        def _keep_classes(self, model: str) -> None: ...
        def _set(self, p: Parameters, dtype: Any) -> None: ...

    @property
    def component_names_(self) -> list[str] | None:
        """Names of the components: see ``rename``."""
        names: list[str] | None = getattr(self, "_classes", {}).get("component_names")
        return names

    def rename(self, names: Any = None, *, order: str | int | None = None) -> Self:
        """Gives the components names (K,), another order, or both, in place; names are in the new
        order. Pages, pictures, summaries, model files and data frames say them.

        ``order`` is "size" (largest first), "mean" (by the means of the first feature, smallest
        first), or another feature, by name or number, by whose means they are ordered.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([0.2, 0.8], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
        >>> gm.rename(["many", "few"], order="size").weights_
        array([0.8, 0.2])
        >>> gm.component_names_
        ['many', 'few']
        """
        check_is_fitted(self)
        if names is None and order is None:
            raise ValueError("rename wants names, an order, or both")
        called = None if names is None else [str(name) for name in names]
        if called is not None and len(called) != len(self.weights_):
            raise ValueError(f"{len(called)} names for {len(self.weights_)} components")
        text = _core.model_arrange(self._json(), called, None if order is None else str(order))
        p, _, _ = Parameters.of(_core.model_of_json(text))
        self._set(p, self.means_.dtype)
        self._keep_classes(text)
        if getattr(self, "report_", None):
            self.report_ = {**self.report_, **json.loads(text)["fit"]}
        return self

    def set_output(self, *, transform: Output | None = None) -> Self:
        """What ``predict_proba``, ``predict_class_proba``, ``impute`` and ``sample`` give: arrays
        ("default"), or data frames of "pandas" or "polars", whose columns have the names of the
        components, the classes or the features. None leaves it as it is.
        """
        if transform not in (None, "default", "pandas", "polars"):
            raise ValueError(f'output is "default", "pandas" or "polars", not {transform!r}')
        if transform is not None:
            self._output = transform
        return self

    def _component_columns(self) -> list[str]:
        return self.component_names_ or [f"p{k}" for k in range(len(self.weights_))]

    def _feature_columns(self) -> list[str]:
        given = getattr(self, "feature_names_in_", None)
        return [f"x{j}" for j in range(self.n_features_in_)] if given is None else list(given)

    def _framed(self, values: Array, columns: list[str], X: Any = None) -> Any:
        """An array (N, ...) as what ``set_output`` asked for; rows are called as those of X."""
        kind = getattr(self, "_output", "default")
        if kind == "pandas":
            import pandas

            index = X.index if isinstance(X, pandas.DataFrame) else None
            return pandas.DataFrame(values, columns=columns, index=index)
        if kind == "polars":
            import polars

            return polars.DataFrame(values, schema=columns)
        return values
