#!/usr/bin/env python3
"""clang-tidy of what changed since it last passed: tools/tidy.py BUILD-DIR

A file is looked at again when its text, that of a header it includes, its command, .clang-tidy or
clang-tidy itself is another; what passed is remembered in BUILD-DIR/tidy. One file a run:
clang-tidy 14 carries analyzer state from one file to the next. The exit status is 1 if a file
fails.
"""

import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys

TIDY = "clang-tidy-14"


def digest(*parts):
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def content(path, known={}):
    if path not in known:
        with open(path, "rb") as file:
            known[path] = hashlib.sha256(file.read()).digest()
    return known[path]


def included(build):
    """What ninja knows of the files that each object is made from."""
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True,
                             capture_output=True, text=True).stdout
    deps, current = {}, None
    for line in listing.splitlines():
        if line.startswith("    "):
            current.append(os.path.realpath(os.path.join(build, line.strip())))
        elif ": #deps" in line:
            current = deps.setdefault(line.split(": #deps")[0], [])
    return deps


def wanted(build):
    """(source, key) of every file that is compiled: the keys of all its objects together."""
    with open(os.path.join(build, "compile_commands.json")) as file:
        commands = json.load(file)
    deps, keys, inside = included(build), {}, os.path.realpath(build) + os.sep
    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    for one in commands:
        source = os.path.realpath(os.path.join(one["directory"], one["file"]))
        if source.startswith(inside):
            continue
        parts = sorted({source, *deps.get(one["output"], [])})
        keys.setdefault(source, []).append(
            digest(version, content(".clang-tidy"), one["command"].encode(),
                   *(content(part) for part in parts)))
    return [(source, digest(*(key.encode() for key in keys[source]))) for source in sorted(keys)]


def passes(build, source):
    run = subprocess.run([TIDY, "-p", build, "--quiet", source], stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True)
    if run.returncode != 0:
        print(run.stdout, end="")
    return run.returncode == 0


def main():
    build = sys.argv[1]
    memory = os.path.join(build, "tidy")
    os.makedirs(memory, exist_ok=True)
    jobs = wanted(build)
    for old in set(os.listdir(memory)) - {key for _, key in jobs}:
        os.remove(os.path.join(memory, old))
    new = [(s, key) for s, key in jobs if not os.path.exists(os.path.join(memory, key))]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (_, key), ok in zip(new, pool.map(lambda job: passes(build, job[0]), new)):
            failed += not ok
            if ok:
                open(os.path.join(memory, key), "w").close()
    print(f"{len(jobs) - len(new)} of {len(jobs)} files are as they were; {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
