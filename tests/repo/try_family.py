#!/usr/bin/env python3
"""Adds the family of docs/own-family.md to a copy of src/ by the steps of that page, links the command of a
build with the two files that these touch, and fits with it: it is there once, under its own name, no
family that contains it scores below it, and the laws that do not go by letters hold.
try_family.py ROOT BUILD"""
import csv
import glob
import json
import os
import random
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import try_install  # noqa: E402

LAWS = ["never_falls", "collapse"]


def follow_page(root, place):
    """The steps of the page, by its code, on a copy of the sources: what a build finds has the new file."""
    shutil.copytree(os.path.join(root, "src"), os.path.join(place, "src"))
    with open(os.path.join(root, "docs", "own-family.md"), encoding="utf-8") as text:
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
    try_install.want(try_install.run([sys.executable, os.path.join(root, "src", "list_files.py"), "*",
                                      os.path.join(place, "src", "family")]), "family/ramp.c", "the list")


class Programs:
    """Programs of a build, linked with other sources before its static libraries."""

    def __init__(self, root, build, place):
        env = {**os.environ, "PKG_CONFIG_PATH": os.path.join(build, "meson-uninstalled")}
        packages = ["pkg-config", "--static", "--libs", "gmix-show", "gmix-files"]
        flags = try_install.run(packages, env=env).split()
        sources = [os.path.join(place, "src", "family", name) for name in ("families.c", "ramp.c")]
        self.build, self.place = build, place
        self.added = [os.path.join(place, os.path.basename(source)[:-1] + "o") for source in sources]
        for source, made in zip(sources, self.added):
            try_install.run(["gcc", "-std=c17", "-D_GNU_SOURCE", "-Wall", "-Werror", "-O1", "-c", source, "-o", made,
                             "-I", os.path.join(place, "src"), "-I", os.path.join(root, "include")])
        self.libraries = ["-L" + os.path.join(build, "src")]
        self.libraries += [word for flag in flags for word in try_install.static_if_ours(flag)]

    def link(self, name, *objects):
        program = os.path.join(self.place, name)
        found = [path for wanted in objects for path in glob.glob(os.path.join(self.build, wanted))]
        try_install.run(["gcc", *found, *self.added, *self.libraries, "-o", program])
        return program


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
    root, build = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as place:
        follow_page(root, place)
        programs, rows = Programs(root, build, place), os.path.join(place, "rows.csv")
        gmix = programs.link("gmix", "cli/gmix.p/*.o", "cli/libgmix-cli.a")
        laws = programs.link("em_laws", "tests/laws/em_laws.p/*.o")
        write_rows(rows)
        fit(gmix, rows)
        model = os.path.join(place, "model.json")
        try_install.run([gmix, "fit", rows, "-k", "2", "-c", "ramp", "-q", "-o", model])
        try_install.want(try_install.run([gmix, "show", model]), "ramp", "the model")
        part = try_install.run([gmix, "marginal", model, "--columns", "b"])
        try_install.want(part, '"diag"', "a marginal")
        for law in LAWS:
            env = {**os.environ, "GMIX_ONLY": f"{law}, ramp", "GMIX_TESTS_BRIEF": "1"}
            said = try_install.run([laws], env=env)
            try_install.want(said, " 0 failed", law)
            if said.startswith("0 passed"):
                sys.exit(f"there is no law '{law}'")
    print("a family of one's own, by the page's steps")


if __name__ == "__main__":
    main()
