"""A wheel in a clean environment, where NumPy is all there is: smoke.py. Prints one line."""

import importlib.util
import os
import sys
import tempfile

import numpy as np

import gmix

assert importlib.util.find_spec("sklearn") is None, "the environment is not clean"
rng = np.random.default_rng(0)
X = np.concatenate([rng.normal(0, 1, (200, 2)), rng.normal(7, 1, (100, 2))])
best = gmix.fit(X, "auto")
assert best.n_components_ == 2, best.n_components_
assert sorted(np.bincount(best.predict(X)).tolist()) == [100, 200]
gm = gmix.GaussianMixture(2, random_state=0).fit(X)
assert abs(gm.score(X) - best.score(X)) < 1e-3
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "model.json")
    best.to_file(path)
    assert gmix.GaussianMixture.from_file(path).score(X) == best.score(X)
assert best.report_html(X).startswith("<!DOCTYPE html>")
assert "<svg" in best.picture(X).svg
where = gmix._core.__file__
assert "site-packages" in where and where.endswith(".abi3.so"), where
print(f"gmix {gmix.__version__} works in Python {sys.version.split()[0]}, NumPy {np.__version__}")
