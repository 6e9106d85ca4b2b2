#!/usr/bin/env python3
"""Prints the version: that of the library, from its header."""

import pathlib
import re

header = pathlib.Path(__file__).parent.parent / "subprojects/gmix/include/gmix/context.h"
print(re.search(r'GMIX_VERSION "(.*)"', header.read_text()).group(1))
