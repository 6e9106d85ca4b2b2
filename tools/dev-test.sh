#!/usr/bin/env bash
# Part of ./dev: the tests, part by part, and the count of what passed.


help_test()
{
    cat <<'END'
./dev test [--quick | --long | PART...]

Sets up, builds and runs the tests (TESTING.md says what they are), all parts or those named:

  release     the whole suite on the optimised build
  levels      the numeric suites once for every slower vector level this machine has
  sanitized   the suite under AddressSanitizer and UndefinedBehaviorSanitizer
  portable    the suite on the build in plain C, without threads and optional libraries
  mpi         fits over the ranks of Open MPI
  browser     pages in Chromium; screenshots stay in build-browser/screenshots/
  python      the Python package: its wheel in a virtual environment, its tests, scikit-learn's
  spark       the estimator of Spark ML, on PySpark with two local threads
  fuzz        the fuzz targets for 30 seconds on every processor

  --quick     release only
  --long      all of it, with ten minutes of fuzzing, then ThreadSanitizer, valgrind, and the
              kernels of NEON, WebAssembly and AVX-512 under emulators

At the end stand the tests that failed, with the last lines they printed, and the parts with their
times. The last line is `N passed, N failed, N skipped`; the exit status is 0 if none failed.
END
}

PORTABLE=(--buildtype=release '-Dtest_folders=api,cli,io,laws,numerics,plot,reference' -Dcpu_levels=ref -Dblas=disabled -Dcairo=disabled -Dqhull=disabled -Dhdf5=disabled
    -Dthreads=disabled)
TOTAL_PASSED=0 TOTAL_FAILED=0 TOTAL_SKIPPED=0
PART_LINES=() FAILED_TESTS=()

# tally NAME SECONDS JSON-LOG: adds a part's results; with no log the part itself failed.
tally()
{
    local name=$1 seconds=$2 log=$3 counts passed failed skipped
    counts=$(python3 - "$log" <<'END'
import json, sys
results = []
try:
    with open(sys.argv[1]) as log:
        results = [json.loads(line)["result"] for line in log if line.strip()]
except OSError:
    pass
passed = sum(r in ("OK", "EXPECTEDFAIL") for r in results)
skipped = sum(r in ("SKIP", "IGNORED") for r in results)
print(passed, len(results) - passed - skipped if results else 1, skipped)
END
    )
    read -r passed failed skipped <<<"$counts"
    [ "$failed" -eq 0 ] || FAILED_TESTS+=("$(failures "$name" "$log")")
    TOTAL_PASSED=$((TOTAL_PASSED + passed))
    TOTAL_FAILED=$((TOTAL_FAILED + failed))
    TOTAL_SKIPPED=$((TOTAL_SKIPPED + skipped))
    PART_LINES+=("$(printf '%-12s %4d s   %3d passed, %d failed, %d skipped' \
        "$name" "$seconds" "$passed" "$failed" "$skipped")")
}

# failures PART JSON-LOG: the tests that failed and the last lines of each: a long run's log is read from
# its end, and is often cut at its beginning.
failures()
{
    python3 - "$@" <<'END'
import json, sys
part, path = sys.argv[1:]
try:
    with open(path) as log:
        results = [json.loads(line) for line in log if line.strip()]
except OSError:
    print(f"{part}: no test ran; what stopped it is said above")
    sys.exit()
for result in results:
    if result["result"] not in ("OK", "EXPECTEDFAIL", "SKIP", "IGNORED"):
        print(f"{part}: {result['name']}: {result['result']} after {result['duration']:.0f} s")
        said = result.get("stdout", "") + result.get("stderr", "")
        for line in said.splitlines()[-25:]:
            print(f"    {line[:200]}")
END
}

