# SPDX-License-Identifier: GPL-2.0-or-later
"""The specification language: comment text to model and back."""
