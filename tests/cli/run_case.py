"""Runs one command-line test and compares what it prints with what is expected.

    run_case.py GMIX CASE.sh [--update]

The case is run by sh after prelude.sh, in a fresh directory, with a directory holding
GMIX first in PATH. Its output must be CASE.expected, line by line. Blanks count as one,
whole numbers must be equal, and other numbers may differ by two units in their last
printed place or by 1e-6 of their size, so that the tests hold for every kind of
arithmetic. Seconds are not compared. --update writes CASE.expected anew; read the
difference before you commit it.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
import time

NUMBER = re.compile(r"(?:(?<![\w.])|(?<=\.\.))[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?![\w])")
# How many steps and runs it takes differs with the rounding of a CPU level or a compiler.
COUNTS = re.compile(r"(converged after |best of \d+ starts?; |stopped after )(\d+(?: of \d+)?)"
                    r"( iterations?| runs)")
SECONDS = re.compile(r"\([-+.e\d]+ s\)")
CHANCE = re.compile(r"chance (of a better one: |about )(below )?\d+ %")


def unit(text):
    """Of the last place that is printed."""
    mantissa = re.split(r"[eE]", text)
    exponent = int(mantissa[1]) if len(mantissa) > 1 else 0
    return 10.0 ** (exponent - len(mantissa[0].partition(".")[2]))


def near(a, b):
    if a == b:
        return True
    fractions = [text for text in (a, b) if re.search(r"[.eE]", text)]
    if not fractions:
        return False
    # "3" beside "2.98": the one that has places says how near is near
    step = unit(a) if len(fractions) == 2 else unit(fractions[0])
    x, y = float(a), float(b)
    return abs(x - y) <= max(2.01 * step, 1e-6 * abs(x))


def same_line(a, b):
    if a == b:
        return True
    if " ".join(NUMBER.sub("#", a).split()) != " ".join(NUMBER.sub("#", b).split()):
        return False
    return all(near(x, y) for x, y in zip(NUMBER.findall(a), NUMBER.findall(b)))


def run(gmix, case):
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as place:
        binaries = os.path.join(place, "bin")
        work = os.path.join(place, "work")
        os.mkdir(binaries)
        os.mkdir(work)
        os.symlink(os.path.abspath(gmix), os.path.join(binaries, "gmix"))
        environment = dict(os.environ)
        environment.update(
            PATH=binaries + os.pathsep + os.environ["PATH"], LC_ALL="C.UTF-8",
            DATA=os.path.join(here, "..", "..", "data"), FILES=os.path.join(here, "files"))
        script = 'set -u; . "%s/prelude.sh"; . "%s"' % (here, os.path.abspath(case))
        done = subprocess.run(["sh", "-c", script], cwd=work, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        text = done.stdout.decode(errors="backslashreplace")
        text = text.replace(environment["DATA"] + "/", "").replace(environment["FILES"] + "/", "")
    return COUNTS.sub(r"\1N\3", CHANCE.sub(r"chance \1N %", SECONDS.sub("(TIME)", text)))


def main():
    gmix, case = sys.argv[1:3]
    expected_path = os.path.splitext(case)[0] + ".expected"
    started = time.monotonic()
    got = run(gmix, case)
    print("%.2f s" % (time.monotonic() - started))
    if "--update" in sys.argv:
        with open(expected_path, "w", encoding="utf-8") as out:
            out.write(got)
        return 0
    with open(expected_path, encoding="utf-8") as expected_file:
        expected = expected_file.read().split("\n")
    lines = got.split("\n")
    if len(lines) == len(expected) and all(map(same_line, expected, lines)):
        return 0
    # lines that are near enough are shown as equal
    lines = [next((e for e in expected if same_line(e, line)), line) for line in lines]
    print("\n".join(difflib.unified_diff(expected, lines, "expected", "got", lineterm="")))
    return 1


if __name__ == "__main__":
    sys.exit(main())
