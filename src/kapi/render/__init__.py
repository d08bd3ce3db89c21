# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs to text for people: ``render(format, specs, options)``.

Each writer is a module with ``render(specs, options) -> str``, pure, imported when first used.
All write the same tree (:mod:`kapi.render.document`), so none can forget a part of a spec.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from kapi.render.options import Options

if TYPE_CHECKING:
    from kapi.model.spec import Spec

__all__ = ["RENDERERS", "Options", "render"]

#: Format name -> module of its writer.
RENDERERS: dict[str, str] = {
    "plain": "kapi.render.plain",
    "rst": "kapi.render.rst",
    "man": "kapi.render.man",
    "md": "kapi.render.markdown",
}


def render(format: str, specs: Sequence[Spec], options: Options | None = None) -> str:
    """``specs`` as text in one of :data:`RENDERERS`; it ends with a newline unless empty.

    :raises KeyError: if there is no such format.
    """
    writer = import_module(RENDERERS[format])
    text: str = writer.render(specs, options or Options())
    return text
