#!/usr/bin/env python3
"""The sources of the library in somebody else's build: runs the commands that docs/libraries.md gives for
it, without optimising, on copies of include/ and src/, and a program made so. try_vendored.py ROOT"""
import os
import re
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import try_install  # noqa: E402


def main():
    root = os.path.abspath(sys.argv[1])
    with open(os.path.join(root, "docs", "libraries.md"), encoding="utf-8") as text:
        part = text.read().partition("\n## Vendored")[2]
    commands = re.search(r"^```\n(.*?)^```", part, re.S | re.M).group(1)
    try_install.want(commands, "-O3", "docs/libraries.md")
    with tempfile.TemporaryDirectory() as place:
        for folder in "include", "src":
            shutil.copytree(os.path.join(root, folder), os.path.join(place, folder))
        with open(os.path.join(place, "program.c"), "w", encoding="utf-8") as out:
            out.write(try_install.CORE)
        script = "set -e\n" + commands.replace("-O3", "-O0")
        try_install.run(["sh", "-c", script], cwd=place)
        program = os.path.join(place, "a.out")
        try_install.want(try_install.run([program]), "2 components", "a vendored program")
        extra = try_install.needs(program) - try_install.ALLOWED
        if extra:
            sys.exit(f"a vendored program needs {sorted(extra)}")
    print("a program of the library's sources, by the page's commands")


if __name__ == "__main__":
    main()
