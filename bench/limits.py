#!/usr/bin/env python3
"""The law of limits: commands end when they are told to.

    bench/limits.py [--gmix PATH] [--limit S] [--only WORD] [--table]

Every command that can take more than two seconds runs on long, wide and many-component tables,
with --time-limit S (2), and once more with SIGINT after a second, or sooner where that is over
already. Held are

    limit       S + 10 % + three tenths + what the least of its kind takes: a start and one step
    interrupt   0.2 s from SIGINT to the end, and what writing the model takes (150 MB/s)

where time counts as what passed, or as processor time if that is less: other work on the machine
is not ours. A fit that ends must have written a model that `gmix show` reads and, if it was cut,
says so. The exit status is 1 if anything is late or silent. --table prints Markdown.

Needs NumPy. Takes about ten minutes.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np

LATE, SLACK, WRITTEN = 0.2, 0.3, 150e6


def make_tables(folder):
    rng = np.random.default_rng(1)
    made = {}
    for name, n, d, k, apart in (("long", 1_000_000, 4, 5, 3.0), ("wide", 5000, 1000, 3, 2.0),
                                 ("many", 50_000, 2, 1, 1.0), ("wider", 600, 2000, 2, 2.0),
                                 ("line", 1_000_000, 1, 3, 4.0)):
        centres = apart * rng.normal(size=(k, d))
        x = rng.normal(size=(n, d)) + centres[rng.integers(0, k, n)]
        made[name] = os.path.join(folder, name + ".npy")
        np.save(made[name], x)
        if name == "long":
            x[rng.random(n) < 0.2, 1] = np.nan
            made["holes"] = os.path.join(folder, "holes.npy")
            np.save(made["holes"], x)
            made["text"] = os.path.join(folder, "text.csv")
            np.savetxt(made["text"], x[:300_000], fmt="%.6g", delimiter=",")
    return made


def make_models(gmix, tables, folder):
    models = {}
    for name, more in (("long", ["-k", "5"]), ("wide", ["-k", "3"]), ("many", ["-k", "500"]),
                       ("line", ["-k", "3"]), ("wider", ["-k", "2", "-c", "diag"])):
        models[name] = os.path.join(folder, name + ".json")
        subprocess.run([gmix, "fit", tables[name], *more, "--restarts", "1", "--max-iter", "5",
                        "--time-limit", "5", "-q", "-o", models[name]], check=True)
    return models


def limited(t):
    """Commands that take --time-limit: name, table, arguments."""
    fits = [
        ("long", ["-k", "5"]),
        ("long", ["-k", "5", "-c", "EVE"]),
        ("long", ["-k", "12", "--restarts", "1000000"]),
        ("long", ["-k", "1-8", "-c", "all"]),
        ("long", ["-k", "3", "--se", "bootstrap", "--replicates", "200"]),
        ("long", ["-k", "3", "--se", "information"]),
        ("long", ["-k", "3", "--trim", "0.1"]),
        ("long", ["-k", "2-6", "--criterion", "cv"]),
        ("holes", ["-k", "4", "--restarts", "20"]),
        ("text", ["-k", "5"]),
        ("wide", ["-k", "3"]),
        ("wide", ["-k", "3", "-c", "EVE"]),
        ("wide", ["-k", "3", "-c", "VVE"]),
        ("wide", ["-k", "3", "-c", "EEV"]),
        ("wide", ["-k", "1-4", "-c", "full,tied,diag"]),
        ("wide", ["-k", "2", "--se", "bootstrap"]),
        ("wider", ["-k", "2"]),
        ("wider", ["-k", "2", "-c", "VEV"]),
        ("many", ["-k", "500"]),
        ("many", ["-k", "500", "--restarts", "1"]),
        ("many", ["-k", "500", "-c", "diag", "--init", "hierarchical"]),
        ("many", ["-k", "2048", "-c", "spherical"]),
        ("many", ["-k", "490-500"]),
        ("line", ["-k", "6", "--se", "bootstrap"]),
    ]
    tests = [("long", ["-k", "1-4"]), ("wide", ["-k", "1-3"]), ("many", ["-k", "60-61"])]
    return [(f"fit {name} {' '.join(more)}", ["fit", t[name], *more]) for name, more in fits] + \
        [(f"test-k {name} {' '.join(more)}", ["test-k", t[name], *more]) for name, more in tests]


def unlimited(t, m, folder):
    """Commands that only an interrupt ends."""
    out = os.path.join(folder, "out")
    commands = [
        ["predict", m["long"], t["long"], "--proba"],
        ["predict", m["many"], t["many"], "--proba"],
        ["predict", m["wide"], t["wide"]],
        ["score", m["many"], t["many"]],
        ["impute", m["long"], t["holes"], "-o", out + ".csv"],
        ["sample", m["long"], "-n", "20000000", "-o", out + ".csv"],
        ["sample", m["wide"], "-n", "200000", "-o", out + ".csv"],
        ["plot", m["long"], t["long"], "-o", out + ".svg"],
        ["plot", m["wide"], t["wide"], "-o", out + ".png"],
        ["plot", m["many"], t["many"], "-o", out + ".svg"],
        ["report", m["long"], t["long"], "-o", out + ".html"],
        ["report", m["wide"], t["wide"], "-o", out + ".html"],
        ["report", m["many"], t["many"], "-o", out + ".html"],
        ["modes", m["many"], t["many"]],
        ["modes", m["wide"], t["wide"]],
        ["reduce", m["many"], "-k", "100", "-o", out + ".json"],
        ["compare", m["many"], m["many"]],
        ["compare", m["wide"], m["wide"]],
        ["hdr", m["long"], t["long"]],
        ["mahal", m["wide"], t["wide"]],
        ["test-fit", t["line"], "-k", "3"],
        ["test-fit", m["line"], t["line"]],
        ["show", m["wider"]],
        ["cdf", m["line"], t["line"]],
        ["marginal", m["wide"], "--keep", "0-500", "-o", out + ".json"],
    ]
    short = {path: name for name, path in [*t.items(), *m.items()]}
    return [(" ".join(os.path.basename(short.get(a, a)) for a in c), c) for c in commands]


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(command, after=None, longest=120.0):
    """(seconds, status, error text) of a command, or of its end where SIGINT is sent after
    `after` seconds; None where it was over by then."""
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        before = 0.0
        if after is not None:
            try:
                child.wait(after)
                return None
            except subprocess.TimeoutExpired:
                began, before = time.perf_counter(), processor_seconds(child.pid)
                child.send_signal(signal.SIGINT)
        try:
            status = child.wait(longest)
        except subprocess.TimeoutExpired:
            child.kill()
            status = child.wait()
        seconds = time.perf_counter() - began
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = now.ru_utime + now.ru_stime - spent.ru_utime - spent.ru_stime - before
        errors.seek(0)
        return min(seconds, used), status, errors.read().decode(errors="replace")


def says_so(gmix, model):
    shown = subprocess.run([gmix, "show", model], capture_output=True, text=True)
    words = ("time limit", "interrupted", "cut short")
    return shown.returncode == 0 and any(word in shown.stdout for word in words)


class Law:
    def __init__(self, table):
        self.broken, self.table = 0, table
        if table:
            print("| command | ends after | allowed | of SIGINT |\n| --- | --- | --- | --- |")

    def line(self, name, taken, allowed, answer, remarks):
        taken = "" if taken is None else f"{taken:.2f}"
        allowed = "" if allowed is None else f"{allowed:.2f}"
        answer = "over" if answer is None else f"{answer:.2f}"
        self.broken += len(remarks)
        row = (f"| {name} | {taken} | {allowed} | {answer} | {'; '.join(remarks)}" if self.table
               else f"{name:62s} {taken:>7s} {allowed:>7s} {answer:>7s}  {'; '.join(remarks)}")
        print(row, flush=True)


def sooner(command, whole):
    """SIGINT in the middle of the first second or two of a command."""
    return run(command, min(1.0, 0.5 * whole) if whole else 1.0)


def least_time(gmix, arguments, known):
    """Seconds of a start and a pass with the most components and the first family asked for, or of a
    step more if that is less: reading, the pass over the rows and writing are in it."""
    words = dict(zip(arguments[2::2], arguments[3::2]))
    k = words["-k"].split("-")[-1]
    family = words.get("-c", "full").replace("all", "full").split(",")[0]
    key = (arguments[1], k, family)
    if key not in known:
        one = [gmix, "fit", arguments[1], "-k", k, "-c", family, "--restarts", "1", "-o", os.devnull]
        known[key] = min(run([*one, "--time-limit", "0.001"])[0],
                         run([*one, "--max-iter", "1", "--init", "random"])[0])
    return known[key]


def check_limited(law, gmix, name, arguments, limit, known, folder):
    model = os.path.join(folder, "limited.json")
    is_fit = arguments[0] == "fit"
    command = [gmix, *arguments, *(["-o", model] if is_fit else [])]
    if os.path.exists(model):
        os.remove(model)
    taken, status, errors = run([*command, "--time-limit", str(limit)])
    allowed = 1.1 * limit + SLACK + least_time(gmix, arguments, known)
    remarks = []
    if taken > allowed:
        remarks.append("LATE")
    if is_fit and (status != 0 or (taken > 1.1 * limit and not says_so(gmix, model))):
        remarks.append(f"SILENT or without a model: {errors.strip()[-200:]}")
    answer = run(command, min(1.0, 0.7 * taken))
    size = os.path.getsize(model) if is_fit and os.path.exists(model) else 0
    if answer and answer[0] > LATE + size / WRITTEN:
        remarks.append("INTERRUPT LATE")
    law.line(name, taken, allowed, answer and answer[0], remarks)


def check_unlimited(law, gmix, name, arguments):
    answer = run([gmix, *arguments], 1.0)
    remarks = ["INTERRUPT LATE"] if answer and answer[0] > LATE else []
    law.line(name, None, None, answer and answer[0], remarks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gmix", default="build/cli/gmix")
    parser.add_argument("--limit", type=float, default=2.0)
    parser.add_argument("--only", default="")
    parser.add_argument("--table", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tables = make_tables(folder)
        models = make_models(asked.gmix, tables, folder)
        law = Law(asked.table)
        known = {}
        for name, arguments in limited(tables):
            if asked.only in name:
                check_limited(law, asked.gmix, name, arguments, asked.limit, known, folder)
        for name, arguments in unlimited(tables, models, folder):
            if asked.only in name:
                check_unlimited(law, asked.gmix, name, arguments)
    print(f"\n{law.broken} broken")
    return 1 if law.broken else 0


if __name__ == "__main__":
    sys.exit(main())
