# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests of claims on a real kernel: cases, the program that runs them, what was seen, and records.

In: cases. Out: records of calls with the state before and after, as answers to the questions of a
spec; and what the oracle says of them. Steps: a ``case`` becomes text, ``run`` has the executor run
it on this machine or in a guest, ``results`` reads what it says, ``observe`` makes answers of that,
``record`` keeps them.
"""
