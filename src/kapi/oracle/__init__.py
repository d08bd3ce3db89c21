# SPDX-License-Identifier: GPL-2.0-or-later
"""The oracle: is the outcome of a call what its spec allows? Pure; observes nothing itself."""
