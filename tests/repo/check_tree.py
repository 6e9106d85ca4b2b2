#!/usr/bin/env python3
"""The rules of the tree that no compiler knows: `check_tree.py ROOT` prints what breaks them.

  arrows   base <- text, record, linalg, kernels, arrow <- data <- family <- observe, conjugate <- stats, model <- init, em, infer
           <- search <- select <- engine <- validate, online <- bayes <- uncertainty, posterior <- distribution <- condition <- between, predict <- workbench,
           anomaly, clusters: a file includes from its own folder and from those to its left; of two folders on one level
           neither includes the other, but that em may include init. Above are libraries of their own: files, and report <- plot <- page,
           which include from each other in this order and from the ground all libraries share
  edges    cli/, examples/ and python/core/ include <gmix/...> and their own files, nothing else of ours;
           so do the tests of the public interface, with tests/check.h, fixture.h, nested.h
  blas     nothing names BLAS or LAPACK but the yardstick of gmix bench
  names    no two source files share a name
  lists    cli/ asks the library for its lists of names, and types none of them again
  meaning  a gmix_i_ name of a header is one thing: one inline function, one type, or one function
  sizes    a function has at most 60 lines, a file 500, a public header 250
"""
import os
import re
import sys

LEVELS = [["base"], ["text", "record", "linalg", "kernels", "arrow"], ["data"], ["family"], ["observe", "conjugate"], ["stats", "model"],
          ["init", "em", "infer"], ["search"], ["select"], ["engine"], ["validate", "online"], ["bayes"], ["uncertainty", "posterior"],
          ["distribution"], ["condition"], ["between", "predict"], ["workbench", "anomaly", "clusters"], ["files", "report"], ["plot"], ["page"]]
RANK = {folder: rank for rank, level in enumerate(LEVELS) for folder in level}
SIBLINGS = {("em", "init")}
# What the libraries above libgmix may include of it: the rest they reach by its public interface.
GROUND = {"base", "text", "record", "linalg"}
UPPER = {"files": {"files"}, "report": {"report"}, "plot": {"report", "plot"},
         "page": {"report", "plot", "page"}}
