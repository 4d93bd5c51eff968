#!/usr/bin/env bash
# Fetches what only some tests need: Python packages (into .build/venv), promtool (into .build/tools) and Chromium (into
# the system, for it is 300 MB in dozens of packages). What cannot be had is said loudly, with the tests that are skipped
# for it; with CI=true it is an error, but for Chromium on Ubuntu, which has it as a snap only:
# no container can install that.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=Tests/BlackBoxTests/Support/requirements.txt
venv=.build/venv
failed=0

skip() {
    printf '\n  *** %s\n  *** SKIPPED for it: %s\n\n' "$1" "$2" >&2
    failed=1
}

python_packages() {
    # The stamp is the list that was installed, so that a changed list installs again.
    cmp -s "$requirements" "$venv/installed.txt" && return 0
    python3 -m venv "$venv" &&
        "$venv/bin/pip" install --quiet --disable-pip-version-check --retries 2 --timeout 15 -r "$requirements" &&
        cp "$requirements" "$venv/installed.txt"
}

# Unpacked beside the build rather than installed: the package would start a monitoring server on this machine.
unpacked_promtool() {
    command -v promtool >/dev/null && return 0
    [ -x .build/tools/usr/bin/promtool ] && return 0
    command -v apt-get >/dev/null || return 1
    mkdir -p .build/tools/download
    (
        cd .build/tools/download
        apt-get download -q prometheus || { apt-get update -q && apt-get download -q prometheus; } ||
            { sudo -n apt-get update -q && apt-get download -q prometheus; }
    ) >/dev/null 2>&1 || return 1
    dpkg-deb --fsys-tarfile .build/tools/download/prometheus_*.deb | tar -x -C .build/tools ./usr/bin/promtool
    rm -rf .build/tools/download
}

has_chromium() {
    command -v chromium || command -v google-chrome
} >/dev/null

installed_chromium() {
    has_chromium && return 0
    command -v apt-get >/dev/null && ! is_ubuntu || return 1
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
    echo "Installing chromium"
    {
        "${as_root[@]}" apt-get update -q
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium
    } >/dev/null && has_chromium
}

is_ubuntu() {
    grep -qx 'ID=ubuntu' /etc/os-release
}

mkdir -p .build
python_packages || skip "PyPI is out of reach." "tests with independent clients and libraries: HTTP/2, WebSocket, gRPC, JWT"
unpacked_promtool || skip "promtool (Debian's prometheus package) is out of reach." "validation of /metrics by promtool"

if ! installed_chromium; then
    others=$failed
    skip "Chromium is out of reach." "tests with a browser"
    ! is_ubuntu || failed=$others
fi

if [ "$failed" -ne 0 ] && [ "${CI:-}" = true ]; then
    exit 1
fi
