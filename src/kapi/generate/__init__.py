# SPDX-License-Identifier: GPL-2.0-or-later
"""C code and texts for a kernel build, made from specs. Runs on a bare Python inside that build."""
