# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be wrong with a spec in the light of its code and of the kernel's headers."""
