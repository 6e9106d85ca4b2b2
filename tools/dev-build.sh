#!/usr/bin/env bash
# Part of ./dev: setting up and compiling build folders.

# Every feature, so that a missing library is an error and not a quiet loss.
ALL_FEATURES=(-Dfiles=enabled -Dshow=enabled -Dcairo=enabled -Dthreads=enabled -Dqhull=enabled -Dzlib=enabled -Dzstd=enabled -Dhdf5=enabled)
RELEASE=(--buildtype=release "${ALL_FEATURES[@]}")
# Where nothing was built before, what the compiler warns of is an error in the one build that lint and tests share.
[ -z "${CI:-}" ] || RELEASE+=(-Dwerror=true)

# configure DIR OPTION...: sets a build folder up; anew when the options have changed.
configure()
{
    local dir=$1 wanted output
    shift
    wanted="${CC:-} ${CXX:-} $*"
    if [ -e "$dir/build.ninja" ] && [ "$(cat "$dir/.wanted" 2>/dev/null)" = "$wanted" ]; then
        return 0
    fi
    rm -rf "$dir"
    if ! output=$(meson setup "$dir" "$@" 2>&1); then
        say "$output"
        return 1
    fi
    printf '%s\n' "$wanted" >"$dir/.wanted"
}

# compile DIR [TARGET...]: silent unless it fails or warns. Meson finds sources by folder when it
# configures, so it is told to when one came or went.
compile()
{
    local dir=$1 listing
    shift
    listing=$(python3 src/list_files.py '*.[ch]' src/* include/gmix)
    if [ "$(cat "$dir/.listing" 2>/dev/null)" != "$listing" ]; then
        touch meson.build
        printf '%s\n' "$listing" >"$dir/.listing"
    fi
    # One at a time: two runs of ninja in a folder spoil each other's work.
    if ! flock "$dir/.lock" ninja -C "$dir" "$@" >"$dir/compile.log" 2>&1; then
        tail -n 60 "$dir/compile.log" >&2
        return 1
    fi
    grep -E 'warning:' "$dir/compile.log" >&2 || true
}

build_release()
{
    configure build "${RELEASE[@]}" && compile build
}
