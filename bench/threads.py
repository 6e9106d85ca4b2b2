#!/usr/bin/env python3
"""Two threads against one: ten operations at two sizes, idle and beside busy loops.

    bench/threads.py [--gmix PATH] [--repeats N] [--busy N] [--table FILE]

Each operation runs with one thread and with two, in turn, --repeats times (5); the least time
of each counts, as other work only adds to it. Then the same beside --busy loops (4). A
line for each: seconds with one, with two, and their ratio; "SLOWER" where two threads take more
than 10 % longer than one (and more than 5 ms). The exit status is 1 if any does. --table writes one
table of all that, to be kept as bench/THREADS.md.

Needs NumPy. The busy loops are this program's own, and end with it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

SIZES = {"small": 20_000, "large": 400_000}
ALLOWED, NOISE = 1.10, 0.005


def operations(data, model):
    fit = ["fit", data, "-q", "-o", os.devnull]
    return {
        "fit": [*fit, "-k", "3"],
        "one run": [*fit, "-k", "3", "--restarts", "1"],
        "diagonal, many": [*fit, "-k", "32", "-c", "diag", "--restarts", "1", "--max-iter", "20"],
        "choice": [*fit, "-k", "1-3", "-c", "full,diag"],
        "information": [*fit, "-k", "2", "--restarts", "1", "--se", "information"],
        "bootstrap": [*fit, "-k", "2", "--restarts", "1", "--se", "bootstrap", "--replicates", "8"],
        "single precision": [*fit, "-k", "3", "--precision", "single", "--restarts", "1"],
        "predict": ["predict", model, data],
        "score": ["score", model, data, "--mean"],
        "sample": ["sample", model, "-n", "300000"],
    }


def seconds(gmix, arguments, threads):
    began = time.perf_counter()
    subprocess.run([gmix, *arguments, "--threads", str(threads)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def compare(gmix, name, arguments, repeats, rows):
    least = {1: float("inf"), 2: float("inf")}
    for _ in range(repeats):
        for threads in least:
            least[threads] = min(least[threads], seconds(gmix, arguments, threads))
    slower = least[2] > ALLOWED * least[1] + NOISE
    rows.setdefault(name, []).append((least[1], least[2], slower))
    print(f"{name:34s} {least[1]:9.3f} {least[2]:9.3f} {least[2] / least[1]:7.2f}"
          f"{'  SLOWER' if slower else ''}", flush=True)
    return slower


def write_table(asked, rows):
    with open(asked.table, "w") as out:
        print("# Two threads against one", file=out)
        print(f"\n`bench/threads.py --repeats {asked.repeats}`: the least seconds of "
              f"{asked.repeats} with one thread and with two, their ratio, idle and beside "
              f"{asked.busy} busy loops, on {os.cpu_count()} processors. Small: {SIZES['small']} "
              f"rows of 4 features; large: {SIZES['large']}. Bold: more than 10 % (and 5 ms) "
              "slower with two.\n", file=out)
        print("| | idle: one | two | ratio | busy: one | two | ratio |", file=out)
        print("| --- |" + " ---: |" * 6, file=out)
        for name, measured in rows.items():
            cells = [name]
            for one, two, slower in measured:
                ratio = f"{two / one:.2f}"
                cells += [f"{one:.3f}", f"{two:.3f}", f"**{ratio}**" if slower else ratio]
            print("| " + " | ".join(cells) + " |", file=out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gmix", default="build/cli/gmix")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--busy", type=int, default=4)
    parser.add_argument("--table")
    asked = parser.parse_args()
    slower, rows = 0, {}
    with tempfile.TemporaryDirectory() as folder:
        for size, n in SIZES.items():
            rng = np.random.default_rng(1)
            x = rng.normal(size=(n, 4)) + 3.0 * rng.integers(0, 3, size=(n, 1))
            data, model = (os.path.join(folder, size + end) for end in (".npy", ".json"))
            np.save(data, x)
            subprocess.run([asked.gmix, "fit", data, "-k", "3", "-q", "-o", model], check=True)
        for busy in (0, asked.busy):
            loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(busy)]
            print(f"\n{busy} busy loops beside{'':15s} one thread  two    ratio")
            try:
                for size in SIZES:
                    data, model = (os.path.join(folder, size + e) for e in (".npy", ".json"))
                    for name, arguments in operations(data, model).items():
                        slower += compare(asked.gmix, f"{size}: {name}", arguments,
                                          asked.repeats, rows)
            finally:
                for loop in loops:
                    loop.kill()
    if asked.table:
        write_table(asked, rows)
    print(f"\n{slower} slower with two threads")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
