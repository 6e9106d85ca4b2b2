#!/usr/bin/env python3
"""Each public header alone, as C17 and C++17: `check_headers.py ROOT` compiles them."""
import glob
import os
import subprocess
import sys
import tempfile

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-fsyntax-only"]
LANGUAGES = [("gcc", "c", "-std=c17"), ("g++", "c++", "-std=c++17")]


def check_headers(root):
    """A message for every header and language that does not compile."""
    include = os.path.join(root, "include")
    with tempfile.TemporaryDirectory() as folder:
        for header in sorted(glob.glob(os.path.join(include, "gmix", "*.h"))):
            name = "gmix/" + os.path.basename(header)
            for compiler, language, standard in LANGUAGES:
                source = os.path.join(folder, "alone")
                with open(source, "w", encoding="utf-8") as text:
                    # Twice: the include guard is part of what is checked.
                    text.write(f"#include <{name}>\n#include <{name}>\nextern int alone;\n")
                done = subprocess.run(
                    [compiler, "-x", language, standard, *WARNINGS, "-I", include, source],
                    capture_output=True, text=True, check=False)
                if done.returncode:
                    yield f"{name} alone as {standard[5:]}:\n{done.stderr}"


def main():
    found = list(check_headers(sys.argv[1] if len(sys.argv) > 1 else "."))
    print("\n".join(found) if found else "each header compiles alone")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
