# SPDX-License-Identifier: GPL-2.0-or-later
"""Which errno, flag, capability and signal names exist, and their numbers."""
