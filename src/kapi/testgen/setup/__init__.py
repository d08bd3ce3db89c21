# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of states: descriptors, files, memory, processes, mounts.

In: a :class:`kapi.testgen.setup.steps.Steps` that collects what is to be done. Out: an argument for
the call: a number, a slot, a string. Recipes know the kernel's calls and nothing of specs.
"""
