#!/usr/bin/env python3
"""Files by folder, one a line: list_files.py PATTERN FOLDER... prints FOLDER/NAME of every match."""
import pathlib
import sys

for folder in sys.argv[2:]:
    for path in sorted(pathlib.Path(folder).glob(sys.argv[1])):
        print(path.as_posix())
