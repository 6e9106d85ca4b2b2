"""gmix through its command line; the protocol is described in adapter.h.

The program is $GMIX (bench/run sets it). "seconds" is its own report of the fit, without reading.
$GMIX_FIT are options for end-to-end fits; $FIT_LIMIT is when they are ended: shortly before, gmix
is to return the best it has."""

import json
import os
import subprocess
import sys


def gmix(*arguments):
    command = [os.environ["GMIX"], *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr.strip() or f"exit status {done.returncode}")
    return done.stdout


def steps(data, start, family, counts, threads, _ll):
    k = len(json.load(open(start + ".json"))["weights"])
    runs = []
    for n in counts.split(","):
        out = json.loads(gmix(
            "fit", data, "-k", k, "-c", family, "--init-model", start + ".json", "--max-iter", n,
            "--tol", 0, "--no-accelerate", "--reg", 0, "--restarts", 1, "--threads", threads,
            "--json"))
        runs.append({"steps": int(n), "done": out["n_iterations"], "seconds": out["seconds"],
                     "log_likelihood": out["log_likelihood"]})
    print(json.dumps({"runs": runs}))


def fit(data, k, family, threads):
    limit = 0.95 * float(os.environ.get("FIT_LIMIT", 0)) - 0.5
    options = os.environ.get("GMIX_FIT", "").split() + (["--time-limit", limit] if limit > 0 else [])
    out = json.loads(gmix("fit", data, "-k", k, "-c", family, "--threads", threads, "--json",
                          *options))
    print(json.dumps({"seconds": out["seconds"], "iterations": out["n_iterations"],
                      "log_likelihood": out["log_likelihood"], "stop": out["stop"]}))


def info():
    version = gmix("--version").split()[-1]
    try:
        kernels = " ".join(gmix("--version", "--verbose").split("\n", 1)[1].split())
    except (SystemExit, IndexError):
        kernels = "not told"
    print(json.dumps({"version": version, "kernels": kernels}))


{"steps": steps, "fit": fit, "info": info}[sys.argv[1]](*sys.argv[2:])
