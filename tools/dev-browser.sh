#!/usr/bin/env bash
# Part of ./dev: pages in a real browser.

# Packages of tests/browser, in build-browser/: fetched once for each state of the lock file.
browser_packages()
{
    local from=tests/browser output
    mkdir -p build-browser
    if [ -d build-browser/node_modules ] &&
        cmp -s "$from/package-lock.json" build-browser/package-lock.json; then
        return 0
    fi
    rm -rf build-browser/node_modules build-browser/package-lock.json
    cp "$from/package.json" "$from/.npmrc" build-browser/
    cp "$from/package-lock.json" build-browser/wanted.json
    mv build-browser/wanted.json build-browser/package-lock.json
    if ! output=$(cd build-browser && timeout 120 npm ci --no-audit --no-fund \
        --fetch-retries 1 --fetch-timeout 20000 2>&1 </dev/null); then
        rm -f build-browser/package-lock.json
        say "$output"
        say "dev: the packages of tests/browser cannot be fetched: is there a network?"
        return 1
    fi
}

# The tests, in at most ten minutes; what they print goes to a file as well.
browser_tests()
{
    browser_packages || return 1
    rm -rf build-browser/pages build-browser/screenshots
    GMIX_BROWSER_DIR=$PWD/build-browser GMIX=$PWD/build/cli/gmix GMIX_SOURCE=$PWD \
        timeout 600 node --test-reporter=tap tests/browser/pages.test.mjs \
        >build-browser/tests.tap 2>&1 </dev/null
}

# browser_part: the tests as a part of ./dev test; screenshots stay in build-browser/.
browser_part()
{
    local start=$SECONDS passed failed ended=0
    say "== browser"
    rm -f build-browser/tests.tap # a run that does not begin must not count an earlier one
    # What cannot be installed is a failure of this part, not the end of the others.
    if ! (need browser) || ! browser_tests; then
        ended=1
        FAILED_TESTS+=("$(grep -E '^not ok|^ {2}(error|stack):|^ {4}[^ ]' build-browser/tests.tap 2>/dev/null ||
            printf 'browser: no test ran; what stopped it is said above')")
    fi
    passed=$(grep -c '^ok ' build-browser/tests.tap 2>/dev/null) || passed=0
    failed=$(grep -c '^not ok ' build-browser/tests.tap 2>/dev/null) || failed=0
    if [ $ended -ne 0 ] && [ "$failed" -eq 0 ]; then
        failed=1
    fi
    TOTAL_PASSED=$((TOTAL_PASSED + passed))
    TOTAL_FAILED=$((TOTAL_FAILED + failed))
    PART_LINES+=("$(printf '%-12s %4d s   %3d passed, %d failed, 0 skipped' browser \
        $((SECONDS - start)) "$passed" "$failed")")
}
