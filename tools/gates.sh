#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the gates that every change must pass, all of them, and says which failed. The exit status is
# 10 plus the number of the first one that failed.
# usage: tools/gates.sh FOLDER-OF-PROGRAMS
set -euo pipefail
bin=$1
here=$(dirname "$0")
log=$(mktemp)
trap 'rm -f "$log"' EXIT

total=4
number=0
first=0

result() {
    if [ "$1" = 0 ]; then
        return
    fi
    echo "==> gate $number failed with exit status $1: $2"
    [ "$first" != 0 ] || first=$((10 + number))
}

# A gate that is silent unless it fails.
gate() {
    local status=0
    number=$((number + 1))
    echo "==> [$number/$total] $*"
    "$bin/$1" "${@:2}" >"$log" 2>&1 || status=$?
    [ "$status" = 0 ] || cat "$log"
    result "$status" "$*"
}

# The tests show their progress, why some skip, and how many passed.
tests() {
    local status=0
    number=$((number + 1))
    echo "==> [$number/$total] pytest"
    "$here/with-tree.sh" "$bin/pytest" --quiet || status=$?
    result "$status" pytest
}

gate ruff format --check
gate ruff check
gate mypy
tests
exit "$first"
