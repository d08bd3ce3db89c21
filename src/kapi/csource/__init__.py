# SPDX-License-Identifier: GPL-2.0-or-later
"""C source files: kernel-doc comments, the definition below each, and walks over trees.

``comments`` finds the comments of a text, ``definitions`` what each describes, ``walk`` the files
of a tree that may hold a spec.
"""
