# SPDX-License-Identifier: GPL-2.0-or-later
"""Run by kernel/api/Makefile as ``python3 -I -S -B tools/kapi``."""

import sys

from kapi.generate.__main__ import main

sys.exit(main())
