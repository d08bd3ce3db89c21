# SPDX-License-Identifier: GPL-2.0-or-later
"""The subcommands, a module for each; :mod:`kapi.cli.parser` lists them."""
