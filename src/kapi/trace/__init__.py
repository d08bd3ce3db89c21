# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls of a running program, seen by strace, and what is wrong with them."""
