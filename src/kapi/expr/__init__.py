# SPDX-License-Identifier: GPL-2.0-or-later
"""The expressions of specs: syntax tree, types, three-valued meaning, and code in C and Python."""
