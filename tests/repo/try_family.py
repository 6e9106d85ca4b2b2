#!/usr/bin/env python3
"""Adds the family of docs/own-family.md to a copy of the tree by the steps of that page, builds the
command, and fits with it: it is there once, under its own name, no family that contains it scores below
it, and the laws that do not go by letters hold. try_family.py ROOT"""
import csv
import json
import os
import random
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import try_install  # noqa: E402

PARTS = ["LICENSE", "cli", "include", "meson.build", "meson_options.txt", "src", "tests", "examples",
         "docs", "data"]
OPTIONS = ["--buildtype=debugoptimized", "-Dcpu_levels=ref", "-Dcairo=disabled", "-Dblas=disabled"]
LAWS = ["never_falls", "collapse"]


def follow_page(place):
    """The steps of the page, by its code."""
    with open(os.path.join(place, "docs", "own-family.md"), encoding="utf-8") as text:
        page = text.read()
    code, line = re.search(r"```c\n(.*?)```", page, re.S).group(1), "X(ramp)"
    try_install.want(page, "    " + line, "the page")
    with open(os.path.join(place, "src", "family", "ramp.c"), "w", encoding="utf-8") as out:
        out.write(code)
    path = os.path.join(place, "src", "family", "families.c")
    with open(path, encoding="utf-8") as text:
        families = text.read()
    with open(path, "w", encoding="utf-8") as out:
        out.write(families.replace("    X(full) ", f"    {line} X(full) ", 1))


def write_rows(path):
    random.seed(3)
    with open(path, "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow("abc")
        for i in range(300):
            rows.writerow(f"{random.gauss(8 * (i % 2), (1 + i % 2) * (j + 1) ** 0.5):.6f}"
                          for j in range(3))


def fit(gmix, rows):
    """The models of a choice among all families, by components and family."""
    said = json.loads(try_install.run([gmix, "fit", rows, "-k", "1-2", "-c", "all", "--json"]))
    names = [(c["components"], c["covariance"]) for c in said["candidates"]]
    for k in 1, 2:
        if names.count((k, "ramp")) != 1:
            sys.exit(f"ramp is there {names.count((k, 'ramp'))} times with {k} components: {names}")
    if said["covariance"] != "ramp" or said["n_components"] != 2:
        sys.exit(f"two ramps are not what {said['covariance']} with {said['n_components']} is")
    value = {(c["components"], c["covariance"]): c["log_likelihood"] for c in said["candidates"]}
    for k in 1, 2:
        for rich in "VEI", "diag", "full":
            if value[k, rich] < value[k, "ramp"] - 1e-6:
                sys.exit(f"{rich} with {k} components is below ramp, which it contains")
    text = try_install.run([gmix, "fit", rows, "-k", "1-2", "-c", "all", "--no-plot"])
    if len(re.findall(r"^ +ramp ", text, re.M)) != 1:
        sys.exit(f"the table of models does not have ramp once:\n{text}")


def main():
    root = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        for part in PARTS:
            take = shutil.copytree if os.path.isdir(os.path.join(root, part)) else shutil.copy
            take(os.path.join(root, part), os.path.join(place, part))
        follow_page(place)
        build, rows = os.path.join(place, "build"), os.path.join(place, "rows.csv")
        try_install.run(["meson", "setup", build, place, *OPTIONS])
        try_install.run(["ninja", "-C", build, "cli/gmix", "tests/laws/em_laws"])
        gmix = os.path.join(build, "cli", "gmix")
        write_rows(rows)
        fit(gmix, rows)
        model = os.path.join(place, "model.json")
        try_install.run([gmix, "fit", rows, "-k", "2", "-c", "ramp", "-q", "-o", model])
        try_install.want(try_install.run([gmix, "show", model]), "ramp", "the model")
        part = try_install.run([gmix, "marginal", model, "--columns", "b"])
        try_install.want(part, '"diag"', "a marginal")
        for law in LAWS:
            env = {**os.environ, "GMIX_ONLY": f"{law}, ramp", "GMIX_TESTS_BRIEF": "1"}
            said = try_install.run([os.path.join(build, "tests", "laws", "em_laws")], env=env)
            try_install.want(said, " 0 failed", law)
            if said.startswith("0 passed"):
                sys.exit(f"there is no law '{law}'")
    print("a family of one's own, by the page's steps")


if __name__ == "__main__":
    main()
