#!/usr/bin/env bash
# Builds the fuzzer and runs its targets one after the other, each for so many seconds.
#
#   scripts/fuzz.sh [SECONDS] [TARGET]...      60 seconds, and every target, unless told otherwise
#   scripts/fuzz.sh keep [TARGET]...           keeps, of all that runs have found, what reaches new code: in Fuzz/Corpus
#
# What runs find lies in .build-fuzz/corpus and is where the next run goes on. What breaks a property lands in
# Fuzz/Crashers, where `make test` replays it from then on.
set -euo pipefail
cd "$(dirname "$0")/.."

duration=60
if [ $# -gt 0 ] && [[ "$1" =~ ^([0-9]+|keep)$ ]]; then
    duration=$1
    shift
fi

scripts/bootstrap.sh build
FUZZ=1 swift build -c release --product Fuzz --scratch-path .build-fuzz \
    -Xswiftc -sanitize=fuzzer,address -Xswiftc -use-ld=lld
fuzzer=.build-fuzz/release/Fuzz
# The runtime would answer each finding with a backtrace of its own, before libFuzzer can keep the input.
export SWIFT_BACKTRACE=enable=no

mapfile -t targets < <("$fuzzer" --list)
for target in "$@"; do
    if [[ " ${targets[*]} " != *" $target "* ]]; then
        echo "There is no target $target; there are ${targets[*]}." >&2
        exit 1
    fi
done
[ $# -eq 0 ] || targets=("$@")

# The last number that the log of a run has for one of libFuzzer's statistics, or for one word of its progress lines.
statistic() { sed -n "s/^stat::$2: *//p" "$1" | tail -1; }
progress() { grep -oE "\b$2: [0-9]+" "$1" | tail -1 | grep -oE '[0-9]+'; }

if [ "$duration" != keep ]; then
    printf '%-16s %14s %10s %10s %8s  %s\n' TARGET EXECUTIONS PER-SECOND COVERAGE INPUTS FINDINGS
fi
failed=0
for target in "${targets[@]}"; do
    corpus=Fuzz/Corpus/$target crashers=Fuzz/Crashers/$target found=.build-fuzz/corpus/$target
    log=.build-fuzz/$target.log
    mkdir -p "$corpus" "$crashers" "$found"
    options=("--target=$target" -timeout=10 -artifact_prefix="$crashers/")
    if [ "$duration" = keep ]; then
        # Code that is reached decides, not how often: that keeps the corpus small.
        "$fuzzer" "${options[@]}" -set_cover_merge=1 -use_counters=0 "$corpus" "$found" >"$log" 2>&1
        echo "$target: $(find "$corpus" -type f | wc -l) inputs, $(du -sb "$corpus" | cut -f1) bytes"
        continue
    fi
    [ ! -e "Fuzz/Dictionaries/$target" ] || options+=(-dict="Fuzz/Dictionaries/$target")
    before=$(find "$crashers" -type f | wc -l)
    "$fuzzer" "${options[@]}" -max_total_time="$duration" -print_final_stats=1 "$found" "$corpus" >"$log" 2>&1 || true
    findings=$(($(find "$crashers" -type f | wc -l) - before))
    printf '%-16s %14s %10s %10s %8s  %s\n' "$target" "$(statistic "$log" number_of_executed_units)" \
        "$(statistic "$log" average_exec_per_sec)" "$(progress "$log" cov)" "$(find "$found" -type f | wc -l)" "$findings"
    if [ "$findings" -gt 0 ] || ! grep -q '^Done ' "$log"; then
        grep -E 'Fatal error|ERROR|Test unit written' "$log" | cut -c1-400 >&2 || tail -5 "$log" >&2
        failed=1
    fi
done
find Fuzz/Crashers -mindepth 1 -type d -empty -delete
exit "$failed"