# part NAME DIR MESON-TEST-ARGUMENT... [:: MESON-SETUP-OPTION...]: builds, runs, tallies.
part()
{
    local name=$1 dir=$2 start=$SECONDS arguments=()
    shift 2
    while [ $# -gt 0 ] && [ "$1" != :: ]; do
        arguments+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    say "== $name"
    rm -f "$dir/meson-logs/$name"*.json
    if configure "$dir" "$@" && compile "$dir"; then
        meson test -C "$dir" --no-rebuild --logbase "$name" --print-errorlogs --timeout-multiplier 4 \
            --num-processes "$(nproc)" "${arguments[@]}" </dev/null >&2 || true
    fi
    # With a wrapper, meson puts the wrapper's name behind that of the log.
    local logs=("$dir/meson-logs/$name"*.json)
    tally "$name" $((SECONDS - start)) "${logs[0]}"
}

# The CPU levels below the default one that this build and machine can be told to use, but for plain
# C, which is that of the portable part.
slower_levels()
{
    local level top
    top=$(build/cli/gmix --version --verbose | level_of)
    for level in avx2 avx512 neon; do
        if [ "$level" != "$top" ] &&
            [ "$(GMIX_CPU=$level build/cli/gmix --version --verbose | level_of)" = "$level" ]; then
            echo "$level"
        fi
    done
}

level_of()
{
    grep -i cpu | grep -Eow 'ref|avx2|avx512|neon' | head -n 1
}

# optional_part NAME GROUP: true if the packages of the group are there or can be had; else the part is
# counted as skipped.
optional_part()
{
    (need "$2") && return 0
    TOTAL_SKIPPED=$((TOTAL_SKIPPED + 1))
    PART_LINES+=("$(printf '%-12s           skipped: its packages are missing' "$1")")
    return 1
}

mpi_part()
{
    optional_part mpi mpi || return 0
    # The release build with two libraries and a command more.
    { build_release && meson configure build -Dmpi=enabled >/dev/null; } || say 'dev: the release build does not take MPI'
    part mpi build --suite mpi :: "${RELEASE[@]}"
}

# fuzz_part SECONDS: the fuzz targets for so long in all.
fuzz_part()
{
    local start=$SECONDS
    say "== fuzz"
    if fuzz_all "$1"; then
        TOTAL_PASSED=$((TOTAL_PASSED + 1))
        PART_LINES+=("$(printf '%-12s %4d s   no findings' fuzz $((SECONDS - start)))")
    else
        TOTAL_FAILED=$((TOTAL_FAILED + 1))
        PART_LINES+=("$(printf '%-12s %4d s   FINDINGS' fuzz $((SECONDS - start)))")
    fi
}

# campaign_part N: so many random problems beyond those of the suite.
campaign_part()
{
    local start=$SECONDS
    say "== campaign"
    if build/tests/laws/search_laws "$1" 2000 >&2 &&
        build/tests/laws/tiny_laws "$1" 2000 >&2; then
        TOTAL_PASSED=$((TOTAL_PASSED + 1))
        PART_LINES+=("$(printf '%-12s %4d s   %d problems' campaign $((SECONDS - start)) "$1")")
    else
        TOTAL_FAILED=$((TOTAL_FAILED + 1))
        PART_LINES+=("$(printf '%-12s %4d s   FAILED' campaign $((SECONDS - start)))")
    fi
}

test_long()
{
    campaign_part 20000
    need fuzz long
    CC=clang-14 CXX=clang++-14 \
        TSAN_OPTIONS=halt_on_error=1 \
        part threads build-tsan --suite api --suite laws --timeout-multiplier 20 :: \
        --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false \
        -Dthreads=enabled
    GMIX_TESTS_BRIEF=1 \
        part valgrind build-portable --suite api --timeout-multiplier 60 \
        --wrap 'valgrind -q --error-exitcode=99 --leak-check=full' :: \
        "${PORTABLE[@]}"
    emulated_levels
    fuzz_part 600
}

# The kernels of the CPU levels that this machine lacks, under emulators.
emulated_levels()
{
    local options=(--buildtype=release -Dkernels_only=true)
    need emulators
    part neon build-neon --suite kernels --timeout-multiplier 10 :: \
        --cross-file tools/cross/aarch64.ini "${options[@]}"
    part simd128 build-wasm --suite kernels --timeout-multiplier 10 :: \
        --cross-file tools/cross/wasm32.ini "${options[@]}"
    if [ "$(uname -m)" = x86_64 ] && ! grep -q avx512bw /proc/cpuinfo; then
        part avx512 build-avx512 --suite kernels --timeout-multiplier 10 :: \
            "${options[@]}" -Demulate_avx512=true
    fi
}

test_release()
{
    part release build --no-suite mpi :: "${RELEASE[@]}"
}

test_levels()
{
    local level
    build_release || return 0 # what is wrong with it is the part `release`'s to say
    for level in $(slower_levels); do
        GMIX_TESTS_BRIEF=1 GMIX_CPU=$level part "cpu-$level" build --suite everywhere --no-suite api \
            --no-suite cli --no-suite io --no-suite plot :: \
            "${RELEASE[@]}"
    done
}

test_sanitized()
{
    part sanitized build-sanitized --no-suite once --timeout-multiplier 10 :: \
        --buildtype=debugoptimized -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-g1 "${ALL_FEATURES[@]}"
}

test_portable()
{
    GMIX_TESTS_BRIEF=1 part portable build-portable --suite everywhere --timeout-multiplier 3 :: \
        "${PORTABLE[@]}"
}

test_mpi()
{
    mpi_part
}

test_browser()
{
    build_release && browser_part
}

test_python()
{
    need python && python_part
}

test_spark()
{
    ! optional_part spark spark || spark_part
}

test_fuzz()
{
    need fuzz && fuzz_part 30
}

# lane PART...: runs them with counts of their own, and prints the commands that add these to others.
lane()
{
    local name
    TOTAL_PASSED=0 TOTAL_FAILED=0 TOTAL_SKIPPED=0 PART_LINES=() FAILED_TESTS=()
    for name in "$@"; do
        "test_$name" >&2
    done
    printf '((%s += %d)) || true\n' TOTAL_PASSED "$TOTAL_PASSED" TOTAL_FAILED "$TOTAL_FAILED" \
        TOTAL_SKIPPED "$TOTAL_SKIPPED"
    [ ${#PART_LINES[@]} -eq 0 ] || printf 'PART_LINES+=(%q)\n' "${PART_LINES[@]}"
    [ ${#FAILED_TESTS[@]} -eq 0 ] || printf 'FAILED_TESTS+=(%q)\n' "${FAILED_TESTS[@]}"
}

# together "PART ..." ...: lanes side by side, of parts that leave processors idle for much of their time; what
# a lane said is said when all have ended.
together()
{
    local i dir lanes=("$@") pids=() parts
    dir=$(mktemp -d)
    for i in "${!lanes[@]}"; do
        say "== ${lanes[i]}, side by side"
        read -ra parts <<<"${lanes[i]}"
        lane "${parts[@]}" >"$dir/$i.counts" 2>"$dir/$i.log" </dev/null &
        pids+=($!)
    done
    for i in "${!lanes[@]}"; do
        if ! wait "${pids[i]}"; then
            printf '((TOTAL_FAILED += 1))\nFAILED_TESTS+=(%q)\n' \
                "${lanes[i]}: ended before its end; what stopped it is said above" >"$dir/$i.counts"
        fi
        cat "$dir/$i.log" >&2
        # shellcheck source=/dev/null
        . "$dir/$i.counts"
    done
    rm -rf "$dir"
}

PARTS=(release levels sanitized portable mpi browser python spark fuzz)

do_test()
{
    local parts=("${PARTS[@]}") lanes=() name
    case ${1:-} in
    '') parts=(release levels sanitized portable) lanes=('python spark' 'mpi browser fuzz') ;;
    --quick) parts=(release) ;;
    --long) parts=("${PARTS[@]:0:8}" long) ;;
    *) parts=("$@") ;;
    esac
    for name in "${parts[@]}"; do
        case " ${PARTS[*]} long " in
        *" $name "*) ;;
        *) say "dev: there is no option and no part of the tests called $name" && help_test >&2 && exit 2 ;;
        esac
    done
    need build test
    for name in "${parts[@]}"; do
        "test_$name"
    done
    if [ ${#lanes[@]} -gt 0 ]; then
        # One after the other; a part says what it lacks.
        for name in python mpi spark browser fuzz; do
            (need "$name") || true
        done
        together "${lanes[@]}"
    fi
    printf '\n'
    [ ${#FAILED_TESTS[@]} -eq 0 ] || printf '%s\n' "${FAILED_TESTS[@]}" ''
    printf '%s\n' "${PART_LINES[@]}"
    printf '%d passed, %d failed, %d skipped\n' \
        "$TOTAL_PASSED" "$TOTAL_FAILED" "$TOTAL_SKIPPED"
    [ "$TOTAL_FAILED" -eq 0 ]
}
