#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs the system packages that tests use: at once as root on Debian and its kin; otherwise it
# prints the command and succeeds, as tests then say why they skip.
# usage: tools/system-packages.sh
set -euo pipefail

missing=()

# need TEST-ARGUMENTS... PACKAGE: the package is missing if the test fails.
need_command() { command -v "$1" >/dev/null || missing+=("$2"); }
need_file() { [ -e "$1" ] || missing+=("$2"); }
need_match() { compgen -G "$1" >/dev/null || missing+=("$2"); }

need_command gcc gcc
need_command make make
need_command mandoc mandoc
need_command groff groff
need_command man man-db
need_command strace strace
need_command xz xz-utils
need_command bzip2 bzip2
need_command lz4 lz4
need_command lzop lzop
need_command zstd zstd
need_command zsh zsh
need_command fish fish
need_file /usr/include/asm-generic/errno.h linux-libc-dev
need_file /usr/include/stdio.h libc6-dev
# What builds kernels,
need_command flex flex
need_command bison bison
need_command bc bc
need_command perl perl
need_command ccache ccache
need_command sparse sparse
need_command depmod kmod
need_command aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
need_file /usr/include/libelf.h libelf-dev
# and what boots them.
need_command qemu-system-x86_64 qemu-system-x86
need_command cpio cpio
need_command mke2fs e2fsprogs
need_file /bin/busybox busybox-static
need_match '/boot/vmlinuz-6.12*' linux-image-6.12-amd64
[ -n "${KAPI_LINUX_TREE:-}" ] || need_file /usr/src/linux-source-6.12.tar.xz linux-source-6.12

[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "==> some tests will skip; to run them: sudo apt-get install ${missing[*]}"
    exit 0
fi

echo "==> installing system packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
apt() { apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1; }
if ! { apt update && apt install --yes --no-install-recommends "${missing[@]}"; }; then
    tail -n 20 "$log" >&2
    echo "==> not installed; some tests will skip" >&2
fi
