#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Shows what kapi does, one step after another, with the head of what each command prints.
# usage: tools/demo.sh FOLDER-OF-PROGRAMS
set -euo pipefail
PATH=$(realpath "$1"):$PATH
lines=${KAPI_DEMO_LINES:-16}
log=$(mktemp)
faulty=$(mktemp)
trap 'rm -f "$log" "$faulty"' EXIT

# step TEXT COMMAND...
step() {
    local status=0 more
    printf '\n==> %s\n$ %s\n' "$1" "${*:2}"
    "${@:2}" >"$log" || status=$?
    head -n "$lines" "$log"
    more=$(($(wc -l <"$log") - lines))
    [ "$more" -le 0 ] || echo "    ... and $more lines more"
    if [ "$status" != 0 ]; then
        echo "==> the command failed with exit status $status" >&2
        exit 1
    fi
}

step 'the system calls that have a specification' kapi list
step 'all about one of them' kapi show openat
step 'the same for programs' kapi show openat --format json
step 'the calls that a signal may interrupt' kapi list --filter errno=EINTR
step 'check every specification of the catalogue (no output: nothing is wrong)' kapi lint specs
step 'are they in canonical form? (no output: they are)' kapi fmt --check specs
step 'why an open failed' kapi explain 'openat(AT_FDCWD, "/dev/null/x", O_RDONLY) = -1 ENOTDIR'
if command -v strace >/dev/null; then
    step 'a program and its system calls (no output but its own: nothing is wrong)' \
        kapi check -- ls -R /usr/share/doc
    if gcc -w -g -o "$faulty" tests/trace/programs/close-twice.c; then
        step 'one that closes a descriptor twice, where another file may be by then' \
            kapi check --stacks -o /dev/stdout -- "$faulty"
    fi
else
    printf '\n==> no strace: kapi check is left out\n'
fi
printf '\n==> done; use it with: %s/kapi --help\n' "$1"
