#!/usr/bin/env bash
# Everything that `make test` does: system packages, lint, build, every ring of tests.
#
#   CI=true scripts/test.sh    a test tool that cannot be had fails the run, instead of skipping its tests loudly
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n==> %s\n' "$*"; }

step "System packages"
scripts/bootstrap.sh test

step "Lint"
make --no-print-directory lint

step "Test tools"
scripts/test-tools.sh
export PATH="$PWD/.build/tools/usr/bin:$PATH"

step "Build"
swift build --build-tests

# Runs tests, and says once more at the end which of thousands of lines tell of a failure.
tests() {
    local log status=0
    log=$(mktemp)
    swift test --skip-build --disable-xctest "$@" 2>&1 | tee "$log" || status=$?
    if [ "$status" -ne 0 ]; then
        printf '\n==> What failed\n'
        grep -E '✘|error:|Fatal' "$log" | head -40 || true
    fi
    rm -f "$log"
    return "$status"
}

# The services on their own: each of their tests has a database, and all of them together very many descriptors.
services='^(Shop|ServiceKit|SQLite)Tests'

step "Units, codecs and loopback"
tests --skip BlackBoxTests --skip "$services"

step "Services"
tests --filter "$services"

# On their own: they drive real processes and block while they wait, which would starve the others.
step "Black box"
tests --filter BlackBoxTests
