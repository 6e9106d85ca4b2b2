#!/usr/bin/env python3
"""What a library shows is what its headers declare and what its list here pins.

    symbols.py ROOT LIBRARY            compares the three; libgmix.so, libgmix-files.so, ...
    symbols.py ROOT LIBRARY --update   writes the list anew from the headers
"""
import glob
import os
import re
import subprocess
import sys

# The headers of the libraries above libgmix, which has the rest.
HEADERS = {"gmix-files": {"files.h", "found_json.h", "pieces.h", "rewrite.h"}, "gmix-show": {"page.h", "plot.h", "show.h"}}
DECLARATION = re.compile(r"GMIX_API\b[^;{]*?\b(gmix_\w+)\s*\(")
# What a sanitizer or the linker adds.
FOREIGN = re.compile(r"^(__|_init$|_fini$|_edata$|_end$|_bss_start$|\.)")


def library_of(header):
    return next((name for name, own in HEADERS.items() if header in own), "gmix")


def declared(root, library):
    names = set()
    for header in glob.glob(os.path.join(root, "include", "gmix", "*.h")):
        if library_of(os.path.basename(header)) != library:
            continue
        with open(header, encoding="utf-8") as text:
            names.update(DECLARATION.findall(text.read()))
    return names


def exported(library):
    listing = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True,
                             text=True, check=True).stdout
    names = {line.split()[-1].split("@")[0] for line in listing.splitlines()}
    return {name for name in names if not FOREIGN.match(name)}


def compare(headers, pinned, shown):
    """A message for every name that is not in all three sets."""
    for name in sorted(headers | pinned | shown):
        places = [("the headers", headers), ("the list", pinned), ("the library", shown)]
        missing = [place for place, names in places if name not in names]
        if missing:
            yield f"{name}: not in {' nor in '.join(missing)}"
    for name in sorted(shown):
        if not name.startswith("gmix_") or name.startswith("gmix_i_"):
            yield f"{name}: exported, and not a public name"


def main():
    root, library = sys.argv[1], sys.argv[2]
    name = re.match(r"lib([\w-]+)\.", os.path.basename(library)).group(1)
    pin = os.path.join(root, "tests", "repo", name.replace("gmix", "symbols", 1) + ".txt")
    headers = declared(root, name)
    if "--update" in sys.argv:
        with open(pin, "w", encoding="utf-8") as text:
            text.write("\n".join(sorted(headers)) + "\n")
    with open(pin, encoding="utf-8") as text:
        pinned = set(text.read().split())
    found = list(compare(headers, pinned, exported(library)))
    print("\n".join(found) if found else f"{len(pinned)} symbols, as pinned")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
