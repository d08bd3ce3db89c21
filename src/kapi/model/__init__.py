# SPDX-License-Identifier: GPL-2.0-or-later
"""What a spec is: dataclasses, tokens, claims, the JSON form and its schema.

Nothing is imported here, so that a command loads only the modules it uses.
"""
