# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests in C for others, made from cases.

In: cases, records of them, a spec. Out: a C file, or one that shows a single contradiction. Steps:
``expect`` says what the spec lets come of a case, ``choose`` takes few cases that show all claims,
``program`` makes C of one case with ``idioms``, ``calls`` and ``values``, and ``formats`` writes
the file around them. ``reproduce`` writes the one for a contradiction.
"""
