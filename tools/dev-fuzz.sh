#!/usr/bin/env bash
# Part of ./dev: parsers and what follows on them against hostile input.


help_fuzz()
{
    cat <<'END'
./dev fuzz [SECONDS] [TARGET]
./dev fuzz --campaign [COUNT] [FIRST]

Builds the fuzz targets with clang's libFuzzer in build-fuzz/ and runs them, all (for
SECONDS in all, default 60) or the one named, from the corpus in tests/fuzz/corpus/. New
inputs that reach new code stay in build-fuzz/corpus/; an input that breaks the program
is kept in build-fuzz/findings/.

With --campaign: COUNT mutated models and tables (default 1000000), numbered from FIRST on (1), through
every call there is, under AddressSanitizer and UndefinedBehaviorSanitizer, with memory that ends and
work that is cancelled; in build-campaign/. A case that breaks the program is named by its number:
./dev fuzz --campaign 1 NUMBER runs it again.
END
}

# fuzz_one TARGET SECONDS
fuzz_one()
{
    local target=$1 name
    name=$(basename "$target")
    local mine=build-fuzz/corpus/$name seeds=tests/fuzz/corpus/${name#fuzz_}
    mkdir -p "$mine" build-fuzz/findings
    [ -d "$seeds" ] || seeds=$mine
    say "$name: $2 s"
    "$target" -max_total_time="$2" -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="build-fuzz/findings/$name-" "$mine" "$seeds" \
        >"build-fuzz/$name.log" 2>&1 </dev/null ||
        { tail -n 40 "build-fuzz/$name.log" >&2 && return 1; }
    grep -E 'number_of_executed_units' "build-fuzz/$name.log" >&2 || true
}

# fuzz_all SECONDS [TARGET]: the seconds of each processor are shared among the targets, of which as many
# run at a time. A minute or less is not worth five of compiling: what is built for that is not optimised.
fuzz_all()
{
    local targets=() target status=0 dir=build-fuzz optimization=2 each lane lanes i pids=()
    for target in tests/fuzz/fuzz_${2:-*}.c; do
        [ ! -f "$target" ] || targets+=("${target%.c}")
    done
    [ ${#targets[@]} -gt 0 ] || { say "dev: no fuzz target ${2:-}" && return 1; }
    lanes=$(nproc)
    [ "$1" -gt 60 ] || dir=build-fuzz-brief optimization=0
    CC=clang-14 CXX=clang++-14 configure $dir --buildtype=debugoptimized -Doptimization=$optimization \
        -Dc_args=-g1 -Dfuzz=true -Dcli=false -Dcpu_levels=ref -Dthreads=disabled -Db_lundef=false \
        -Db_sanitize=address,undefined --default-library=static &&
        compile $dir "${targets[@]}" || return 1
    each=$(($1 * lanes / ${#targets[@]} + 1))
    for ((lane = 0; lane < lanes; lane++)); do
        (
            for ((i = lane; i < ${#targets[@]}; i += lanes)); do
                fuzz_one "$dir/${targets[i]}" $each || status=1
            done
            exit $status
        ) &
        pids+=($!)
    done
    for lane in "${pids[@]}"; do
        wait "$lane" || status=1
    done
    return $status
}

# fuzz_campaign COUNT FIRST: shared among the processors.
fuzz_campaign()
{
    local count=$1 first=$2 each jobs job files status=0 pids=()
    configure build-campaign --buildtype=debugoptimized -Db_sanitize=address,undefined \
        -Db_lundef=false -Dcli=false -Dcairo=disabled \
        -Dc_args='-fsanitize=float-cast-overflow -fno-sanitize-recover=all' &&
        compile build-campaign tests/fuzz/campaign || return 1
    files=(tests/fuzz/corpus/model/*.json tests/fuzz/corpus/csv/*.csv tests/fuzz/corpus/npy/*.npy)
    jobs=$(nproc)
    [ "$count" -ge "$jobs" ] || jobs=1
    each=$(((count + jobs - 1) / jobs))
    for ((job = 0; job < jobs; job++)); do
        build-campaign/tests/fuzz/campaign $each $((first + job * each)) "${files[@]}" &
        pids+=($!)
    done
    for job in "${pids[@]}"; do
        wait "$job" || status=1
    done
    return $status
}

do_fuzz()
{
    if [ "${1:-}" = --campaign ]; then
        need build fuzz
        fuzz_campaign "${2:-1000000}" "${3:-1}" || die "a case broke the program"
        return 0
    fi
    local seconds=${1:-60}
    [[ $seconds =~ ^[0-9]+$ ]] || die "SECONDS is a whole number, not '$seconds'"
    need build fuzz
    fuzz_all "$seconds" "${2:-}" || die "fuzzing found something: see build-fuzz/findings/"
}
