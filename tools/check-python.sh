#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Says what is missing if a Python cannot make virtual environments.
# usage: tools/check-python.sh PYTHON
set -eu
python=$1

if ! command -v "$python" >/dev/null; then
    echo "error: there is no '$python'; install it with: apt-get install python3 python3-venv" >&2
    exit 2
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "error: kapi needs Python 3.11 or newer, $python is $("$python" -V 2>&1);" \
        "name another one with: make PYTHON=python3.11 ..." >&2
    exit 2
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "error: the venv module of $python is missing;" \
        "install it with: apt-get install python3-venv" >&2
    exit 2
fi
