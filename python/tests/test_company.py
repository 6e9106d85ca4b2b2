"""In the company of scikit-learn's tools, of threads and processes, and of signals."""

import ast
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import joblib
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import gmix


def data(n=600):
    rng = np.random.RandomState(0)
    return rng.permutation(np.vstack([rng.randn(n // 3, 2) + 6.0 * c for c in range(3)]))


def score(seed, X):
    return gmix.GaussianMixture(3, random_state=seed).fit(X).score(X)


def test_pipeline_and_searches():
    X = data()
    pipeline = make_pipeline(StandardScaler(), gmix.GaussianMixture(3, random_state=0))
    assert len(set(pipeline.fit_predict(X))) == 3
    grid = {"n_components": [1, 2, 3], "covariance_type": ["full", "diag"]}
    search = GridSearchCV(gmix.GaussianMixture(random_state=0), grid, cv=3).fit(X)
    assert search.best_params_["n_components"] == 3
    values = cross_val_score(gmix.GaussianMixture(3, random_state=0), X, cv=3)
    assert values.shape == (3,) and np.isfinite(values).all()


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_joblib(backend):
    X = data(30000)
    jobs = (joblib.delayed(score)(seed, X) for seed in range(4))
    values = joblib.Parallel(n_jobs=2, backend=backend)(jobs)
    assert values == [score(seed, X) for seed in range(4)]


def test_fork():
    """A child of a process whose threads have worked does not hang."""
    X = data(60000)
    expected = score(0, X)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, repr(score(0, X)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as end:
        assert float(end.read()) == expected
    os.waitpid(child, 0)


def test_other_threads_go_on():
    """The GIL is released while C works."""
    X = np.random.RandomState(0).randn(200000, 8)
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.monotonic())
            time.sleep(0.005)

    ticker = threading.Thread(target=tick)
    ticker.start()
    began = time.monotonic()
    gmix.GaussianMixture(8, max_iter=10, tol=0, n_threads=1, random_state=0).fit(X)
    ended = time.monotonic()
    done.set()
    ticker.join()
    during = [t for t in ticks if began <= t <= ended]
    assert len(during) > (ended - began) / 0.5
    gaps = np.diff([began, *during, ended])
    assert gaps.max() < 0.5 * (ended - began)


SLOW = """
import numpy as np, gmix
X = np.random.RandomState(0).randn(300000, 10)
print("begun", flush=True)
gmix.GaussianMixture(30, max_iter=100000, tol=0, random_state=0, {more}).fit(X)
"""


@pytest.mark.parametrize("more", ["", "verbose=2, verbose_interval=1"])
def test_interrupt(more):
    child = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(more=more)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline() == "begun\n"
    time.sleep(0.7)
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=30)[1]
    assert time.monotonic() - began < 10.0
    assert "KeyboardInterrupt" in said and child.returncode not in (0, None)


def test_exceptions_of_callbacks_come_through(monkeypatch):
    from gmix import _em

    def fail(*_):
        raise RuntimeError("from the callback")

    monkeypatch.setattr(_em._Speaker, "step", fail)
    with pytest.raises(RuntimeError, match="from the callback"):
        gmix.GaussianMixture(2, verbose=1, random_state=0).fit(data())


WITHOUT = """
import sys
for name in ("sklearn", "scipy", "pandas"):
    sys.modules[name] = None
import numpy as np, gmix, pickle
X = np.vstack([np.random.RandomState(0).randn(50, 2) + 6 * c for c in range(2)])
g = gmix.GaussianMixture(2, random_state=0).fit(X)
assert len(set(g.predict(X))) == 2
assert repr(g) == "GaussianMixture(n_components=2, random_state=0)", repr(g)
assert g.set_params(tol=1e-4).get_params()["tol"] == 1e-4
assert pickle.loads(pickle.dumps(g)).score(X) == g.score(X)
gmix.fit(X, 2, covariance_type="VVI")
for bad in (X[:, :1], X * np.nan, X[0]):
    try:
        g.predict(bad)
        raise SystemExit("was taken")
    except ValueError:
        pass
try:
    gmix.GaussianMixture().predict(X)
except ValueError as error:
    assert "not fitted yet" in str(error)
assert not [name for name in sys.modules if name.startswith("sklearn.")]
print(g.means_.tolist())
"""


def test_without_scikit_learn():
    out = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False
    )
    assert out.returncode == 0, out.stderr
    X = np.vstack([np.random.RandomState(0).randn(50, 2) + 6 * c for c in range(2)])
    assert eval(out.stdout) == gmix.GaussianMixture(2, random_state=0).fit(X).means_.tolist()


LITTLE = """
import sys, gmix
assert gmix.__version__ and "GaussianMixture" in dir(gmix) and gmix.Partial
assert not {"sklearn", "scipy", "pandas"} & set(sys.modules), "more is imported than a worker needs"
assert issubclass(gmix.GaussianMixture, sys.modules["sklearn.base"].BaseEstimator)
assert gmix.GaussianMixture is vars(gmix)["GaussianMixture"]
assert not hasattr(gmix, "GaussianMixtur")
"""


def test_names_are_imported_when_they_are_used():
    out = subprocess.run([sys.executable, "-c", LITTLE], capture_output=True, text=True, check=False)
    assert out.returncode == 0, out.stderr
    tree = ast.parse(pathlib.Path(gmix.__file__).read_text())
    (typed,) = (node for node in tree.body if isinstance(node, ast.If) and isinstance(node.test, ast.Name))
    known = {name.name: line.module.split(".")[1] for line in typed.body for name in line.names}
    assert known == gmix._MODULES
    assert {*known, "SingularError"} == set(gmix.__all__)


def test_one_wheel_for_later_pythons():
    (module,) = pathlib.Path(gmix.__file__).parent.glob("_core*.so")
    assert module.name == "_core.abi3.so"
