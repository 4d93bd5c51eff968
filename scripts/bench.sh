#!/usr/bin/env bash
# Builds for release and compares the gateway with HAProxy and nginx; options go to Benchmarks/side-by-side.py.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for package in haproxy nginx wrk; do
    PATH="$PATH:/usr/sbin" command -v "$package" >/dev/null || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "The comparison needs: sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
fi

scripts/bootstrap.sh test
swift build -c release --product gateway
exec python3 Benchmarks/side-by-side.py --gateway .build/release/gateway "$@"
