#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command with KAPI_LINUX_TREE naming an unpacked Linux tree, if one can be had: the one that
# is named already, or Debian's package linux-source-6.12, unpacked once into $KAPI_CACHE.
# usage: tools/with-tree.sh COMMAND [ARGUMENT...]
set -euo pipefail

archive=/usr/src/linux-source-6.12.tar.xz
cache=${KAPI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kapi}
tree=$cache/linux-source-6.12

# A tree that was unpacked from another version of the package is replaced.
unpack() {
    local version parts
    version=$(stat -c '%s %Y' "$archive")
    [ "$(cat "$tree/.unpacked-from" 2>/dev/null)" != "$version" ] || return 0
    echo "==> unpacking $archive into $cache (once, takes half a minute)"
    rm -rf "$cache"/unpack.??????
    parts=$(mktemp -d "$cache/unpack.XXXXXX")
    # shellcheck disable=SC2064
    trap "rm -rf '$parts'" EXIT
    tar -C "$parts" -xf "$archive"
    echo "$version" >"$parts/linux-source-6.12/.unpacked-from"
    rm -rf "$tree"
    mv -T "$parts/linux-source-6.12" "$tree"
    rm -rf "$parts"
    trap - EXIT
}

if [ -z "${KAPI_LINUX_TREE:-}" ] && [ -f "$archive" ]; then
    [ -d "$cache" ] || install -d -m 700 "$cache"
    exec {lock}>"$cache/unpack.lock"
    flock "$lock"
    unpack
    exec {lock}>&-
    export KAPI_LINUX_TREE=$tree
fi
exec "$@"
