#!/usr/bin/env bash
# Runs every test under AddressSanitizer, then under ThreadSanitizer, each in a build folder of its own.
#
#   scripts/sanitize.sh [address|thread] [swift test options]
set -euo pipefail
cd "$(dirname "$0")/.."

sanitizers=(address thread)
case "${1:-}" in
address | thread)
    sanitizers=("$1")
    shift
    ;;
esac

scripts/bootstrap.sh test
scripts/test-tools.sh
export PATH="$PWD/.build/tools/usr/bin:$PATH"
export ASAN_OPTIONS="detect_leaks=0:abort_on_error=0:${ASAN_OPTIONS:-}"
export TSAN_OPTIONS="halt_on_error=1:exitcode=66:${TSAN_OPTIONS:-}"

for sanitizer in "${sanitizers[@]}"; do
    options=(--sanitize="$sanitizer" --scratch-path ".build-$sanitizer")
    swift build --build-tests "${options[@]}"
    if [ $# -gt 0 ]; then
        swift test --skip-build --disable-xctest "${options[@]}" "$@"
    else
        swift test --skip-build --disable-xctest "${options[@]}" --skip BlackBoxTests
        swift test --skip-build --disable-xctest "${options[@]}" --filter BlackBoxTests
    fi
done
