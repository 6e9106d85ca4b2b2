#!/usr/bin/env bash
# Part of ./dev: the Python package, as a wheel in a virtual environment, and its tests.

help_python()
{
    cat <<'END'
./dev python [--with PYTHON] [--release | --wheel | --sdist | PYTEST-ARGUMENT...]

Builds the wheel of the Python package, installs it with what its tests want (from PyPI, versions
pinned in python/tests/requirements.txt) into build-python/venv, and runs the tests: ours, and
scikit-learn's own of its mixtures, which meet gmix's instead.

  --with PYTHON   another interpreter, such as python3.13; in build-python-PYTHON
  --release       what a release uploads, in dist/: a source distribution, and the wheel that is made from
                  it for other machines (manylinux, abi3); both are tried in clean environments of the
                  oldest and the newest Python of this machine that they are for
  --wheel         a wheel for other machines, with the libraries it needs inside (auditwheel), in
                  dist/; no tests
  --sdist         a source distribution in dist/, and a wheel built from it; no tests
END
}

# python_env DIR PYTHON [REQUIREMENTS]: the environment; made anew when the requirements have changed.
python_env()
{
    local dir=$1 python=$2 requirements=${3:-python/tests/requirements.txt} wanted log=$1/pip.log
    wanted="$("$python" --version) $(cat "$requirements")"
    mkdir -p "$dir"
    if [ "$(cat "$dir/.wanted" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$dir/venv" "$dir/core" "$dir/.wanted"
        if ! { "$python" -m venv "$dir/venv" &&
            "$dir/venv/bin/pip" install --disable-pip-version-check --no-compile \
                -r "$requirements"; } >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            return 1
        fi
        printf '%s\n' "$wanted" >"$dir/.wanted"
    fi
}

# python_wheel DIR: builds the wheel with the tools of the environment, and installs it.
python_wheel()
{
    local dir=$1 log=$1/wheel.log bin
    bin=$(realpath "$dir/venv/bin")
    rm -rf "$dir/wheel"
    if ! { PATH=$bin:$PATH "$bin/pip" wheel --disable-pip-version-check \
        --no-build-isolation --no-deps -v -C build-dir="$(realpath "$dir")/core" \
        -w "$dir/wheel" ./python &&
        "$bin/pip" install --disable-pip-version-check --no-deps --force-reinstall \
            "$dir"/wheel/*.whl; } >"$log" 2>&1; then
        tail -n 60 "$log" >&2
        return 1
    fi
    grep -E '/core/.*warning:' "$log" >&2 || true
}

# python_pytest DIR NAME ARGUMENT...: runs pytest in the environment; results in DIR/NAME.xml.
python_pytest()
{
    local dir name=$2
    dir=$(realpath "$1")
    shift 2
    (cd python/tests && PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 \
        "$dir/venv/bin/python" -m pytest -q -p no:cacheprovider \
        --junitxml="$dir/$name.xml" "$@" </dev/null >&2)
}

# python_tests DIR ARGUMENT...: ours, and beside them scikit-learn's and the types; only ours, with arguments.
python_tests()
{
    local dir=$1 failed=0 beside
    shift
    rm -f "$dir"/*.xml
    if [ $# -gt 0 ]; then
        python_pytest "$dir" ours "$@"
        return
    fi
    python_beside "$dir" >"$dir/beside.log" 2>&1 &
    beside=$!
    python_pytest "$dir" ours || failed=1
    wait "$beside" || failed=1
    cat "$dir/beside.log" >&2
    return $failed
}

# python_beside DIR: scikit-learn's tests, and the types.
python_beside()
{
    local dir=$1 failed=0
    SKLEARN_RUN_FLOAT32_TESTS=1 SCIPY_ARRAY_API=1 \
        python_pytest "$dir" upstream -p substitute -W ignore --pyargs \
        sklearn.mixture.tests.test_gaussian_mixture sklearn.mixture.tests.test_bayesian_mixture \
        sklearn.mixture.tests.test_mixture || failed=1
    python_typed "$dir" || failed=1
    return $failed
}

# python_typed DIR: annotations hold, and the stubs are what the extension module has.
python_typed()
{
    local bin
    bin=$(realpath "$1/venv/bin")
    (cd python/tests && "$bin/mypy" --config-file ../pyproject.toml \
        --cache-dir="$bin/../mypy" ../gmix >&2 &&
        "$bin/python" -m mypy.stubtest --mypy-config-file ../pyproject.toml \
            --allowlist stubtest.txt gmix._core >&2)
}

# python_versions: paths of the interpreters of this machine that the wheel is for, oldest first.
python_versions()
{
    local found version
    for found in "$HOME"/.pyenv/versions/*/bin/python3 /usr/bin/python3.[0-9]* /usr/local/bin/python3.[0-9]*; do
        [ -x "$found" ] || continue
        # one that can make environments, and has the stable ABI
        version=$("$found" -c 'import ensurepip, sys, sysconfig, venv
assert sys.version_info >= (3, 11) and not sysconfig.get_config_var("Py_GIL_DISABLED")
print(*sys.version_info[:3])' 2>/dev/null) || continue
        printf '%s %s\n' "$version" "$found"
    done | sort -n -k 2,2 -k 3,3 | awk '!seen[$1 "." $2]++ { print $4 }'
}

# python_try PYTHON DIR WHAT: installs WHAT in a clean environment, DIR, and runs the smoke test there.
python_try()
{
    local python=$1 dir=$2 what=$3
    rm -rf "$dir"
    "$python" -m venv "$dir" &&
        "$dir/bin/pip" install --disable-pip-version-check -q --no-compile "$what" &&
        (cd / && "$OLDPWD/$dir/bin/python" "$OLDPWD/python/tests/smoke.py")
}

# python_release DIR: the files of a release in dist/, tried where they will be used.
python_release()
{
    local dir=$1 bin wheel found=() python
    bin=$(realpath "$dir/venv/bin")
    rm -rf dist "$dir/made"
    # the wheel is made from the source distribution, so that this one is known to be whole
    if ! PATH=$bin:$PATH "$bin/python" -m build --no-isolation -o "$dir/made" python \
        >"$dir/release.log" 2>&1; then
        tail -n 40 "$dir/release.log" >&2
        return 1
    fi
    PATH=$bin:$PATH "$bin/auditwheel" repair -w dist "$dir"/made/*.whl >>"$dir/release.log" 2>&1 || {
        tail -n 20 "$dir/release.log" >&2
        return 1
    }
    mv "$dir"/made/*.tar.gz dist/
    wheel=$(echo dist/*.whl)
    case $wheel in
    *-abi3-manylinux*.whl) ;;
    *) say "dev: $wheel is no manylinux wheel of the stable ABI" && return 1 ;;
    esac
    mapfile -t found < <(python_versions)
    [ ${#found[@]} -gt 0 ] || { say "dev: there is no Python to try the wheel in" && return 1; }
    python_try "${found[0]}" "$dir/oldest" "$wheel" || return 1
    python=${found[-1]}
    python_try "$python" "$dir/newest" "$wheel" || return 1
    ls -l dist >&2
}

# python_part: the wheel and its tests as a part of ./dev test, whose tally they join. What leaves
# no count is one failure.
python_part()
{
    local start=$SECONDS dir=build-python typed=failed passed failed skipped
    say "== python"
    mkdir -p "$dir"
    rm -f "$dir"/*.xml
    if python_env "$dir" python3 && python_wheel "$dir"; then
        python_tests "$dir" && typed=passed
    fi
    read -r passed failed skipped < <(python3 - "$typed" "$dir/ours.xml" "$dir/upstream.xml" \
        2>"$dir/failures.txt" <<'END'
import sys
import xml.etree.ElementTree as tree
passed = failed = skipped = 0
for path in sys.argv[2:]:
    try:
        (suite,) = tree.parse(path).getroot().iter("testsuite")
    except (OSError, ValueError, tree.ParseError):
        failed += 1
        print("python: no report in", path, file=sys.stderr)
        continue
    for case in suite:
        for fault in [*case.iter("failure"), *case.iter("error")]:
            print("python:", case.get("name"), file=sys.stderr)
            for line in (fault.text or "").splitlines()[-25:]:
                print("   ", line[:200], file=sys.stderr)
    bad = int(suite.get("failures")) + int(suite.get("errors"))
    failed += bad
    skipped += int(suite.get("skipped"))
    passed += int(suite.get("tests")) - bad - int(suite.get("skipped"))
if sys.argv[1] == "passed":
    passed += 1
elif failed == 0:
    failed = 1
    print("python: the types, or what they are checked with; said above", file=sys.stderr)
print(passed, failed, skipped)
END
    )
    [ "$failed" -eq 0 ] || FAILED_TESTS+=("$(cat "$dir/failures.txt")")
    TOTAL_PASSED=$((TOTAL_PASSED + passed))
    TOTAL_FAILED=$((TOTAL_FAILED + failed))
    TOTAL_SKIPPED=$((TOTAL_SKIPPED + skipped))
    PART_LINES+=("$(printf '%-12s %4d s   %3d passed, %d failed, %d skipped' \
        python $((SECONDS - start)) "$passed" "$failed" "$skipped")")
}

# spark_part: the estimator of Spark ML on a local master, with the wheel of the python part.
spark_part()
{
    local start=$SECONDS dir=build-spark said
    say "== spark"
    mkdir -p "$dir"
    if python_env "$dir" python3 python/tests/requirements-spark.txt &&
        "$dir/venv/bin/pip" install --disable-pip-version-check --no-deps --force-reinstall \
            build-python/wheel/*.whl >"$dir/wheel.log" 2>&1 &&
        python_pytest "$dir" spark test_spark.py; then
        TOTAL_PASSED=$((TOTAL_PASSED + 1)) said=passed
    else
        TOTAL_FAILED=$((TOTAL_FAILED + 1)) said=FAILED
        FAILED_TESTS+=("spark: what failed is said above")
    fi
    PART_LINES+=("$(printf '%-12s %4d s   %s' spark $((SECONDS - start)) "$said")")
}

do_python()
{
    local dir=build-python python=python3 failed=0
    if [ "${1:-}" = --with ]; then
        python=${2:?"--with wants an interpreter"}
        dir=build-python-$(basename "$python")
        shift 2
    fi
    need build python
    python_env "$dir" "$python" || die "the environment could not be made"
    case ${1:-} in
    --release)
        python_release "$dir" || die "the release could not be made"
        ;;
    --wheel)
        python_wheel "$dir" || die "the wheel could not be built"
        PATH=$(realpath "$dir/venv/bin"):$PATH "$dir/venv/bin/auditwheel" repair -w dist \
            "$dir"/wheel/*.whl
        ;;
    --sdist)
        PATH=$(realpath "$dir/venv/bin"):$PATH "$dir/venv/bin/python" -m build \
            --no-isolation -o dist python
        ;;
    *)
        python_wheel "$dir" || die "the wheel could not be built"
        python_tests "$dir" "$@" || failed=1
        ;;
    esac
    return $failed
}
