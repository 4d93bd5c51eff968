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

step "Units, codecs and loopback"
swift test --skip-build --disable-xctest --skip BlackBoxTests

# On their own: they drive real processes and block while they wait, which would starve the others.
step "Black box"
swift test --skip-build --disable-xctest --filter BlackBoxTests
