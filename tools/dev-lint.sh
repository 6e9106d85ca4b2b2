#!/usr/bin/env bash
# Part of ./dev: formatting, warnings, static analysis.


help_lint()
{
    cat <<'END'
./dev lint [--fix]

Holds the tree to its style: clang-format, the compilers' warnings (gcc and clang, as
errors), clang-tidy (of what changed since it last passed), shellcheck, Python that compiles,
and the rules of tests/repo. With --fix, first formats the C and C++ sources in place.
END
}

# Tracked or not, ours: all files whose names end so.
sources()
{
    local pattern=() suffix
    for suffix in "$@"; do
        pattern+=(-o -name "*.$suffix")
    done
    find . -type d \( -name '.*' -o -name 'build*' \) ! -name . ! -name .ci -prune -o \
        -type f \( "${pattern[@]:1}" \) -print | sort
}

scripts()
{
    echo ./dev
    echo ./.ci/run
    sources sh
    grep -lEs '^#!.*\b(ba)?sh$' bench/* tools/* || true
}

# step TEXT COMMAND...: runs it, prints what it says only when it fails.
LINT_FAILED=0
step()
{
    local text=$1 start=$SECONDS log
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1 </dev/null; then
        printf '%-46s ok   %3d s\n' "$text" $((SECONDS - start))
    else
        printf '%-46s FAIL %3d s\n' "$text" $((SECONDS - start))
        cat "$log"
        LINT_FAILED=1
    fi
    rm -f "$log"
}

lint_format()
{
    sources c h cpp cc hpp | xargs clang-format-14 --dry-run --Werror
}

lint_gcc()
{
    if [ -n "${CI:-}" ]; then
        build_release
    else
        configure build-gcc --buildtype=release -Dwerror=true "${ALL_FEATURES[@]}" && compile build-gcc
    fi
}

lint_clang()
{
    # What clang warns of does not depend on how it optimises.
    CC=clang-14 CXX=clang++-14 configure build-clang --buildtype=release -Doptimization=0 -Dwerror=true \
        -Dcairo=enabled -Dthreads=enabled -Dqhull=enabled -Dzlib=enabled -Dzstd=enabled &&
        compile build-clang
}

lint_tidy()
{
    python3 tools/tidy.py build-clang
}

lint_shell()
{
    scripts | xargs shellcheck
}

lint_python()
{
    sources py | xargs -r python3 -c '
import ast, sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as source:
        ast.parse(source.read(), name)'
}

lint_repo()
{
    local failed=0 check
    for check in tests/repo/check_*.py; do
        python3 "$check" . || failed=1
    done
    return $failed
}

do_lint()
{
    case ${1:-} in
    '' | --fix) ;;
    *) say "dev: unknown option $1" && help_lint >&2 && exit 2 ;;
    esac
    need build test lint
    [ "${1:-}" != --fix ] || sources c h cpp cc hpp | xargs clang-format-14 -i
    step 'clang-format' lint_format
    step 'shellcheck' lint_shell
    step 'Python compiles' lint_python
    step 'rules of the tree (tests/repo)' lint_repo
    step 'gcc, warnings are errors' lint_gcc
    step 'clang, warnings are errors' lint_clang
    step 'clang-tidy' lint_tidy
    return $LINT_FAILED
}
