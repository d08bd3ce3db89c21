# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the records of calls and the claims of specs bite each other.

In: specs and stored records. Out: how many falsified claims the true records notice, and how many
falsified records the true claims reject. Nothing is run; all is judged again.
"""
