"""Mixtures that come of a mixture: marginals, conditionals, maps, products; files, pictures."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from gmix import _core
from gmix._classes import ClassedMixtures
from gmix._clusters import Clustering
from gmix._distribution import Distributions
from gmix._factors import FactoredMixtures
from gmix._measured import MeasuredMixtures
from gmix._named import NamedMixtures
from gmix._parameters import Array, Parameters, dense_covariances
from gmix._show import ShownMixtures
from gmix._sklearn import check_is_fitted

if TYPE_CHECKING:
    from typing import Self


class DerivedMixtures(
    Clustering, MeasuredMixtures, FactoredMixtures, Distributions, ClassedMixtures, NamedMixtures, ShownMixtures
):
    """The part of ``GaussianMixture`` that needs nothing but its parameters."""

    if TYPE_CHECKING:
        weights_: Array
        means_: Array
        covariances_: Array
        covariance_type: str
        n_features_in_: int

        def _family(self) -> str: ...
        def _model(self) -> _core.Model: ...
        def _parameters(self) -> Parameters: ...
        def _names(self) -> list[str] | None: ...
        def _set(self, p: Parameters, dtype: Any) -> None: ...
        def _online_state(self) -> dict[str, Any]: ...
        def _keep_online(self, content: dict[str, Any]) -> None: ...

    @classmethod
    def from_parameters(
        cls,
        weights: Any,
        means: Any,
        covariances: Any,
        *,
        covariance_type: str = "full",
        feature_names: Any = None,
    ) -> Self:
        """A mixture of these parameters: weights (K,), means (K, D), covariances in the layout
        of the family.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([0.5, 0.5], [[0.0], [4.0]], [[[1.0]], [[1.0]]])
        >>> gm.predict([[1.0], [3.0]])
        array([0, 1])
        """
        family = _core.family_name(covariance_type) or covariance_type
        p = Parameters(
            family,
            np.array(weights, dtype=np.float64),
            np.array(means, dtype=np.float64),
            np.array(covariances, dtype=np.float64),
        )
        return cls._made_of(p, covariance_type, feature_names)

    @classmethod
    def _made_of(
        cls, p: Parameters, covariance_type: str, names: Any, dtype: Any = np.float64
    ) -> Self:
        if p.means.ndim != 2:
            raise ValueError(f"means have the shape (K, D), not {p.means.shape}")
        p.model(names)  # the library checks what a mixture must be
        k, d = p.means.shape
        made = cls(k, covariance_type=covariance_type)  # type: ignore[call-arg]
        made.n_features_in_ = d
        if names is not None:
            made.feature_names_in_ = np.asarray(list(names), dtype=object)  # type: ignore[attr-defined]
        made._set(p, dtype)
        return made

    def _index(self, feature: Any) -> int:
        """A feature's number from its number or name."""
        if isinstance(feature, str):
            names = self._names() or []
            if feature not in names:
                raise ValueError(f"there is no feature {feature!r} among {names}")
            return names.index(feature)
        index = int(feature)
        if not -self.n_features_in_ <= index < self.n_features_in_:
            raise ValueError(
                f"there is no feature {index}: there are {self.n_features_in_}, from 0"
            )
        return index % self.n_features_in_

    def _of_model(self, model: _core.Model, same: bool = True) -> Self:
        """The estimator of a mixture in C; `same`: its components are those of this one."""
        p, _, names = Parameters.of(model)
        made = self._made_of(p, p.family, names, self.means_.dtype)
        if same and self.component_names_:
            made._classes = {"component_names": self.component_names_}
        return made

    def marginal(self, features: Any) -> Self:
        """The distribution of some features, by number or name, in this order.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([1.0], [[0.0, 4.0]], [[[1.0, 0.5], [0.5, 2.0]]])
        >>> gm.marginal([1]).covariances_
        array([[[2.]]])
        """
        check_is_fitted(self)
        keep = [self._index(feature) for feature in features]
        if not keep or len(set(keep)) < len(keep):
            raise ValueError("a marginal is of one feature or more, each named once")
        return self._of_model(_core.marginal(self._model(), np.array(keep, dtype=np.uint64)))

    def condition(self, given: dict[Any, float]) -> Self:
        """The distribution of the other features where those in ``given`` have these values.

        For each component, mu_a + C_ab C_bb^-1 (x_b - mu_b) and C_aa - C_ab C_bb^-1 C_ba, with
        weights in proportion to pi_k N(x_b | mu_b, C_bb). NaN leaves a feature out of both
        sides. For many rows, ``GaussianMixtureRegressor``. Source: Bishop (2006), section 2.3.1.

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([1.0], [[0.0, 4.0]], [[[1.0, 0.5], [0.5, 2.0]]])
        >>> gm.condition({0: 2.0}).means_
        array([[5.]])
        """
        check_is_fitted(self)
        values = {self._index(feature): float(value) for feature, value in given.items()}
        if not values or len(values) >= self.n_features_in_:
            raise ValueError("conditioning needs features that are given, and others that are not")
        which = np.array(list(values), dtype=np.uint64)
        model, *_ = _core.condition(self._model(), which, np.array(list(values.values())))
        return self._of_model(model)

    def affine(self, matrix: Any, offset: Any = None, feature_names: Any = None) -> Self:
        """The distribution of A x + b, for a matrix A (M, D) with independent rows and b (M,).

        >>> from gmix import GaussianMixture
        >>> gm = GaussianMixture.from_parameters([1.0], [[0.0, 4.0]], [[[1.0, 0.5], [0.5, 2.0]]])
        >>> gm.affine([[1.0, 1.0]]).covariances_
        array([[[4.]]])
        """
        check_is_fitted(self)
        a = np.ascontiguousarray(matrix, dtype=np.float64)
        if a.ndim != 2 or a.shape[1] != self.n_features_in_:
            raise ValueError(f"the matrix has the shape (M, {self.n_features_in_}), not {a.shape}")
        b = None if offset is None else np.ascontiguousarray(offset, dtype=np.float64)
        names = None if feature_names is None else [str(name) for name in feature_names]
        return self._of_model(_core.transform(self._model(), a, a.shape[0], b, names))

    def product(self, other: Any) -> Self:
        """The normalised product of two densities: a component for every pair.

        >>> from gmix import GaussianMixture
        >>> one = GaussianMixture.from_parameters([1.0], [[0.0]], [[[1.0]]])
        >>> other = GaussianMixture.from_parameters([1.0], [[2.0]], [[[1.0]]])
        >>> one.product(other).means_
        array([[1.]])
        """
        check_is_fitted(self)
        return self._of_model(_core.product(self._model(), other._model())[0], same=False)

    def _find_component(self, component: int | str | None) -> int | None:
        """Its number, K for the noise."""
        if component is None:
            return None
        k, names = len(self.weights_), self.component_names_ or []
        noisy = self._parameters().noise_weight > 0.0
        if isinstance(component, str) and component in names:
            return names.index(component)
        if noisy and component in ("noise", -1):
            return k
        if not isinstance(component, str) and 0 <= int(component) < k:
            return int(component)
        called = f", or one of {names}" if names else ""
        raise ValueError(
            f"there is no component {component!r}: they are 0 to {k - 1}{called}"
            + (", and 'noise'" if noisy else "")
        )

    def _draw(self, rng: Any, n: int, only: int | None = None) -> tuple[Array, Array]:
        """scikit-learn's draws, component by component; noise, where there is any, comes last
        with the label -1. only: of one component, K for the noise.
        """
        p = self._parameters()
        k, d = p.means.shape
        shares = np.append(p.weights, p.noise_weight) if p.noise_weight > 0.0 else p.weights
        counts = rng.multinomial(n, shares if only is None else np.eye(len(shares))[only])
        if p.family in ("diag", "spherical"):
            sd = np.sqrt(p.covariances if p.covariances.ndim == 2 else p.covariances[:, None])
            rows = [p.means[c] + rng.standard_normal(size=(counts[c], d)) * sd[c] for c in range(k)]
        else:
            dense = dense_covariances(p.covariances, p.family, k, d)
            rows = [rng.multivariate_normal(p.means[c], dense[c], int(counts[c])) for c in range(k)]
        labels = np.repeat(np.arange(k), counts[:k])
        if p.noise_box is not None and len(counts) > k:
            rows.append(rng.uniform(*p.noise_box, size=(counts[k], d)))
            labels = np.append(labels, np.full(counts[k], -1))
        return np.vstack(rows), labels

    def _json(self) -> str:
        """The model file's text, report included."""
        content = json.loads(_core.model_json(self._model()))
        content.update(getattr(self, "_classes", {}))
        content.update(self._online_state())
        report = getattr(self, "report_", None)
        if report:
            content["fit"] = report
        return json.dumps(content)

    def to_file(self, path: str | os.PathLike[str]) -> None:
        """Writes the model file (JSON) that the ``gmix`` command reads; atomically."""
        check_is_fitted(self)
        try:
            _core.model_write(self._json(), os.fsencode(path))
        except OSError:
            os.stat(os.path.dirname(os.path.abspath(path)))  # no such directory: says so
            raise

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Self:
        """Reads a model file, of the ``gmix`` command or of ``to_file``; everything is checked."""
        with open(path, "rb"):  # or the exception that Python has for the reason
            pass
        model, said = _core.model_read(os.fsencode(path))
        return cls._of_fit(model, said)

    @classmethod
    def _of_fit(cls, model: _core.Model, said: str | None) -> Self:
        """What a fit in C ended with: the model, and the report as JSON."""
        p, _, names = Parameters.of(model)
        made = cls._made_of(p, p.family, names)
        text = _core.model_json(model)
        made._keep_classes(text)
        made._keep_online(json.loads(text))
        if said is not None:
            report = json.loads(said)
            made.report_ = report
            made.converged_ = report["converged"]  # type: ignore[attr-defined]
            made.n_iter_ = report["n_iterations"]  # type: ignore[attr-defined]
            logs = report["log_likelihood"] - report.get("log_jacobian", 0.0)
            made.lower_bound_ = logs / report["total_weight"]  # type: ignore[attr-defined]
        return made

    def summary(self) -> str:
        """What was fitted, how well, and a table of the components, to be read by a person."""
        check_is_fitted(self)
        return _core.model_write(self._json(), None) or ""

    def plot(self, X: Any = None, features: tuple[Any, Any] = (0, 1), ax: Any = None) -> Any:
        """Draws two features: components as ellipses of one and two standard deviations, and
        rows X as points in the colours of their components. Needs matplotlib; gives its Axes.
        """
        from gmix import _picture

        check_is_fitted(self)
        return _picture.draw(self, X, features, ax)
