#!/usr/bin/env bash
# Part of ./dev: the Debian packages its commands need, and getting them.

packages_of()
{
    case $1 in
    build) echo gcc libc6-dev meson ninja-build pkg-config libjansson-dev zlib1g-dev \
        libzstd-dev libqhull-dev libcairo2-dev libhdf5-103-1 fonts-dejavu-core ;;
    python) echo python3 python3-dev python3-venv ;;
    test) echo g++ python3 ;;
    mpi) echo openmpi-bin libopenmpi-dev procps ;;
    spark) echo openjdk-17-jre-headless ;;
    browser) echo chromium nodejs npm ;;
    bench) echo python3 python3-venv libopenblas0 ;;
    lint) echo clang-14 clang-format-14 clang-tidy-14 shellcheck ;;
    fuzz) echo clang-14 libclang-rt-14-dev ;;
    long) echo llvm-14 valgrind ;;
    emulators) echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user emscripten nodejs \
        libsimde-dev ;;
    esac
}

# Is what the package brings already here, from wherever it came?
have_package()
{
    local probe=(false)
    case $1 in
    gcc | g++ | meson | python3 | valgrind | shellcheck | pkg-config | clang*-14)
        probe=(command -v "$1") ;;
    chromium | npm) probe=(command -v "$1") ;;
    emscripten) probe=(command -v emcc) ;;
    nodejs) probe=(command -v node) ;;
    ninja-build) probe=(command -v ninja) ;;
    python3-dev) probe=(python3 -c 'import os, sysconfig
os.stat(sysconfig.get_path("include") + "/Python.h")') ;;
    python3-venv) probe=(python3 -c 'import ensurepip, venv') ;;
    libc6-dev) probe=(test -e /usr/include/stdio.h) ;;
    libjansson-dev) probe=(pkg-config --exists jansson) ;;
    zlib1g-dev) probe=(pkg-config --exists zlib) ;;
    libzstd-dev) probe=(pkg-config --exists libzstd) ;;
    libqhull-dev) probe=(pkg-config --exists qhull_r) ;;
    openjdk-*) probe=(command -v java) ;;
    openmpi-bin) probe=(command -v mpirun) ;;
    libopenmpi-dev) probe=(pkg-config --exists ompi-c) ;;
    procps) probe=(command -v ps) ;;
    libcairo2-dev) probe=(pkg-config --exists cairo) ;;
    esac
    "${probe[@]}" >/dev/null 2>&1 ||
        dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# need GROUP...: installs what is missing of them; says what to do where it cannot.
need()
{
    local group package missing=() as_root=()
    for group in "$@"; do
        for package in $(packages_of "$group"); do
            have_package "$package" || missing+=("$package")
        done
    done
    [ ${#missing[@]} -gt 0 ] || return 0

    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
    fi
    if ! command -v apt-get >/dev/null ||
        { [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; }; then
        say "dev: these packages are missing and cannot be installed from here:"
        say "    ${missing[*]}"
        say "Install them (on Debian, as root: apt-get install ${missing[*]}), then try again."
        exit 1
    fi
    say "installing ${missing[*]}"
    local output apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o DPkg::Lock::Timeout=300)
    local install=("${apt[@]}" install --no-install-recommends "${missing[@]}")
    output=$("${install[@]}" 2>&1 </dev/null) ||
        output=$("${apt[@]}" update 2>&1 </dev/null && "${install[@]}" 2>&1 </dev/null) ||
        { say "$output" && die "cannot install ${missing[*]}"; }
}
