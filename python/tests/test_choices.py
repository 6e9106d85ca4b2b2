"""Words that parameters may be are those of the library's tables."""

import inspect
from typing import get_args

import numpy as np
import pytest

import gmix
from gmix import _choices, _core


def test_words_are_the_librarys() -> None:
    options = gmix.options()
    assert set(get_args(_choices.Search)) == set(options["search"].choices)
    assert set(get_args(_choices.Precision)) == set(options["precision"].choices)
    assert set(get_args(_choices.Missing)) == set(options["missing"].choices)
    names = [name for name, *_ in _core.criteria()]
    assert [*get_args(_choices.Criterion), "none"] == names


def test_criteria_say_what_they_are() -> None:
    for name, label, formula, higher in _core.criteria():
        assert label and any(of in formula for of in ("log L", "log p", "BIC", "AIC")), name
        assert higher == (name in ("cv", "evidence", "none"))


@pytest.mark.parametrize("of", [gmix.GaussianMixture, gmix.GaussianMixtureRegressor])
def test_docstrings_name_them(of: type) -> None:
    for parameter in ("criterion", "search", "missing"):
        words = get_args(getattr(_choices, parameter.capitalize()))
        listed = "{" + ", ".join(f'"{word}"' for word in words) + "}"
        assert f"{parameter} : {listed}" in inspect.getdoc(of)


def test_predict_all_is_the_others() -> None:
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, (300, 2)), rng.normal(4, 1, (300, 2))])
    gm = gmix.GaussianMixture(2, random_state=0, missing="em").fit(x)
    x[::7, 1] = np.nan
    said = gm.predict_all(x)
    assert np.array_equal(said.labels, gm.predict(x))
    assert np.array_equal(said.probabilities, gm.predict_proba(x))
    assert np.array_equal(said.log_density, gm.score_samples(x))
    assert np.array_equal(said.certainty, said.probabilities.max(axis=1))
