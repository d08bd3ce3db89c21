# SPDX-License-Identifier: GPL-2.0-or-later
"""``python -m kapi``: the same as the program ``kapi``."""

from __future__ import annotations

import sys

from kapi.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
