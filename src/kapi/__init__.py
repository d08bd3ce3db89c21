# SPDX-License-Identifier: GPL-2.0-or-later
"""kapi: Linux system call specifications that cannot quietly become false."""

__version__ = "0.1.0"
