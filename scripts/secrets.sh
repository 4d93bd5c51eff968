#!/usr/bin/env bash
# Makes the development signing secret that routes.json names, once: 32 random bytes in hexadecimal, readable by its
# owner only. An existing file is never touched. (The gateway makes its development certificate itself.)
set -euo pipefail
cd "$(dirname "$0")/.."

secret=certs/jwt.secret
[ -e "$secret" ] && exit 0

umask 077
mkdir -p certs
draft=$(mktemp certs/.jwt.secret.XXXXXX)
trap 'rm -f "$draft"' EXIT
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$draft"
# `ln` refuses to replace: of two runs at once, the second keeps what the first made.
ln "$draft" "$secret" 2>/dev/null || true
echo "Made the development secret $secret"
