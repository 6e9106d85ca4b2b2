#!/usr/bin/env python3
"""Installs a build below a temporary root, compiles the examples against what is there
through pkg-config, and runs them: try_install.py ROOT BUILD"""
import glob
import os
import subprocess
import sys
import tempfile

EXAMPLES = [("gcc", "-std=c17", "old_faithful.c", ["data/faithful.csv"], "component"),
            ("g++", "-std=c++17", "choose_k.cpp", [], "best: k = 3")]
EXPECTED = ["include/gmix/gmix.h", "bin/gmix", "libgmix.so", "libgmix.a"]


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def main():
    root, build = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as installed:
        run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", installed])
        found = glob.glob(installed + "/**", recursive=True)
        for name in EXPECTED:
            if not any(path.endswith("/" + name) for path in found):
                sys.exit(f"{name} is not installed")
        pc = next(path for path in found if path.endswith("/gmix.pc"))
        libraries = os.path.dirname(os.path.dirname(pc))
        env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(pc),
               "PKG_CONFIG_SYSROOT_DIR": installed, "LD_LIBRARY_PATH": libraries}
        flags = run(["pkg-config", "--cflags", "--libs", "gmix"], env=env).split()
        for compiler, standard, source, arguments, wanted in EXAMPLES:
            program = os.path.join(installed, "example")
            run([compiler, standard, os.path.join(root, "examples", source), "-o", program,
                 *flags], env=env)
            output = run([program, *arguments], env=env, cwd=root)
            if wanted not in output:
                sys.exit(f"{source} does not say {wanted!r}:\n{output}")
    print("installed, compiled against, run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
