"""Commands that are killed (SIGKILL) at moments drawn at random over their length, and begun again.

    run_kills.py GMIX [KILLS] [SEED]

KILLS of each kind of work (2; 50 before a release). With --checkpoint the command goes on until it is left alone, and
writes the bytes of never having stopped; `gmix update` leaves the model as it was or the whole new one; a step of a fit
in parts (`gmix pass`, `gmix merge`) leaves a fit that goes on. At most one temporary file is left, until the next write.
"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

MIXTURE = {"format": "gmix-model", "version": 1, "covariance": "spherical", "weights": [0.5, 0.3, 0.2],
           "means": [[0] * 3, [3] * 3, [3, 0, 3]], "covariances": [1, 1, 1]}
KEPT = {
    "stream": ("fit", "long.csv", "-k", "3", "--stream", "--quiet", "-o", "-"),
    "search": ("fit", "short.csv", "-k", "3", "--quiet", "-o", "-"),
    "choice": ("fit", "short.csv", "-k", "1-3", "-c", "full,VVI,EEE", "--quiet", "-o", "-"),
    "folds": ("fit", "short.csv", "-k", "1-2", "--criterion", "cv", "--folds", "3", "-c", "full", "--quiet", "-o", "-"),
    "errors": ("fit", "short.csv", "-k", "2", "--se", "bootstrap", "--replicates", "25", "--quiet", "-o", "-"),
    "tests": ("test-k", "short.csv", "-k", "1-2", "--search", "quick", "--replicates", "19", "--json"),
}


def fail(text):
    sys.exit("FAILED: " + text)


def run(gmix, *command):
    done = subprocess.run([gmix, *command], capture_output=True, check=False)
    if done.returncode:
        fail(f"{command}: {done.stderr.decode()}")
    return done.stdout


def result(text):
    """All of it but what a clock and the command line say."""
    return re.sub(rb'"(seconds|command)": *("[^"]*"|[-0-9.e+]+)', b"", text)


def kill(gmix, seconds, *command):
    """True if it was killed before its end."""
    with subprocess.Popen([gmix, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as job:
        try:
            job.wait(seconds)
        except subprocess.TimeoutExpired:
            job.kill()
        return job.wait() != 0


def length_of(gmix, *command):
    begun = time.monotonic()
    out = run(gmix, *command)
    return time.monotonic() - begun, out


def check_leftovers(name, where):
    left = [file for file in os.listdir(".") if file.startswith(name + ".gmix-")]
    if len(left) > 1:
        fail(f"{where}: temporary files are left: {left}")


def checkpoints(gmix, draw, count):
    n_killed = 0
    for name, command in KEPT.items():
        length, straight = length_of(gmix, *command)
        kept = (*command, "--checkpoint", "state", "--every", "0")
        n = 0
        while n < count:
            for _ in range(min(draw.randint(1, 4), count - n)):
                n_killed += kill(gmix, length * draw.random(), *kept)
                check_leftovers("state", name)
                n += 1
            if result(run(gmix, *kept)) != result(straight):
                fail(f"{name}: another result after {n} kills")
            if os.path.exists("state"):
                fail(f"{name}: the checkpoint is left when all is done")
    return n_killed


def updates(gmix, draw, count):
    run(gmix, "fit", "short.csv", "-k", "3", "--online", "--quiet", "-o", "before.json")
    shutil.copy("before.json", "model.json")
    length, _ = length_of(gmix, "update", "model.json", "long.csv", "--quiet")
    with open("model.json", "rb") as file:
        after = file.read()
    with open("before.json", "rb") as file:
        before = file.read()
    n_killed = 0
    for i in range(count):
        shutil.copy("before.json", "model.json")
        n_killed += kill(gmix, length * draw.random() * 1.1, "update", "model.json", "long.csv", "--quiet")
        with open("model.json", "rb") as file:
            is_now = file.read()
        if is_now not in (before, after):
            fail(f"update, kill {i}: the model is neither the old one nor the new one")
        check_leftovers("model.json", "update")
        if is_now == before:
            run(gmix, "update", "model.json", "long.csv", "--quiet")
            with open("model.json", "rb") as file:
                if file.read() != after:
                    fail(f"update, kill {i}: another model the second time")
    return n_killed


def parts(gmix, draw, count):
    """Every pass and merge may be killed, and is run again."""
    run(gmix, "fit", "long.csv", "-k", "2", "--stream", "--quiet", "--max-iter", "6", "-o", "whole.json")
    with open("whole.json", encoding="utf-8") as file:
        wanted = json.load(file)["means"]
    n = n_killed = 0
    while n < count:
        for name in ("fit.state", "parts.json"):
            if os.path.exists(name):
                os.remove(name)
        run(gmix, "begin", "long.csv", "-k", "2", "--max-iter", "6", "-o", "fit.state")
        while not os.path.exists("parts.json"):
            for command in (("pass", "fit.state", "long.csv", "-o", "answer"),
                            ("merge", "fit.state", "answer", "-o", "parts.json")):
                if n < count:
                    n_killed += kill(gmix, 0.05 * draw.random(), *command)
                    n += 1
                if command[0] == "pass":
                    run(gmix, *command)
            subprocess.run([gmix, "merge", "fit.state", "answer", "-o", "parts.json"], capture_output=True, check=False)
        with open("parts.json", encoding="utf-8") as file:
            if json.load(file)["means"] != wanted:
                fail("parts: another model")
    return n_killed


def main():
    gmix = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    draw = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 7)
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        with open("three.json", "w", encoding="utf-8") as file:
            json.dump(MIXTURE, file)
        for name, n in ("long", "88000"), ("short", "150"):
            run(gmix, "sample", "three.json", "-n", n, "-o", name + ".csv")
        print(f"killed: {checkpoints(gmix, draw, count)} of {count * len(KEPT)} with checkpoints, "
              f"{updates(gmix, draw, count)} of {count} updates, {parts(gmix, draw, count)} of {count} parts")
        os.chdir("/")


if __name__ == "__main__":
    main()
