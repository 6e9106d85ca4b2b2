"""A pytest plugin: scikit-learn's tests of its GaussianMixture meet gmix's instead.

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


def left_out() -> dict[str, str]:
    """Names of tests, and why they are left out."""
    lines = (pathlib.Path(__file__).parent / "left_out.txt").read_text().splitlines()
    entries = [line.split(None, 1) for line in lines if line and line[0] != "#"]
    return {name: reason for name, reason in entries}


def pytest_collection_modifyitems(config, items):
    reasons = left_out()
    names = {item.originalname for item in items}
    mixture = any("test_gaussian_mixture" in item.nodeid for item in items)
    unknown = set(reasons) - names
    if mixture and unknown:
        raise pytest.UsageError(f"left_out.txt names tests that are not there: {unknown}")
    out = [item for item in items if item.originalname in reasons]
    items[:] = [item for item in items if item.originalname not in reasons]
    config.hook.pytest_deselected(items=out)
