#!/usr/bin/env python3
"""Bayesian mixtures beside others: `bench/bayes.py [--share S] [--turns T] [--gmix GMIX]`.

Run it with a Python that has gmix and scikit-learn, and for the second table dpmmlearn (a sampler from PyPI, `pip install
--no-deps dpmmlearn`; without it that table is left out).

1. Variational Bayes: gmix.BayesianGaussianMixture and scikit-learn's on the five workloads of bench/workloads.py (the
   first S of their rows), with one prior, starts by k-means from one random_state, and scikit-learn's stop rule. As they stop
   at different places, both are held to one ruler: the complete bound of the log-evidence after one more step of `gmix fit
   --init-model`. gmix has to reach scikit-learn's, or better. Steps are in the table.
2. Sampling: iterations of a Dirichlet process mixture of full covariances on Old Faithful, by `gmix posterior` (collapsed, with
   three splits or merges in each iteration; one chain, one thread) and by dpmmlearn (Neal's algorithm 2, parameters
   sampled): microseconds for a row to be moved once.

Every measurement is a process of its own; programs take turns, and the shortest of each counts.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from workloads import WORKLOADS, draw, truth

DATA = pathlib.Path(__file__).resolve().parents[1] / "data"
UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
LIMIT = 1800  # seconds of one fit
PRIOR = {"weight_concentration_prior": 1.0, "mean_precision_prior": 1.0}


def measure_fit(program, path, family, k, point):
    """In a process of its own; the point that the fit ends at goes to a model file."""
    import time
    import warnings

    import gmix
    import numpy as np

    warnings.simplefilter("ignore")
    if program == "gmix":
        from gmix import BayesianGaussianMixture as Mixture
    else:
        from sklearn.mixture import BayesianGaussianMixture as Mixture
    x = np.load(path)
    model = Mixture(
        n_components=int(k), covariance_type=family, random_state=0, max_iter=500,
        weight_concentration_prior_type="dirichlet_distribution", **PRIOR,
    )  # fmt: skip
    began, processor = time.perf_counter(), time.process_time()
    model.fit(x)
    seconds = {"fit": time.perf_counter() - began, "cpu": time.process_time() - processor}
    gmix.GaussianMixture.from_parameters(
        model.weights_, model.means_, model.covariances_, covariance_type=family
    ).to_file(point)
    print(json.dumps({**seconds, "n_iter": int(model.n_iter_), "converged": bool(model.converged_)}))


def measure_sampler(path, iterations):
    import time

    import numpy as np
    from dpmmlearn import DPMM
    from dpmmlearn.probability import NormInvWish

    x = np.loadtxt(path, delimiter=",", skiprows=1)
    prior = NormInvWish(x.mean(axis=0), 1.0 / 16.0, np.cov(x.T), x.shape[1] + 2)
    began = time.perf_counter()
    DPMM(prior, 1.0, max_iter=int(iterations), use_best_iter=False, verbose=False).fit(x)
    print(json.dumps({"seconds": time.perf_counter() - began}))


def run(*args):
    env = {name: value for name, value in os.environ.items() if name not in UNSET}
    command = [sys.executable, __file__, "--measure", *map(str, args)]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return None
    return json.loads(done.stdout.splitlines()[-1])


def bound_at(gmix, path, w, point):
    """The complete bound after one step from there, with the prior of both fits: D degrees of freedom, of variances
    of single features, too."""
    said = subprocess.run(
        [gmix, "fit", path, "--init-model", point, "-c", w.family, "--bayes", "dirichlet", "--singular",
         "keep", "--prior-shrinkage", "1", "--prior-dof", str(w.d), "--concentration", "1",
         "--max-iter", "1", "--json"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(said.stdout)["log_posterior"]


def write_data(w, n, directory):
    import numpy as np

    rng = np.random.default_rng(20260701)
    apart = 3.0 if w.d == 1 else 2.0
    weights, means, values, turns = truth(w, 0.5, 3.0 if w.d == 1 else 1.5, apart, rng)
    path = pathlib.Path(directory) / f"{w.name}.npy"
    np.save(path, draw(n, weights, means, values, turns, rng))
    return path


def compare(w, args, directory):
    n = max(20 * w.k, int(w.n * args.share))
    path, best = write_data(w, n, directory), {}
    for _ in range(args.turns):
        for program in ("gmix", "scikit-learn"):
            point = path.with_suffix(f".{program}.json")
            got = run("fit", program, path, w.family, w.k, point)
            print(w.name, program, got, file=sys.stderr)
            kept = best.get(program)
            if got and (kept is None or got["fit"] < kept["fit"]):
                best[program] = {**got, "bound": bound_at(args.gmix, path, w, point)}
    path.unlink()
    ours, theirs = best.get("gmix"), best.get("scikit-learn")
    if not ours or not theirs:
        return f"| {w.name} | {n} | over {LIMIT} s or failed: {', '.join(best) or 'both'} did end |"
    gained = (ours["bound"] - theirs["bound"]) / n
    return (f"| {w.name} | {n} | {theirs['fit']:.2f} s | {ours['fit']:.2f} s | "
            f"{theirs['fit'] / ours['fit']:.1f} | {theirs['cpu'] / ours['cpu']:.1f} | "
            f"{ours['n_iter']} / {theirs['n_iter']} | {gained:+.1e} |")  # fmt: skip


def samplers(args):
    table, n = DATA / "faithful.csv", 272
    ours = json.loads(subprocess.run(
        [args.gmix, "posterior", table, "--prior", "dp", "--prior-scale", "1", "--concentration", "1",
         "--chains", "1", "--threads", "1", "--iterations", str(args.iterations), "--grid", "0", "--json"],
        check=True, capture_output=True, text=True).stdout)  # fmt: skip
    theirs = run("sampler", table, max(2, args.iterations // 2000))
    rows = [f"| gmix posterior | {args.iterations} | {1e6 * ours['seconds'] / args.iterations / n:.2f} |"]
    if theirs:
        k = max(2, args.iterations // 2000)
        rows.append(f"| dpmmlearn | {k} | {1e6 * theirs['seconds'] / k / n:.2f} |")
    return rows


def main():
    if sys.argv[1:2] == ["--measure"]:
        {"fit": measure_fit, "sampler": measure_sampler}[sys.argv[2]](*sys.argv[3:])
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--share", type=float, default=1.0, help="of the rows of each workload")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--iterations", type=int, default=20000, help="of gmix posterior")
    parser.add_argument("--only", choices=[w.name for w in WORKLOADS])
    parser.add_argument("--gmix", default="build/cli/gmix")
    args = parser.parse_args()
    import gmix
    import sklearn

    info = gmix.build_info()
    print(f"gmix {info['version']} ({info['cpu_level']}, {info['n_threads']} threads), scikit-learn "
          f"{sklearn.__version__}\n")  # fmt: skip
    print("| workload | N | scikit-learn fit | gmix fit | ratio | of processor time | steps, gmix / "
          "scikit-learn | bound, nats per row above scikit-learn's |\n" + "| --- " * 8 + "|")  # fmt: skip
    with tempfile.TemporaryDirectory() as directory:
        for w in WORKLOADS:
            if args.only in (None, w.name):
                print(compare(w, args, directory), flush=True)
    print("\n| sampler | iterations | microseconds a row |\n| --- | --- | --- |")
    print("\n".join(samplers(args)))


if __name__ == "__main__":
    main()
