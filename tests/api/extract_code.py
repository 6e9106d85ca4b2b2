#!/usr/bin/env python3
"""The first block of C in a page: `extract_code.py PAGE OUT`, for a test that compiles and runs it."""
import re
import sys

with open(sys.argv[1], encoding="utf-8") as page:
    block = re.search(r"^```c\n(.*?)^```$", page.read(), re.M | re.S)
if not block:
    sys.exit(f"{sys.argv[1]}: there is no block of C")
with open(sys.argv[2], "w", encoding="utf-8") as out:
    out.write(block.group(1))
