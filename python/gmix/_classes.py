"""Mixtures whose components belong to classes that are known for some rows."""

from __future__ import annotations

import json
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _checkpoint, _core, _input
from gmix._labels import classes_of
from gmix._parameters import Array
from gmix._sklearn import check_is_fitted

if TYPE_CHECKING:
    from gmix._em import Run


class ClassedMixtures:
    """The part of ``GaussianMixture`` that is about classes: see ``gmix.fit(y=...)``.

    ``classes_`` (C,) has their names (whole numbers where y was; texts from a file), ``component_classes_`` (K,) the class of each component.
    """

    if TYPE_CHECKING:
        n_components: Any
        verbose: Any
        classes_: Array
        component_classes_: Array

        def _family(self) -> str: ...
        def _names(self) -> list[str] | None: ...
        def _threads(self) -> int: ...
        def _shares(self, X: Any) -> Array: ...
        def _framed(self, values: Array, columns: list[str], X: Any = None) -> Any: ...

    def _keep_classes(self, model: str) -> None:
        """What the text of a model file says of classes."""
        content = json.loads(model)
        self._classes = {
            key: content[key]
            for key in ("classes", "component_classes", "component_names")
            if key in content
        }
        if "classes" in self._classes:
            self.classes_ = np.array(content["classes"], dtype=np.str_)
            self.component_classes_ = np.array(content["component_classes"])

    def _forget_classes(self) -> None:
        self._classes = {}
        for name in ("classes_", "component_classes_"):
            if hasattr(self, name):
                delattr(self, name)

    def _search_classes(
        self, x: Any, weights: Array | None, y: Any, options: dict[str, str]
    ) -> Run:
        """A fit in which a labelled row belongs to the components of its class alone."""
        from gmix._em import Run

        labels, classes = classes_of(y, x.shape[0])
        names = [str(name) for name in classes]
        if not names:
            raise ValueError("y has no label: every row's class is unknown")
        k = self.n_components
        whole = isinstance(k, Integral)
        each = int(options.get("per_class", "1"))
        options["n_components"] = str(k if whole else len(names) * each)
        options["covariance"] = self._family()
        with _checkpoint.at_work(self) as show:
            model, said = _core.fit_classes(
                _input.for_c(x), weights, self._names(), options, labels, names,
                self._threads(), show,
            )
        self._keep_classes(model)
        if self._classes.get("classes") == names:
            self.classes_ = classes  # of y's own kind: whole numbers, or texts
        return Run.of(_core.model_of_json(model), json.loads(said))

    def predict_class_proba(self, X: Any) -> Any:
        """The probability (N, C) that a row is of each class: the sum over its components."""
        check_is_fitted(self)
        if "classes" not in getattr(self, "_classes", {}):
            raise ValueError("this mixture has no classes: fit it with gmix.fit(X, y=labels)")
        shares = self._shares(X)
        out = np.zeros((len(shares), len(self.classes_)), dtype=shares.dtype)
        for component, of in enumerate(self.component_classes_):
            out[:, of] += shares[:, component]
        return self._framed(out, [str(name) for name in self.classes_], X)

    def predict_class(self, X: Any) -> Array:
        """The most probable class (N,) of every row, by its name."""
        proba = np.asarray(self.predict_class_proba(X))
        found: Array = self.classes_[proba.argmax(axis=1)]
        return found
