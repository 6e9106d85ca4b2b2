#!/usr/bin/env python3
"""Loading CSV: gmix against pandas' C parser, interleaved in one run.

Writes two tables of N x D numbers (17 digits as NumPy prints them, and 3 decimals), loads
each in turn with pandas.read_csv and with gmix_data_read, and prints the best and median
times and the ratio gmix / pandas of the medians. The goal is at most 1.5 with one thread.
Needs pandas; `--library` is the shared library of a release build.
"""
import argparse
import ctypes
import os
import statistics
import sys
import tempfile
import time

GOAL = 1.5


class ContextOptions(ctypes.Structure):
    """gmix_ctx_options."""

    _fields_ = [
        ("struct_size", ctypes.c_size_t),
        ("allocator", ctypes.c_void_p * 3),
        ("n_threads", ctypes.c_int),
        ("log", ctypes.c_void_p),
        ("progress", ctypes.c_void_p),
        ("cancel", ctypes.c_void_p),
        ("user", ctypes.c_void_p),
    ]


def gmix_loader(library, threads):
    """A function that loads a file with gmix and returns the seconds it took."""
    lib = ctypes.CDLL(library)
    lib.gmix_ctx_message.restype = ctypes.c_char_p
    opts = ContextOptions()
    lib.gmix_ctx_options_init(ctypes.byref(opts))
    opts.n_threads = threads
    ctx = ctypes.c_void_p()
    lib.gmix_ctx_new(ctypes.byref(opts), ctypes.byref(ctx))

    def load(path):
        data = ctypes.c_void_p()
        start = time.perf_counter()
        status = lib.gmix_data_read(ctx, path.encode(), None, ctypes.byref(data))
        seconds = time.perf_counter() - start
        if status != 0:
            sys.exit(lib.gmix_ctx_message(ctx).decode())
        lib.gmix_data_free(ctypes.byref(data))
        return seconds

    return load


def pandas_load(path):
    import pandas

    start = time.perf_counter()
    frame = pandas.read_csv(path)
    seconds = time.perf_counter() - start
    del frame
    return seconds


def write_tables(folder, n_rows, n_cols):
    import numpy
    import pandas

    x = numpy.random.default_rng(0).normal(size=(n_rows, n_cols))
    names = [f"x{j}" for j in range(n_cols)]
    for label, table in (("17 digits", x), ("3 decimals", x.round(3))):
        path = os.path.join(folder, label.replace(" ", "_") + ".csv")
        pandas.DataFrame(table, columns=names).to_csv(path, index=False)
        yield label, path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", default="build/src/libgmix.so")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    load = gmix_loader(args.library, args.threads)
    worst = 0.0
    print(f"{args.rows} x {args.columns}, gmix with {args.threads} thread(s), "
          f"{args.rounds} rounds")
    with tempfile.TemporaryDirectory() as folder:
        for label, path in write_tables(folder, args.rows, args.columns):
            times = {"gmix": [], "pandas": []}
            for _ in range(args.rounds):
                times["pandas"].append(pandas_load(path))
                times["gmix"].append(load(path))
            middle = {who: statistics.median(t) for who, t in times.items()}
            ratio = middle["gmix"] / middle["pandas"]
            worst = max(worst, ratio)
            for who, t in times.items():
                print(f"{label:>12}  {who:>6}  best {min(t):6.3f} s  "
                      f"median {middle[who]:6.3f} s")
            print(f"{label:>12}   ratio {ratio:.3f} (goal: at most {GOAL})")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
