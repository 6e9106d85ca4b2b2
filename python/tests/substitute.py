"""A pytest plugin: scikit-learn's tests of its mixtures meet gmix's instead.

    pytest -p substitute --pyargs sklearn.mixture.tests.test_gaussian_mixture

The tests are those of the installed scikit-learn; nothing of them is copied. Those that look into
its private parts are left out, one by one, with the reason, in ``left_out.txt``.
"""

from __future__ import annotations

import pathlib

import pytest
import sklearn.mixture

import gmix

sklearn.mixture.GaussianMixture = gmix.GaussianMixture
sklearn.mixture.BayesianGaussianMixture = gmix.BayesianGaussianMixture


def left_out() -> dict[str, str]:
    """Names of tests, some with a part of their parameters, and why they are left out."""
    lines = (pathlib.Path(__file__).parent / "left_out.txt").read_text().splitlines()
    entries = [line.split(None, 1) for line in lines if line and line[0] != "#"]
    return {name: reason for name, reason in entries}


def is_meant(entry: str, item: pytest.Function) -> bool:
    """True if the entry of the list names the test."""
    name, _, part = entry.partition(":")
    return item.originalname == name and part in item.name


def pytest_collection_modifyitems(config, items):
    reasons = left_out()
    meant = {entry: [item for item in items if is_meant(entry, item)] for entry in reasons}
    unknown = [entry for entry, found in meant.items() if not found]
    files = {item.path.stem for item in items}
    if {"test_gaussian_mixture", "test_bayesian_mixture"} <= files and unknown:
        raise pytest.UsageError(f"left_out.txt names tests that are not there: {unknown}")
    out = [item for found in meant.values() for item in found]
    items[:] = [item for item in items if item not in out]
    config.hook.pytest_deselected(items=out)
