#!/usr/bin/env python3
"""What the README shows is what the command prints: runs every `$ gmix` of its blocks that has output
below it, and compares as the cases of the command line are compared. Files that it names are there.
try_readme.py ROOT GMIX"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import run_case  # noqa: E402


def commands(page):
    """(command, lines shown below it) of every block; a command without output is an example."""
    for block in re.findall(r"^```\n(.*?)^```", page, re.S | re.M):
        parts = re.split(r"^\$ ", block, flags=re.M)[1:]
        for part in parts:
            command, _, shown = part.partition("\n")
            if command.startswith("gmix ") and shown.strip():
                yield command, shown.rstrip().split("\n")


def plain(text):
    text = run_case.CHANCE.sub(r"chance \1N %", run_case.SECONDS.sub("(TIME)", text))
    return run_case.COUNTS.sub(r"\1N\3", text)


def differences(gmix, place, command, shown):
    done = subprocess.run([gmix, *shlex.split(command)[1:]], cwd=place, capture_output=True,
                          text=True, check=False)
    got = plain(done.stdout + done.stderr).rstrip().split("\n")
    wanted = plain("\n".join(shown)).split("\n")[:len(got)]  # ./dev demo says a few words more
    same = len(wanted) == len(got) and all(map(run_case.same_line, wanted, got))
    return None if same else "\n".join([f"$ {command}", "README:", *wanted, "gmix:", *got])


def column(table, row, pattern):
    """Numbers in the rows of a table that match."""
    lines = [line for line in table.splitlines() if re.search(row, line)]
    return [float(n) for line in lines for n in re.findall(pattern, line)]


def speed(root, page):
    """The sentence on speed, against the first table of bench/RESULTS.md."""
    with open(os.path.join(root, "bench", "RESULTS.md"), encoding="utf-8") as text:
        table = re.search(r"^\| workload.*?\n\n", text.read(), re.S | re.M).group(0)
    row = r"^\| (full|diag) "
    peer = column(table, row, r"ms \| ([\d.]+)x")
    other = column(table, row, r"([\d.]+)x oneDAL")
    share = column(table, r"^\| full D=64 ", r"\| (\d\.\d+), ")
    wanted = (f"1/{min(peer):.0f} to 1/{max(peer):.0f} of scikit-learn's time and "
              f"1/{min(other):.0f} to 1/{max(other):.0f} of oneDAL's on two cores, at "
              f"{min(share):.2f} to {max(share):.2f} of the machine's own matrix product with 64 "
              "features")
    return [] if wanted in " ".join(page.split()) else [
        f"README.md: bench/RESULTS.md says that a step takes {wanted}"]


def main():
    root, gmix = (os.path.abspath(path) for path in sys.argv[1:3])
    with open(os.path.join(root, "README.md"), encoding="utf-8") as text:
        page = text.read()
    wrong = [f"README.md: there is no {name}" for name in re.findall(r"\]\(([^)#:]+)\)", page)
             if not os.path.exists(os.path.join(root, name))]
    wrong += speed(root, page)
    found = list(commands(page))
    if len(found) < 2:
        wrong.append("README.md: fewer than two commands with their output")
    with tempfile.TemporaryDirectory() as place:
        os.symlink(os.path.join(root, "data"), os.path.join(place, "data"))
        os.mkdir(os.path.join(place, "models"))
        wrong += filter(None, (differences(gmix, place, *one) for one in found))
    print("\n".join(wrong) or f"{len(found)} commands print what the README shows")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
