#!/usr/bin/env python3
"""gmix.GaussianMixture beside scikit-learn's: `python_speed.py [--quick] [-o bench/PYTHON.md]`.

Run it with a Python that has both (build-python/venv/bin/python after ./dev python). On the five
workloads of bench/workloads.py, mixed data, both fit with scikit-learn's own settings: start by
k-means, tol 1e-3, at most 100 steps, reg_covar 1e-6, the same random_state. Then score_samples
and predict_proba of what they fitted. Every measurement is a process of its own; the two take turns, and
the shortest of each counts. Imports, and making the data, are not part of it. "Extra" is the peak of
resident memory over what the process held with the data in it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from workloads import WORKLOADS, draw, truth

UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
LIMIT = 900  # seconds; a fit that takes longer counts as this long


def peak_mb(name):
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024


def measure(program, path, family, k):
    """In a process of its own: seconds and memory as one line of JSON."""
    import time
    import warnings

    import numpy as np

    warnings.simplefilter("ignore")
    if program == "gmix":
        from gmix import GaussianMixture
    else:
        import sklearn.cluster  # noqa: F401
        from sklearn.mixture import GaussianMixture
    x = np.load(path)
    before = peak_mb("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    model = GaussianMixture(k, covariance_type=family, random_state=0)
    began, processor = time.perf_counter(), time.process_time()
    model.fit(x)
    seconds = {"fit": time.perf_counter() - began, "cpu": time.process_time() - processor}
    memory = peak_mb("VmHWM") - before
    for what in ("score_samples", "predict_proba"):
        times = []
        for _ in range(3):
            began = time.perf_counter()
            getattr(model, what)(x)
            times.append(time.perf_counter() - began)
        seconds[what] = min(times)
    print(json.dumps({**seconds, "extra_mb": memory, "n_iter": int(model.n_iter_),
                      "lower_bound": float(model.lower_bound_)}))


def run(program, path, w):
    env = {name: value for name, value in os.environ.items() if name not in UNSET}
    command = [sys.executable, __file__, "--measure", program, str(path), w.family, str(w.k)]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=LIMIT,
                              check=True)
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout.splitlines()[-1])


def write_data(w, n, directory):
    import numpy as np

    rng = np.random.default_rng(20260701)
    apart = 3.0 if w.d == 1 else 2.0
    weights, means, values, turns = truth(w, 0.5, 3.0 if w.d == 1 else 1.5, apart, rng)
    path = Path(directory) / f"{w.name}.npy"
    np.save(path, draw(n, weights, means, values, turns, rng))
    return path


def compare(w, quick, directory, turns):
    n = w.n // 10 if quick else w.n
    path = write_data(w, n, directory)
    best = {}
    for _ in range(turns):
        for program in ("gmix", "scikit-learn"):
            got = run(program, path, w)
            print(w.name, program, got, file=sys.stderr)
            kept = best.get(program)
            if got and (kept is None or got["fit"] < kept["fit"]):
                best[program] = got
    path.unlink()
    return n, best


def table(rows):
    lines = ["| workload | N | scikit-learn fit | gmix fit | ratio | ratio of processor time | steps | score_samples | "
             "predict_proba | extra memory, gmix / scikit-learn | lower bounds differ by |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for w, n, best in rows:
        ours, theirs = best["gmix"], best.get("scikit-learn")
        if theirs is None:
            lines.append(f"| {w.name} | {n} | over {LIMIT} s | {ours['fit']:.2f} s | > "
                         f"{LIMIT / ours['fit']:.0f} | | {ours['n_iter']} | | | "
                         f"{ours['extra_mb']:.0f} MB | |")
            continue
        ratio = {what: theirs[what] / ours[what]
                 for what in ("fit", "cpu", "score_samples", "predict_proba")}
        apart = abs(ours["lower_bound"] - theirs["lower_bound"]) / abs(theirs["lower_bound"])
        steps = f"{ours['n_iter']} / {theirs['n_iter']}"
        lines.append(f"| {w.name} | {n} | {theirs['fit']:.2f} s | {ours['fit']:.2f} s | "
                     f"{ratio['fit']:.1f} | {ratio['cpu']:.1f} | {steps} | {ratio['score_samples']:.1f} | "
                     f"{ratio['predict_proba']:.1f} | {ours['extra_mb']:.0f} / "
                     f"{theirs['extra_mb']:.0f} MB | {apart:.0e} |")
    return "\n".join(lines)


def report(rows, turns):
    import gmix
    import numpy
    import sklearn

    info = gmix.build_info()
    return f"""# The Python package beside scikit-learn

Written by `bench/python_speed.py`, whose first lines say what is measured. Ratios are scikit-learn's
time over gmix's; steps are EM steps, gmix / scikit-learn. Best of {turns} turns.

gmix {info['version']} ({info['cpu_level']}, {info['n_threads']} threads), scikit-learn
{sklearn.__version__}, NumPy {numpy.__version__}, Python {sys.version.split()[0]}.

{table(rows)}
"""


def main():
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--only", choices=[w.name for w in WORKLOADS])
    parser.add_argument("-o", "--output", help="write the report there")
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as directory:
        for w in WORKLOADS:
            if args.only in (None, w.name):
                rows.append((w, *compare(w, args.quick, directory, args.turns)))
    text = report(rows, args.turns)
    print(text)
    if args.output:
        Path(args.output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
