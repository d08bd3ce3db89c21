# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts framework, generator and catalogue into a Linux source tree, and takes them out again."""
