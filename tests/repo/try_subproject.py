#!/usr/bin/env python3
"""A project that has a copy of the library below subprojects/, and finds neither gmix nor any other
package on the machine: dependency('gmix', fallback: 'gmix') builds it in. try_subproject.py ROOT"""
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import try_install  # noqa: E402

# What a copy needs; python/tools/copy_core.py makes the same one.
PARTS = ["LICENSE", "include", "meson.build", "meson_options.txt", "src"]
# Optimising the kernels takes a minute and changes nothing here.
PROJECT = """project('uses_gmix', 'c', default_options: ['buildtype=plain', 'default_library=static'])
gmix = dependency('gmix', fallback: 'gmix', default_options: ['default_library=static',
    'cpu_levels=ref'])
executable('core', 'core.c', dependencies: gmix)
"""


def main():
    root = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as place:
        copy = os.path.join(place, "subprojects", "gmix")
        os.makedirs(copy)
        for part in PARTS:
            take = shutil.copytree if os.path.isdir(os.path.join(root, part)) else shutil.copy
            take(os.path.join(root, part), os.path.join(copy, part))
        for name, text in [("meson.build", PROJECT), ("core.c", try_install.CORE)]:
            with open(os.path.join(place, name), "w", encoding="utf-8") as out:
                out.write(text)
        env = {**os.environ, "PKG_CONFIG_LIBDIR": place}
        env.pop("PKG_CONFIG_PATH", None)
        build = os.path.join(place, "build")
        try_install.run(["meson", "setup", build, place], env=env)
        try_install.run(["ninja", "-C", build, "core"], env=env)
        program = os.path.join(build, "core")
        try_install.want(try_install.run([program]), "2 components", "core as a subproject")
        extra = try_install.needs(program) - try_install.ALLOWED
        if extra:
            sys.exit(f"the program needs {', '.join(sorted(extra))}")
    print("built as a part of another project, run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
