#!/usr/bin/env python3
"""Puts copies of library and licence into a source distribution, where the links to them were.

Meson runs this while it makes the distribution, with MESON_DIST_ROOT as its root.
"""

import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
PARTS = ["LICENSE", "include", "meson.build", "meson_options.txt", "src"]

top = pathlib.Path(os.environ["MESON_DIST_ROOT"])
(top / "LICENSE").unlink()
shutil.copy(ROOT / "LICENSE", top / "LICENSE")
place = top / "subprojects/gmix"
place.unlink()
place.mkdir()
for part in PARTS:
    copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
    copy(ROOT / part, place / part)
