# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs in kernel images and in debugfs. Nothing is imported here, so that a use costs its part."""
