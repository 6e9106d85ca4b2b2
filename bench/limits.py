#!/usr/bin/env python3
"""The law of limits: commands end when they are told to.

    bench/limits.py [--gmix PATH] [--limit S] [--only WORD...] [--table] [--part I/N --folder F]

Every command that can take more than two seconds runs on long, wide and many-component tables,
with --time-limit S (2), and once more with SIGINT after a second, or sooner where that is over
already. --only runs those whose line contains a WORD (" fit ": the whole word). Held are

    limit       S + 10 % + three tenths + what the least of its kind takes: a start and one step
    interrupt   0.2 s from SIGINT to the end, and what writing the model takes (150 MB/s)

where time counts as what passed, or as processor time if that is less: other work on the machine
is not ours. A fit that ends must have written a model that `gmix show` reads and, if it was cut,
says so; tests and samples may have nothing to say; a command that is over before it is
interrupted must have succeeded. The exit status is 1
if anything is late, silent or fails. --table prints Markdown. --part runs each N-th command, from the
I-th on, on the tables and models in the folder, which the first part makes.

Needs NumPy. Takes a quarter of an hour.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np

LATE, SLACK, WRITTEN = 0.2, 0.3, 150e6
MEASURED = ["--columns", "0-3", "--errors", "4,5,6,7"]


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
    made.update(made_of_others(rng, made, folder))
    return made


def made_of_others(rng, made, folder):
    """Some rows of other tables, and with columns beside: standard deviations of errors, bounds,
    classes; combinations of the features of the wide one; labels."""
    x, wide = np.load(made["long"])[:200_000], np.load(made["wide"])
    errors = rng.uniform(0.1, 1.0, size=x.shape)
    bounds = np.floor(x[:, :2])
    tables = {
        "few": x[:2000],
        "measured": np.hstack([x + errors * rng.normal(size=x.shape), errors]),
        "bounds": np.column_stack([bounds[:, 0], bounds[:, 0] + 1, bounds[:, 1], bounds[:, 1] + 1]),
        "classes": np.column_stack([x, rng.integers(0, 5, len(x))]),
        "matrix": rng.normal(size=(500, wide.shape[1])),
        "labels": rng.integers(0, 5000, size=(2_000_000, 1)).astype(float),
    }
    paths = {name: os.path.join(folder, name + ".npy") for name in tables}
    for name, table in tables.items():
        np.save(paths[name], table)
    return paths


def make_models(gmix, tables, folder):
    models = {}
    for name, more in (("long", ["-k", "5"]), ("wide", ["-k", "3"]), ("many", ["-k", "500"]),
                       ("line", ["-k", "3"]), ("wider", ["-k", "2", "-c", "diag"]),
                       ("measured", ["-k", "5", *MEASURED])):
        models[name] = os.path.join(folder, name + ".json")
        subprocess.run([gmix, "fit", tables[name], *more, "--restarts", "1", "--max-iter", "5",
                        "--time-limit", "5", "-q", "-o", models[name]], check=True)
    models["factors"] = os.path.join(folder, "factors.json")
    subprocess.run([gmix, "fit", tables["wide"], "-k", "2", "-c", "mfa:4", "--restarts", "1",
                    "--max-iter", "5", "-q", "-o", models["factors"]], check=True)
    models["lines"] = os.path.join(folder, "lines.json")
    subprocess.run([gmix, "marginal", models["many"], "--columns", "0", "-o", models["lines"]],
                   check=True)
    return models


def make_parts(gmix, tables, folder):
    """Of a fit in parts: its state at each stage, what its only part answers there, and copies
    that `gmix merge` may write."""
    made = {stage: os.path.join(folder, stage + ".state") for stage in ("survey", "seed", "pass")}
    state, answer = os.path.join(folder, "parts.state"), os.path.join(folder, "parts.answer")
    subprocess.run([gmix, "begin", tables["long"], "-k", "5", "-q", "-o", state], check=True,
                   stdout=subprocess.DEVNULL)
    for path in made.values():
        shutil.copy(state, path)
        subprocess.run([gmix, "pass", state, tables["long"], "-q", "-o", answer], check=True)
        shutil.copy(answer, path + ".answer")
        subprocess.run([gmix, "merge", state, answer, "-q"], check=True,
                       stdout=subprocess.DEVNULL)
    return made


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
        ("long", ["-k", "10", "--bayes", "process"]),
        ("long", ["-k", "2-5", "--bayes", "dirichlet", "--criterion", "evidence"]),
        ("long", ["-k", "3", "--bayes", "dirichlet", "--sensitivity"]),
        ("long", ["-k", "5", "--prior", "mclust", "--noise", "0.05"]),
        ("long", ["-k", "5", "-c", "mfa:1"]),
        ("long", ["-k", "2-4", "-c", "UCU:1,CCC:1"]),
        ("long", ["-k", "4", "--init", "hierarchical"]),
        ("long", ["-k", "5", "--stream"]),
        ("long", ["-k", "5", "--checkpoint", os.path.join(os.path.dirname(t["long"]), "kept")]),
        ("classes", ["-k", "10", "--labels", "4", "--per-class", "2", "--cv", "10"]),
        ("measured", ["-k", "5", *MEASURED]),
        ("measured", ["-k", "2-4", *MEASURED]),
        ("bounds", ["-k", "3", "-c", "diag", "--between", "0,1,2,3"]),
        ("wide", ["-k", "3", "-c", "mfa:4"]),
        ("wide", ["-k", "2", "-c", "CUC:3"]),
        ("wide", ["-k", "3", "--bayes", "dirichlet"]),
        ("wider", ["-k", "1-3", "-c", "mppca:2"]),
    ]
    posteriors = [("few", []), ("few", ["--prior", "dp", "-c", "diag"]), ("many", []),
                  ("long", ["-c", "spherical"]), ("wider", ["-c", "diag"])]
    tests = [("long", ["-k", "1-4"]), ("wide", ["-k", "1-3"]), ("many", ["-k", "60-61"])]
    fits = [(f"fit {name} {' '.join(os.path.basename(word) for word in more)}",
             ["fit", t[name], *more]) for name, more in fits]
    return fits + \
        [(f"test-k {name} {' '.join(more)}", ["test-k", t[name], *more]) for name, more in tests] + \
        [(f"posterior {name} {' '.join(more)}", ["posterior", t[name], *more])
         for name, more in posteriors]


def unlimited(t, m, p, folder):
    """Commands that only an interrupt ends: of tables t, models m, fits in parts p."""
    out = os.path.join(folder, "out")
    commands = [
        ["fit", t["long"], "-k", "5", "--online", "-o", out + ".json"],
        ["fit", t["wide"], "-k", "3", "--online", "-o", out + ".json"],
        ["update", m["long"], t["long"], "-o", out + ".json"],
        ["update", m["many"], t["many"], "-o", out + ".json"],
        ["predict", m["long"], t["long"], "--proba"],
        ["predict", m["many"], t["many"], "--proba"],
        ["predict", m["wide"], t["wide"]],
        ["score", m["many"], t["many"]],
        ["score", m["factors"], t["wide"]],
        ["impute", m["long"], t["holes"], "-o", out + ".csv"],
        ["denoise", m["measured"], t["measured"], *MEASURED, "-o", out + ".csv"],
        ["sample", m["long"], "-n", "20000000", "-o", out + ".csv"],
        ["sample", m["wide"], "-n", "200000", "-o", out + ".csv"],
        ["plot", m["long"], t["long"], "-o", out + ".svg"],
        ["plot", m["wide"], t["wide"], "-o", out + ".png"],
        ["plot", m["many"], t["many"], "-o", out + ".svg"],
        ["report", m["long"], t["long"], "-o", out + ".html"],
        ["report", m["wide"], t["wide"], "-o", out + ".html"],
        ["report", m["many"], t["many"], "-o", out + ".html"],
        ["report", m["many"], t["many"], "-o", out + ".pdf"],
        ["anomalies", t["long"], "-o", out + ".csv"],
        ["anomalies", t["wide"], "-k", "2", "-o", out + ".csv"],
        ["anomalies", "--train", t["few"], "--new", t["long"], "-k", "12", "-o", out + ".csv"],
        ["clusters", m["long"], t["long"], "--replicates", "1000"],
        ["clusters", m["many"], t["many"]],
        ["clusters", m["many"], t["many"], "--method", "dip"],
        ["clusters", m["wide"], t["wide"]],
        ["project", m["long"], t["long"], "--scores", "-o", out + ".csv"],
        ["project", m["wide"], t["wide"]],
        ["factors", m["factors"], t["wide"], "-o", out + ".csv"],
        ["regress", m["long"], t["long"], "--target", "0,1", "-o", out + ".csv"],
        ["regress", m["wide"], t["wide"], "--target", "0", "-o", out + ".csv"],
        ["condition", m["wide"], "--given", "0=1,1=0", "-o", out + ".json"],
        ["marginal", m["wide"], "--columns", ",".join(str(j) for j in range(500)),
         "-o", out + ".json"],
        ["transform", m["wide"], t["matrix"], "-o", out + ".json"],
        ["product", m["many"], m["many"], "-o", out + ".json"],
        ["modes", m["many"], t["many"]],
        ["modes", m["wide"], t["wide"]],
        ["reduce", m["many"], "-k", "100", "-o", out + ".json"],
        ["reduce", m["wide"], "-k", "2", "-o", out + ".json"],
        ["compare", m["many"], m["many"]],
        ["compare", m["wide"], m["wide"], "--tolerance", "1e-6"],
        ["distances", m["many"], m["many"], m["many"], "--distance", "hellinger",
         "--tolerance", "1e-6"],
        ["distances", m["many"], m["many"], m["many"], "--distance", "mw2"],
        ["distances", m["many"], m["many"], "--distance", "ise"],
        ["hdr", m["long"], t["long"], "--mass", "0.5,0.99"],
        ["hdr", m["many"], "--mass", "0.5,0.99"],
        ["hdr", m["wide"], t["wide"], "--mass", "0.5"],
        ["mahal", m["wide"], t["wide"]],
        ["mahal", m["many"], t["many"]],
        ["boundaries", m["lines"]],
        ["cdf", m["wide"], "--lower", ",".join(f"{j}=0" for j in range(200))],
        ["cdf", m["many"], "--lower", "0=0,1=0"],
        ["quantile", m["lines"], "--at", ",".join(str(i / 2001) for i in range(1, 2001))],
        ["test-fit", m["line"], t["line"]],
        ["evaluate", m["line"], t["line"]],
        ["evaluate", m["line"], t["line"], "--density", "-o", out + ".csv"],
        ["compare-labels", t["labels"], t["labels"]],
        ["show", m["wider"]],
        ["rename", m["wide"], "--order", "size", "-o", out + ".json"],
        ["begin", t["text"], "-k", "5", "-o", out + ".state"],
        ["pass", p["survey"], t["long"], "-o", out],
        ["pass", p["seed"], t["long"], "-o", out],
        ["pass", p["pass"], t["long"], "-o", out],
        ["merge", p["survey"], p["survey"] + ".answer"],
        ["merge", p["seed"], p["seed"] + ".answer"],
        ["bench", "-n", "2000000", "-d", "16", "-k", "16"],
    ]
    short = {path: name for name, path in [*t.items(), *m.items(), *p.items()]}
    return [(" ".join(short.get(a, os.path.basename(a)[:40]) for a in c), c) for c in commands]


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(command, after=None, longest=120.0):
    """(seconds, status, error text) of a command, or of its end where SIGINT is sent after
    `after` seconds; seconds are None where it was over by then."""
    with tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        before = 0.0
        if after is not None:
            try:
                status = child.wait(after)
                errors.seek(0)
                return None, status, errors.read().decode(errors="replace")
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
    def __init__(self, table, heading):
        self.broken, self.table = 0, table
        if table and heading:
            print("# Limits and interrupts\n\n`bench/limits.py --table`: seconds until a command with "
                  "`--time-limit 2` ends, what is allowed (the limit and 10 %, three tenths, and the "
                  "least of its kind), and seconds from SIGINT to the end (0.2 allowed, and what "
                  "writing the model takes; \"over\": it was before). The less of what passed and of "
                  "processor time.\n\n| command | ends after | allowed | of SIGINT | |\n"
                  "| --- | ---: | ---: | ---: | --- |")

    def line(self, name, taken, allowed, answer, remarks):
        taken = "" if taken is None else f"{taken:.2f}"
        allowed = "" if allowed is None else f"{allowed:.2f}"
        answer = "over" if answer is None else f"{answer:.2f}"
        self.broken += len(remarks)
        row = (f"| {name} | {taken} | {allowed} | {answer} | {'; '.join(remarks)} |" if self.table
               else f"{name:62s} {taken:>7s} {allowed:>7s} {answer:>7s}  {'; '.join(remarks)}")
        print(row, flush=True)


def least_time(gmix, arguments, known):
    """Seconds of a start and a pass with the most components and the first family asked for, or of a
    step more if that is less: reading, the pass over the rows and writing are in it."""
    words = dict(zip(arguments[2::2], arguments[3::2]))
    k = words.get("-k", "1").split("-")[-1]
    family = words.get("-c", "full").replace("all", "full").split(",")[0]
    columns = [w for name in ("--columns", "--errors", "--between") if name in words
               for w in (name, words[name])]
    key = (arguments[1], k, family, *columns)
    if key not in known:
        one = [gmix, "fit", arguments[1], "-k", k, "-c", family, *columns, "--restarts", "1",
               "-o", os.devnull]
        first = run([*one, "--time-limit", "0.001"])[0]
        step, status, _ = run([*one, "--max-iter", "1", "--init", "random"],
                              longest=max(10.0, 2.0 * first))
        known[key] = min(first, step) if status == 0 else first  # ended before: says nothing
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
    elif status != 0 and "the time limit passed before there was" not in errors:
        remarks.append(f"FAILS: {errors.strip()[-200:]}")
    answer, *_ = run(command, min(1.0, 0.7 * taken))
    if answer is not None and answer > LATE + (written(model) if is_fit else 0.0):
        remarks.append("INTERRUPT LATE")
    law.line(name, taken, allowed, answer, remarks)


def written(path):
    """Seconds that writing the file takes."""
    return os.path.getsize(path) / WRITTEN if path and os.path.exists(path) else 0.0


def check_unlimited(law, gmix, name, arguments):
    made = arguments[arguments.index("-o") + 1] if "-o" in arguments else None
    if made and os.path.exists(made):
        os.remove(made)
    answer, status, errors = run([gmix, *arguments], 1.0)
    remarks = []
    if answer is None and status != 0:
        remarks.append(f"FAILS: {errors.strip()[-200:]}")
    elif answer is not None and answer > LATE + written(made):
        remarks.append("INTERRUPT LATE")
    law.line(name, None, None, answer, remarks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gmix", default="build/cli/gmix")
    parser.add_argument("--limit", type=float, default=2.0)
    parser.add_argument("--only", nargs="+", default=[""], metavar="WORD")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--part", default="1/1", metavar="I/N")
    parser.add_argument("--folder", metavar="F")
    asked = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # not ignored, as in jobs of a script
    with tempfile.TemporaryDirectory() as own:
        law = run_part(asked, asked.folder or own)
    print(f"\n{law.broken} broken", file=sys.stderr)
    return 1 if law.broken else 0


def run_part(asked, folder):
    first, of = (int(word) for word in asked.part.split("/"))
    made = os.path.join(folder, "made.json")
    if not os.path.exists(made):
        tables = make_tables(folder)
        models = make_models(asked.gmix, tables, folder)
        with open(made, "w") as file:
            json.dump([tables, models, make_parts(asked.gmix, tables, folder)], file)
    with open(made) as file:
        tables, models, parts = json.load(file)
    law, known = Law(asked.table, first == 1), {}
    todo = [(check_limited, one, (asked.limit, known, folder)) for one in limited(tables)]
    todo += [(check_unlimited, one, ()) for one in unlimited(tables, models, parts, folder)]
    todo = [one for one in todo if any(word in f" {one[1][0]} " for word in asked.only)]
    for check, (name, arguments), more in todo[first - 1::of]:
        check(law, asked.gmix, name, arguments, *more)
    return law


if __name__ == "__main__":
    sys.exit(main())
