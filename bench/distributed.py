#!/usr/bin/env python3
"""Fits of many files, over ranks and over Spark, beside one process and beside Spark ML: bench/scale.md.

    bench/distributed.py files [--rows N] [--gmix PATH]       files of 1e6 rows in turn, up to N rows in all
    bench/distributed.py mpi [--rows N] [--gmix-mpi PATH]     one rank, two and four, one thread each
    bench/distributed.py spark [--rows N]                     with a Python that has gmix, pyspark and pyarrow
    bench/distributed.py faithful                             the same Python: Old Faithful, far from zero

Seconds a step are differences: a fit of many EM steps less one of few (40 and 10; 9 and 3 of Spark ML, whose steps
take seconds), from the same model, with the same passes before. Runs alternate, and the fastest of `--repeats`
counts. Prints Markdown.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

FEW_AND_MANY, FEW_AND_MANY_OF_SPARK = (10, 40), (3, 9)
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def clusters(n, d, k, seed=1):
    """Rows of k overlapping Gaussians, and a model near them to start from, as JSON."""
    rng = np.random.default_rng(seed)
    means = rng.normal(0, 2, (k, d))
    x = means[rng.integers(0, k, n)] + rng.normal(0, 1, (n, d))
    start = {
        "format": "gmix-model",
        "version": 1,
        "covariance": "full",
        "weights": [1 / k] * k,
        "means": (means + rng.normal(0, 0.5, (k, d))).tolist(),
        "covariances": [np.eye(d).tolist()] * k,
    }
    return x, start


def per_steps(runs, repeats, counts=FEW_AND_MANY):
    """Seconds of a step of each run, in turn: run(steps) makes so many, and gives its seconds or None to be timed."""
    few, many = counts
    seconds = [{few: [], many: []} for _ in runs]
    for _ in range(repeats):
        for run, mine in zip(runs, seconds):
            for steps, found in mine.items():
                began = time.perf_counter()
                said = run(steps)
                found.append(said or time.perf_counter() - began)
    return [(min(mine[many]) - min(mine[few])) / (many - few) for mine in seconds]


def per_step(run, repeats, counts=FEW_AND_MANY):
    return per_steps([run], repeats, counts)[0]


def held_by(pid):
    """Megabytes of memory of a process's own: pages of files that it maps are the system's, and go when others want them."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) / 1024 for line in file if line.startswith("RssAnon")), 0.0)
    except OSError:
        return 0.0


def peak_of(command, place):
    """Seconds, and the most megabytes that the command held, looked at every 5 ms. (Not what wait4() says: that begins
    with the size of the process that forked.)"""
    began, most = time.perf_counter(), 0.0
    with subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL) as job:
        while job.poll() is None:
            most = max(most, held_by(job.pid))
            time.sleep(0.005)
        assert job.returncode == 0, command
    return time.perf_counter() - began, most


