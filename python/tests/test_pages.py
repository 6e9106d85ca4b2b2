"""Every example of the documentation, run."""

import doctest
import importlib
import pathlib

import numpy as np
import pytest

MODULES = ["gmix", "gmix._bayesian", "gmix._clusters", "gmix._derived", "gmix._detector", "gmix._distribution", "gmix._engine", "gmix._estimator", "gmix._functions", "gmix._labels", "gmix._named", "gmix._regressor"]
PAGES = sorted(pathlib.Path(__file__).parents[1].glob("*.md")) + sorted(
    pathlib.Path(__file__).parents[2].glob("docs/python/*.md")
) + [
    pathlib.Path(__file__).parents[2] / "docs" / page
    for page in ("errors-in-the-data.md", "from-a-histogram.md")
]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("name", MODULES)
def test_docstrings(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert result.attempted > 0 and result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages(page, monkeypatch):
    monkeypatch.chdir(pathlib.Path(__file__).parents[2])
    with np.printoptions(precision=4, suppress=True):
        result = doctest.testfile(str(page), module_relative=False, optionflags=FLAGS)
    assert result.attempted > 0 and result.failed == 0
