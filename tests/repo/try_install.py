#!/usr/bin/env python3
"""Installs a build below a temporary root and builds programs against what is there, as others
would: through pkg-config, where no other package is known; all of it static; and through CMake.
try_install.py ROOT BUILD"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

# A program on the mathematics alone.
CORE = """#include <gmix/gmix.h>
#include <stdio.h>

int main(void) {
    const double x[] = {0, 1, 0.1, 1.1, 5, 7, 5.2, 7.1, 0.2, 1, 5.1, 7};
    const gmix_table table = gmix_table_f64(x, 6, 2);
    gmix_fit_options opts;
    gmix_model *model = NULL;
    gmix_fit_options_init(&opts);
    opts.n_components = 2;
    if (gmix_fit(NULL, &table, &opts, &model, NULL) == GMIX_OK) {
        printf("%zu components\\n", gmix_model_n_components(model));
    }
    gmix_model_free(&model);
    return 0;
}
"""
CMAKE = """cmake_minimum_required(VERSION 3.13)
project(uses_gmix C)
find_package(gmix 0.2 REQUIRED COMPONENTS files show)
add_executable(core core.c)
target_link_libraries(core gmix::gmix)
add_executable(faithful ${ROOT}/examples/old_faithful.c)
target_link_libraries(faithful gmix::files gmix::show)
"""
EXPECTED = ["include/gmix/gmix.h", "bin/gmix", "libgmix.so", "libgmix.a", "libgmix-files.so",
            "libgmix-show.so", "gmixConfig.cmake"]
ALLOWED = {"linux-vdso", "libm", "libc", "libgomp", "libpthread", "libomp", "ld-linux-x86-64",
           "ld-linux-aarch64"}


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def want(output, wanted, what):
    if wanted not in output:
        sys.exit(f"{what} does not say {wanted!r}:\n{output}")


def needs(library):
    """What the loader loads for a library."""
    listed = run(["ldd", library])
    return {os.path.basename(line.split()[0]).split(".so")[0] for line in listed.splitlines()}


def static_if_ours(flag):
    """Of other libraries a machine may have the shared form alone."""
    return ["-Wl,-Bstatic", flag, "-Wl,-Bdynamic"] if flag.startswith("-lgmix") else [flag]


def by_pkg_config(root, installed, pc, core):
    libraries = os.path.dirname(pc)
    # No other package is known: what ours need is for the linker to find.
    env = {**os.environ, "PKG_CONFIG_LIBDIR": pc, "PKG_CONFIG_SYSROOT_DIR": installed,
           "LD_LIBRARY_PATH": libraries}
    env.pop("PKG_CONFIG_PATH", None)
    program = os.path.join(installed, "program")
    examples = os.path.join(root, "examples")
    for compiler, source, packages, static, wanted in [
            (["gcc", "-std=c17"], core, ["gmix"], False, "2 components"),
            (["gcc", "-std=c17", "-static"], core, ["gmix"], True, "2 components"),
            (["gcc", "-std=c17"], examples + "/old_faithful.c",
             ["gmix-show", "gmix-files"], False, "component"),
            (["gcc", "-std=c17"], examples + "/old_faithful.c",
             ["gmix-show", "gmix-files"], True, "component"),
            (["g++", "-std=c++17"], examples + "/choose_k.cpp", ["gmix"], False, "best: k = 3")]:
        flags = run(["pkg-config", "--cflags", "--libs", *["--static"] * static, *packages],
                    env=env).split()
        if static and "-static" not in compiler:
            flags = [word for flag in flags for word in static_if_ours(flag)]
        run([*compiler, source, "-o", program, *flags], env=env)
        output = run([program, os.path.join(root, "data", "faithful.csv")], env=env, cwd=root)
        want(output, wanted, f"{source} with {' '.join(packages)}")


def by_cmake(root, installed, pc, core):
    if not shutil.which("cmake"):
        print("no cmake here: its package was not tried")
        return
    place = os.path.join(installed, "by_cmake")
    os.mkdir(place)
    shutil.copy(core, os.path.join(place, "core.c"))
    with open(os.path.join(place, "CMakeLists.txt"), "w", encoding="utf-8") as text:
        text.write(CMAKE)
    package = os.path.join(os.path.dirname(pc), "cmake", "gmix")
    build = os.path.join(place, "build")
    run(["cmake", "-S", place, "-B", build, f"-Dgmix_DIR={package}", f"-DROOT={root}"])
    run(["cmake", "--build", build])
    want(run([os.path.join(build, "core")]), "2 components", "core by CMake")
    data = os.path.join(root, "data", "faithful.csv")
    want(run([os.path.join(build, "faithful"), data]), "component", "the example by CMake")


def main():
    root, build = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
    with tempfile.TemporaryDirectory() as installed:
        run(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", installed])
        found = glob.glob(installed + "/**", recursive=True)
        for name in EXPECTED:
            if not any(path.endswith("/" + name) for path in found):
                sys.exit(f"{name} is not installed")
        pc = os.path.dirname(next(path for path in found if path.endswith("/gmix.pc")))
        extra = needs(os.path.join(os.path.dirname(pc), "libgmix.so")) - ALLOWED
        if extra:
            sys.exit(f"libgmix.so needs {', '.join(sorted(extra))}")
        core = os.path.join(installed, "core.c")
        with open(core, "w", encoding="utf-8") as text:
            text.write(CORE)
        by_pkg_config(root, installed, pc, core)
        by_cmake(root, installed, pc, core)
    print("installed, compiled against, run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
