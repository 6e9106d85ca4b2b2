# shellcheck shell=sh disable=SC2153
# Sourced before every case: sh, in a fresh directory, with gmix in PATH and $DATA naming
# the directory of data sets.

# Runs gmix; shows the command, standard output, standard error behind "! ", and the exit
# status if it is not 0. Standard input is empty.
try() {
    try_filtered cat "$@"
}

# The same, with standard output shown through a command given as one word.
try_filtered() {
    filter=$1
    shift
    printf '$ gmix %s\n' "$*"
    status=0
    gmix "$@" >.out 2>.err || status=$?
    sh -c "$filter" <.out
    sed 's/^/! /' .err
    if [ "$status" -ne 0 ]; then
        printf 'exit %d\n' "$status"
    fi
}

# What stands in the directory: proof of what was written and what was not.
list() {
    printf 'files:'
    printf ' %s' ./*
    printf '\n'
}

say() {
    printf '\n# %s\n' "$*"
}
