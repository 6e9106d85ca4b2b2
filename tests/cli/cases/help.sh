# shellcheck shell=sh disable=SC2153
say "no arguments: where to begin"
try
say "the same on request; help on a command"
try_filtered 'head -n 6' help
try_filtered 'head -n 3' help fit
try_filtered 'head -n 3' fit --help
say "no help is wider than a terminal, or lacks an example"
for command in fit predict score sample show bench help; do
    gmix "$command" --help | awk -v c="$command" 'length > 80 { print c ": " $0 }'
    gmix "$command" --help | grep -q '^  gmix ' || echo "no example: $command"
done
say "versions"
try_filtered "sed 's/[0-9.]*$/VERSION/'" --version
try_filtered "sed 's/ .*//'" --version --verbose
