"""What a person looks at: pages, pictures, tables; and how sure the parameters are."""

from __future__ import annotations

import html
import os
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from gmix import _core, _input, _measured
from gmix._labels import labels_of
from gmix._parameters import Array
from gmix._sklearn import check_is_fitted, weights_of

Kind = Literal[
    "auto", "density", "scatter", "matrix", "projection", "selection", "trace", "uncertainty",
    "confusion", "classification", "clusters", "qq",
]


class Picture:
    """A picture as SVG: shown by notebooks; ``save`` writes it, ``str`` gives its text."""

    def __init__(self, svg: str) -> None:
        self.svg = svg

    def _repr_svg_(self) -> str:
        return self.svg

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return "gmix.Picture: SVG, shown by notebooks, written by save()"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the SVG to a file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)


class Interval(NamedTuple):
    """Standard errors of parameters, and the ends of their intervals, shaped as they are."""

    standard_error: Any
    lower: Any
    upper: Any


class StandardErrors(NamedTuple):
    """See ``GaussianMixture.standard_errors``. ``noise``: of the noise component's weight."""

    weights: Interval
    means: Interval
    covariances: Interval
    noise: Interval
    n_replicates: int
    n_left_out: int


class ShownMixtures:
    """The part of ``GaussianMixture`` that is looked at."""

    if TYPE_CHECKING:
        weights_: Array
        means_: Array
        covariances_: Array
        report_: dict[str, Any]
        n_features_in_: int

        def _family(self) -> str: ...
        def _model(self) -> _core.Model: ...
        def _threads(self) -> int: ...
        def _rows(self, X: Any) -> Any: ...
        def _json(self) -> str: ...
        def _common_options(self) -> dict[str, str]: ...
        def summary(self) -> str: ...

    def report_html(
        self,
        X: Any,
        path: str | os.PathLike[str] | None = None,
        *,
        y: Any = None,
        sample_weight: Any = None,
    ) -> str:
        """A page about the fit and rows X (N, D), as HTML, also written to ``path`` if that is given:
        how many groups, how sure, what sets them apart; pictures, cards, rows in doubt. With labels y
        (N,), -1 where unknown, it compares components with them.
        """
        page: str = self._page(X, y, sample_weight, pdf=False)
        if path is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(page)
        return page

    def report_pdf(
        self,
        X: Any,
        path: str | os.PathLike[str] | None = None,
        *,
        y: Any = None,
        sample_weight: Any = None,
    ) -> bytes:
        """The same page on paper: A4, as PDF, with an outline. It is set by the Cairo library of this
        machine; where there is none, NotImplementedError says so, and ``report_html`` can be printed.
        """
        page: bytes = self._page(X, y, sample_weight, pdf=True)
        if path is not None:
            with open(path, "wb") as file:
                file.write(page)
        return page

    def _page(self, X: Any, y: Any, sample_weight: Any, pdf: bool) -> Any:
        x = self._rows(X)
        labels, classes = (None, []) if y is None else labels_of(y, x.shape[0])
        weights = weights_of(sample_weight, x)
        return _core.page(
            self._json(), _input.for_c(x), weights, labels, classes, pdf, self._threads()
        )

    def picture(
        self,
        X: Any = None,
        kind: Kind = "auto",
        *,
        y: Any = None,
        features: Any = None,
        theme: Literal["light", "dark", "auto"] = "light",
        size: tuple[float, float] = (0, 0),
        title: str | None = None,
        contours: bool = False,
        uncertainty: bool = False,
    ) -> Picture:
        """A picture of the mixture and rows X (N, D), of one of the kinds of ``gmix plot``.

        "selection" and "trace" draw the fit itself; "confusion" needs labels y (N,). ``features``
        chooses some, by name or number; ``size`` is in CSS pixels.
        """
        check_is_fitted(self)
        x = None if X is None else self._rows(X)
        labels, classes = (None, []) if y is None or x is None else labels_of(y, x.shape[0])
        shown = None if features is None else [str(feature) for feature in features]
        svg = _core.picture(
            self._json(),
            None if x is None else _input.for_c(x),
            labels,
            classes,
            kind,
            theme,
            shown,
            float(size[0]),
            float(size[1]),
            title,
            contours,
            uncertainty,
            self._threads(),
        )
        return Picture(svg)

    def candidates(self) -> Any:
        """The models that were compared, where the fit chose among several: a DataFrame if pandas
        is there, else a list of dicts; log-likelihood, criteria, and why some have none.
        """
        check_is_fitted(self)
        rows = self.report_.get("candidates", [])
        try:
            import pandas
        except ImportError:
            return rows
        return pandas.DataFrame(rows)

    def standard_errors(
        self,
        X: Any,
        method: Literal["information", "bootstrap", "weighted-likelihood"] = "information",
        *,
        sample_weight: Any = None,
        n_replicates: int = 999,
        level: float = 0.95,
        random_state: int = 0,
        truncation: Any = None,
        X_err: Any = None,
    ) -> StandardErrors:
        """Standard errors and intervals of all parameters, from the rows X (N, D) that the mixture was
        fitted to: by second derivatives of the log-likelihood, or by replicates.

        They are those of a maximum of the likelihood: fit with ``search``, or ``gmix.fit()``. Of a truncated
        sample give its bounds, of rows with errors of measurement those.
        """
        x = self._rows(X)
        if truncation is not None:
            X_err = _measured.Bins.between(x, x).within(truncation)
        options = {"seed": str(random_state), **self._common_options()}
        options["n_components"] = str(len(self.weights_))
        options["covariance"] = self._family()
        weights, means, covariances, noise, n, n_left_out = _core.standard_errors(
            self._model(),
            _measured.rows_of(x, X_err),
            weights_of(sample_weight, x),
            options,
            method,
            n_replicates,
            level,
            self._threads(),
        )

        def shaped(three: tuple[bytes, bytes, bytes], like: Array) -> Interval:
            return Interval(*(np.frombuffer(part).reshape(like.shape) for part in three))

        return StandardErrors(
            shaped(weights, self.weights_),
            shaped(means, self.means_),
            shaped(covariances, self.covariances_),
            Interval(*noise),
            n,
            n_left_out,
        )

    def _repr_html_(self) -> str:
        if not hasattr(self, "means_"):
            return f"<pre>{html.escape(repr(self))}</pre>"
        # of components far apart in many features there is a picture, too, but a slow one
        drawn = self.picture().svg if self.n_features_in_ <= 5 else ""
        return f"<div>{drawn}<pre>{html.escape(self.summary())}</pre></div>"

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