def files(args):
    n, d, k, each = args.rows or 10_000_000, 8, 4, 1_000_000
    print(f"| rows x {d}, K = {k}, full | files | seconds | steps | rows/s of a pass | MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        for kind, most in ("npy", n), ("csv", min(n, 4 * each)):
            made = 0
            for total in sorted({each, min(4 * each, most), most}):
                for i in range(made, total // each):
                    x, _ = clusters(each, d, k, seed=i // each + 1)
                    x = x[np.random.default_rng(i).permutation(each)]
                    path = os.path.join(place, f"part-{i:04}.{kind}")
                    np.save(path, x) if kind == "npy" else np.savetxt(path, x, "%.7g", ",")
                made = total // each
                command = [os.path.abspath(args.gmix), "fit", f"part-*.{kind}", "-k", str(k), "-q", "-o", "m.json"]
                seconds, megabytes = peak_of(command, place)
                with open(os.path.join(place, "m.json"), encoding="utf-8") as file:
                    steps = json.load(file)["fit"]["n_iterations"]
                # a look, two measures, a seed, and a pass for each step and before the first
                rate = total * (steps + 5) / seconds
                print(f"| {total:.0e} | {made} {kind} | {seconds:.1f} | {steps} | {rate:.1e} | {megabytes:.0f} |",
                      flush=True)


def over_ranks(gmix_mpi, place, ranks):
    """A fit of so many steps, one thread a rank: the seconds that it says it took."""
    env = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
               OMPI_MCA_rmaps_base_oversubscribe="1")

    def run(steps):
        command = ["mpirun", "-n", str(ranks), os.path.abspath(gmix_mpi), "fit", "part-*.npy", "--init-model",
                   "start.json", "--tol", "0", "--no-accelerate", "--max-iter", str(steps), "--threads", "1", "--json"]
        done = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=True)
        report = json.loads(done.stdout)
        assert report["n_iterations"] == steps, report["n_iterations"]
        return report["seconds"]

    return run


def mpi(args):
    n, d, k = args.rows or 400_000, 16, 32
    x, start = clusters(n, d, k)
    print(f"| ranks, one thread each ({n} x {d}, K = {k}, full) | seconds a step | times one rank |")
    print("| --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        for i, part in enumerate(np.array_split(x, 8)):
            np.save(os.path.join(place, f"part-{i}.npy"), part)
        with open(os.path.join(place, "start.json"), "w", encoding="utf-8") as file:
            json.dump(start, file)
        all_ranks = [ranks for ranks in (1, 2, 4) if ranks <= (os.cpu_count() or 1)]
        found = per_steps([over_ranks(args.gmix_mpi, place, ranks) for ranks in all_ranks], args.repeats)
        for ranks, seconds in zip(all_ranks, found):
            print(f"| {ranks} | {seconds:.4f} | {found[0] / seconds:.2f} |", flush=True)


def session():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "4g").config("spark.driver.host", "localhost").getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    return spark


def vectors(spark, x, partitions=2):
    """A cached data frame of vectors, made from an Arrow table."""
    import pyarrow as pa
    from pyspark.ml.functions import array_to_vector

    lists = pa.ListArray.from_arrays(
        pa.array(np.arange(0, x.size + 1, x.shape[1]), pa.int32()), pa.array(x.ravel())
    )
    df = spark.createDataFrame(pa.table({"a": lists})).repartition(partitions)
    df = df.select(array_to_vector("a").alias("features")).cache()
    df.count()
    return df


def spark(args):
    from pyspark.ml.clustering import GaussianMixture as Theirs

    from gmix.spark import GaussianMixture

    n, d, k = args.rows or 1_000_000, 16, 8
    x, start = clusters(n, d, k)
    df = vectors(session(), x)
    ours = per_step(
        lambda steps: GaussianMixture(
            k=k, tol=0.0, maxIter=steps, initialModel=json.dumps(start), options={"accelerate": False}
        ).fit(df) and None,
        args.repeats,
    )
    print(f"| Spark local[2], {n} x {d}, K = {k}, full | seconds a step |\n| --- | --- |")
    print(f"| gmix.spark | {ours:.4f} |", flush=True)
    theirs = per_step(
        lambda steps: Theirs(k=k, tol=0.0, maxIter=steps, seed=1).fit(df) and None,
        args.repeats, FEW_AND_MANY_OF_SPARK,
    )
    print(f"| pyspark.ml | {theirs:.4f} ({theirs / ours:.1f} times) |", flush=True)


def faithful(args):
    from pyspark.ml.clustering import GaussianMixture as Theirs

    from gmix.spark import GaussianMixture

    data = np.loadtxt(os.path.join(ROOT, "data", "faithful.csv"), delimiter=",", skiprows=1)
    at = session()
    print("| Old Faithful plus | gmix.spark: log-likelihood, steps | pyspark.ml: log-likelihood, steps |")
    print("| --- | --- | --- |")
    for offset in 0.0, 1e4, 1e6, 1e8:
        df = vectors(at, data + offset, 1)
        a = GaussianMixture(k=2, sampleRows=100).fit(df).summary
        said = f"| {offset:g} | {a['log_likelihood']:.6f}, {a['n_iterations']} "
        try:
            b = Theirs(k=2, tol=1e-6, maxIter=200, seed=1).fit(df).summary
            print(said + f"| {b.logLikelihood:.6f}, {b.numIter} |", flush=True)
        except Exception as error:  # what it says differs with the offset
            print(said + f"| {type(error).__name__} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["files", "mpi", "spark", "faithful"])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--gmix", default=os.path.join(ROOT, "build/cli/gmix"))
    parser.add_argument("--gmix-mpi", default=os.path.join(ROOT, "build/cli/gmix-mpi"))
    args = parser.parse_args()
    {"files": files, "mpi": mpi, "spark": spark, "faithful": faithful}[args.what](args)


if __name__ == "__main__":
    main()
