#!/usr/bin/env bash
# Makes sure that the system has what `make run` and `make test` need beyond Swift, make and git.
#
#   scripts/bootstrap.sh build    the libraries that the gateway links
#   scripts/bootstrap.sh test     the same, and the programs that the tests run
#
# Debian and its relatives: missing packages are installed, as root or through a sudo that asks nothing.
# Elsewhere the exact packages are named and the exit status is 1. Does nothing, quickly, when all is there.
set -euo pipefail

purpose=${1:-build}

if ! command -v swift >/dev/null; then
    echo "Swift is missing: install Swift 6.2 or later from https://www.swift.org/install/linux/ and run this again." >&2
    exit 1
fi

# `need PACKAGE COMMAND...` notes the package when the command that would find it fails.
missing=()
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}

# A header counts wherever the compiler looks for it, whoever put it there.
header() {
    echo "#include <$1>" | clang -E -x c - || echo "#include <$1>" | cc -E -x c -
}

need libssl-dev header openssl/ssl.h
need libsqlite3-dev header sqlite3.h
need pkg-config command -v pkg-config
if [ "$purpose" = test ]; then
    need curl command -v curl
    need openssl command -v openssl
    need nghttp2-client command -v h2load
    need python3-venv python3 -c 'import ensurepip, venv'
    need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
fi

[ ${#missing[@]} -eq 0 ] && exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if command -v apt-get >/dev/null; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo -n)
    fi
    if [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; then
        echo "Installing ${missing[*]}"
        export DEBIAN_FRONTEND=noninteractive
        if "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}"; then
            exit 0
        fi
        echo "Installing failed." >&2
    fi
    printf 'These packages are missing: %s\nInstall them with:\n\n  sudo apt-get update && sudo %s\n\n' \
        "${missing[*]}" "${install[*]}" >&2
    exit 1
fi

cat >&2 <<TEXT
These are missing, by their Debian names: ${missing[*]}
Install the same from your system's packages, for example:

  Fedora    sudo dnf install openssl-devel sqlite-devel pkgconf-pkg-config curl openssl python3 nghttp2
  Alpine    sudo apk add openssl-dev sqlite-dev pkgconf curl openssl python3 nghttp2
  Arch      sudo pacman -S openssl sqlite pkgconf curl python nghttp2

and run this again.
TEXT
exit 1