EDGES = ["cli", "examples", "python/core", "tests/api", "tests/laws", "tests/reference", "tests/use", "tests/mpi"]
INTERNAL_TESTS = {"tests/laws/philox_vectors.c"}
EDGE_EXTRA = {"base/edit_distance.h", "text/follow_links.h", "check.h", "fixture.h", "nested.h", "engine_page.inc"}
SOURCES = (".c", ".h", ".cpp", ".py", ".sh")
SHARED_NAMES = {"__init__.py"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
BLAS = re.compile(r"\b(cblas_\w+|[dsz](gemm|syrk|potrf|trsm|trsv|symm|gemv|syev\w*)_|"
                  r"openblas_\w+|LAPACKE?_\w+)\b|[\"<](cblas|lapacke?)\.h")
NOT_FUNCTIONS = re.compile(r"^(typedef|struct|enum|union|extern \"C\"|namespace)\b[^(]*\{$|=\s*\{$")
MAX_FUNCTION, MAX_FILE, MAX_PUBLIC_HEADER = 60, 500, 250


def files(root, folders, suffixes):
    """Paths below the folders, relative to root, with / between the parts."""
    for folder in folders:
        for where, below, names in os.walk(os.path.join(root, folder)):
            below[:] = sorted(b for b in below if not b.startswith((".", "build", "__")))
            for name in sorted(names):
                if name.endswith(suffixes):
                    path = os.path.relpath(os.path.join(where, name), root)
                    yield path.replace(os.sep, "/")


def lines(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as text:
        return text.read().splitlines()


def includes(root, path):
    for number, line in enumerate(lines(root, path), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) == '"', match.group(2)


def arrow_allowed(own, other):
    if own in UPPER:
        return other in UPPER[own] | GROUND
    return own == other or RANK[other] < RANK[own] or (own, other) in SIBLINGS


def check_arrows(root):
    for path in files(root, ["src"], (".c", ".h")):
        parts = path.split("/")
        if len(parts) < 3 or parts[1] not in RANK:
            yield f"{path}: not in one of the folders {', '.join(RANK)}"
            continue
        for number, quoted, target in includes(root, path):
            if not quoted:
                continue
            # "kernel.h" is from the file's own folder, "base/base.h" from src.
            other = target.split("/")[0] if "/" in target else parts[1]
            if other not in RANK:
                yield f"{path}:{number}: includes {target}, which is in no folder of src"
            elif not arrow_allowed(parts[1], other):
                yield f"{path}:{number}: {parts[1]} must not include {target}"


def check_edges(root):
    for path in files(root, EDGES, (".c", ".h", ".cpp")):
        if path in INTERNAL_TESTS:
            continue
        folder = os.path.dirname(path)
        for number, quoted, target in includes(root, path):
            own = os.path.exists(os.path.join(root, folder, target))
            if quoted and not own and target not in EDGE_EXTRA:
                yield f"{path}:{number}: includes {target}; only <gmix/...> is open to it"
            if not quoted and target.startswith("gmix/") and target != "gmix/gmix.h":
                yield f"{path}:{number}: includes <{target}>; <gmix/gmix.h> is the door"


def check_blas(root):
    for path in files(root, ["src", "cli", "examples", "python"], (".c", ".h", ".cpp")):
        if path == "cli/gemm_rate.c":
            continue
        for number, line in enumerate(lines(root, path), 1):
            match = BLAS.search(line)
            if match:
                yield f"{path}:{number}: names {match.group(0)}; only cli/gemm_rate.c may"


def check_names(root):
    seen = {}
    folders = ["src", "include", "cli", "mpi", "python", "tests", "examples", "tools", "bench"]
    for path in files(root, folders, SOURCES):
        name = os.path.basename(path)
        # Golden tests of the CLI are data: a file per case.
        if name in SHARED_NAMES or path.startswith("tests/cli/"):
            continue
        if name in seen:
            yield f"{path}: {seen[name]} has the same name"
        seen.setdefault(name, path)


# Of each list that has a function: a name that a second copy of it would hold.
LISTED = re.compile(r'"(aicc|weighted-likelihood|responsibilities|VEV|thorough)"')


def check_lists(root):
    for path in files(root, ["cli"], (".c", ".h")):
        for number, line in enumerate(lines(root, path), 1):
            match = LISTED.search(line)
            if match:
                yield f"{path}:{number}: types {match.group(0)} from a list that the library has"


TYPE_NAME = re.compile(r"^(?:typedef\b.*?|\})\s*(gmix_i_\w+);$")
# With a return type in front; a call is indented.
FUNCTION_NAME = re.compile(r"^(?!typedef|#)\w[\w\s*]*?\b(gmix_i_\w+)\s*\(")


def meanings(text):
    """(line, name, kind) of what a header gives names to: types, inline functions, functions."""
    for number, line in enumerate(text, 1):
        type_name, function = TYPE_NAME.match(line), FUNCTION_NAME.match(line)
        if type_name and "(" not in line:
            yield number, type_name.group(1), "a type"
        elif function:
            yield number, function.group(1), "inline" if "static inline" in line else "a function"


def check_meanings(root):
    seen = {}
    for path in files(root, ["src"], (".h",)):
        for number, name, kind in meanings(lines(root, path)):
            if name in seen and seen[name][1] != path:
                yield f"{path}:{number}: {name} is {kind}; it is {seen[name][0]} in {seen[name][1]}"
            seen.setdefault(name, (kind, path))


def function_lengths(text):
    """(line, name, length) of every C function: signature to closing brace."""
    start, opened = None, False
    for number, line in enumerate(text, 1):
        if start is None and line[:1].isalpha() or line[:1] == "_":
            start, opened = number, False
        opened = opened or "{" in line
        if start is not None and line.rstrip().endswith(";") and (line[:1] not in " }" or not opened):
            start = None
        if line.startswith("}"):
            head = " ".join(text[start - 1:number]) if start else ""
            first = head.split("{")[0] + "{"
            if start and "(" in first and not NOT_FUNCTIONS.search(first):
                name = re.search(r"(\w+)\s*\(", first).group(1)
                yield start, name, number - start + 1
            start = None


def check_sizes(root):
    folders = ["src", "include", "cli", "mpi", "python", "tests", "examples", "tools", "bench"]
    for path in files(root, folders, SOURCES):
        text = lines(root, path)
        limit = MAX_PUBLIC_HEADER if path.startswith("include/") else MAX_FILE
        if len(text) > limit:
            yield f"{path}: {len(text)} lines; {limit} at most"
        if path.endswith((".c", ".h", ".cpp")):
            for number, name, length in function_lengths(text):
                if length > MAX_FUNCTION:
                    yield f"{path}:{number}: {name} has {length} lines; {MAX_FUNCTION} at most"


CHECKS = [check_arrows, check_edges, check_blas, check_names, check_lists,
          check_meanings, check_sizes]


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    found = [message for check in CHECKS for message in check(root)]
    print("\n".join(found) if found else "the tree keeps its rules")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
