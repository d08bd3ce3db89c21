# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: arguments, output, exit status. The only part that prints."""
