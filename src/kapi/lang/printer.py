# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a spec as its canonical comment; reading that comment gives an equal spec.

In: a spec without text that could not be read. Out: the lines of its comment. Items that an include
brought are left out, as the include brings them again. Driven by :mod:`kapi.lang.fields`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from kapi.diagnostics import Sink
from kapi.lang import fields
from kapi.lang.fill import fill_code, fill_text
from kapi.lang.locks import derive_scope
from kapi.lang.print_values import error_set_text, write_keys, write_param, write_return
from kapi.lang.segments import cut_segments, is_spec
from kapi.lang.text import read_lines, separator_offsets
from kapi.model.spec import Errno, Item, Lock, Param, Spec, StateTransition, Struct, Text
from kapi.model.tokens import INTERNAL_ERRNOS, look_up
from kapi.source import SourceFile

_BODY = 2
_CONTINUED = 4
_LOST_STAR = re.compile(r"\n(?! \*)")
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def print_comment(spec: Spec) -> str:
    """The canonical comment of ``spec``, from ``/**`` to ``*/``, without a newline at the end.

    :raises ValueError: if the spec holds text that could not be read, which would be lost, or that
        no comment can hold.
    """
    if spec.unparsed:
        raise ValueError(f"{spec.name} holds text that was not understood")
    groups = [_head(spec), *_sections(spec), _top(spec), *_blocks(spec), *_prose_end(spec)]
    text = _join(groups)
    if not _is_marked(spec) and not _is_recognised(text):
        groups.append(_mark(spec))
        text = _join(groups)
    if text.count("*/") > 1 or _CONTROL.search(text) or _LOST_STAR.search(text):
        raise ValueError(f"{spec.name} holds text that cannot stand in a comment")
    return text


def _join(groups: Iterable[list[str]]) -> str:
    """The comment of some groups of lines, a blank line between each two."""
    lines = [line for group in groups if group for line in ("", *group)][1:]
    return "\n".join(["/**", *(f" * {line}".rstrip(" ") for line in lines), " */"])


def _is_marked(spec: Spec) -> bool:
    """Whether one tag alone says that the comment is a spec."""
    marks = (spec.version, spec.api_type, spec.long_description, spec.context_flags)
    return bool(spec.extensions) or any(mark is not None for mark in marks)


def _is_recognised(text: str) -> bool:
    """Whether readers would take the comment for a spec."""
    lines = read_lines(SourceFile("", text.encode("utf-8", "replace")), 0, len(text), Sink())
    return is_spec(cut_segments(lines))


def _mark(spec: Spec) -> list[str]:
    """A tag that says nothing but that the comment is a spec."""
    name = next((param.name for param in spec.parameters if param.name), None)
    return ["api-version: 1"] if name is None else [f"param: {name}"]


def _head(spec: Spec) -> list[str]:
    """The name line and the ``@param`` lines."""
    summary = spec.description
    texts = [summary or "", *(param.description or "" for param in spec.parameters)]
    if any("\n" in text for text in texts):
        raise ValueError(f"{spec.name} holds a summary of several paragraphs")
    lines = fill_text(f"{spec.name} - ", summary, _BODY) if summary is not None else [spec.name]
    for param in _params(spec):
        if param.description is not None:
            lines += fill_text(f"@{param.name}: ", param.description, _BODY)
    return lines


def _params(spec: Spec) -> list[Param]:
    """The parameters, one of each name: code under way may have two, which share their text."""
    found: dict[str, Param] = {}
    for param in spec.parameters:
        found.setdefault(param.name, param)
    return list(found.values())


def _sections(spec: Spec) -> Iterator[list[str]]:
    """Ordinary kernel-doc sections, verbatim: free description first."""
    for text in spec.ordinary_sections:
        if text.name == "@...":
            yield fill_text("@...: ", text.text, _BODY)
            continue
        first, *rows = text.text.split("\n")
        # A name that ends in a colon was written with two.
        head = f"{text.name}: " if text.name else ""
        yield [head + first, *rows]


def _top(spec: Spec) -> list[str]:
    """Tags of one value, and the prose that belongs to them."""
    lines: list[str] = []
    for tag in fields.all_tags().values():
        writer = _TOP.get(tag.name)
        if writer:
            lines += writer(spec)
    return lines


def _value_tag(name: str) -> Callable[[Spec], list[str]]:
    """Writes a tag that is one word or a text."""

    def write(spec: Spec) -> list[str]:
        tag = fields.all_tags()[name]
        value = getattr(spec, tag.target)
        return [] if value is None else fill_text(f"{name}: ", str(value), _CONTINUED)

    return write


def _prose_tag(name: str) -> Callable[[Spec], list[str]]:
    """Writes a tag whose lines are kept."""

    def write(spec: Spec) -> list[str]:
        text = getattr(spec, fields.all_tags()[name].target)
        return [] if text is None else _prose(name, text)

    return write


def _prose(name: str, text: str) -> list[str]:
    """Lines of a prose tag; the first goes behind the colon unless it is indented."""
    first, *rows = text.split("\n")
    if first.startswith(" "):
        first, rows = "", [first, *rows]
    return [f"{name}: {first}", *(" " * _BODY + row for row in rows)]


def _contexts(spec: Spec) -> list[str]:
    found = spec.context_flags
    return [] if found is None else fill_text("contexts: ", ", ".join(found), _CONTINUED)


def _error_set(spec: Spec) -> list[str]:
    found = spec.error_set
    return [] if found is None else fill_code("error-set: ", error_set_text(found), _CONTINUED)


def _includes(spec: Spec) -> list[str]:
    return [
        line
        for one in spec.includes
        for line in fill_text("include: ", f"{one.name}({', '.join(one.arguments)})", _CONTINUED)
    ]


_TOP: dict[str, Callable[[Spec], list[str]]] = {
    "api-version": _value_tag("api-version"),
    "api-type": _value_tag("api-type"),
    "long-desc": _prose_tag("long-desc"),
    "contexts": _contexts,
    "origin": _value_tag("origin"),
    "error-set": _error_set,
    "include": _includes,
}


def _blocks(spec: Spec) -> Iterator[list[str]]:
    """Structured blocks, in the order of the table."""
    tags = fields.all_tags()
    version = spec.version or 1
    for param in _params(spec):
        body = write_param(tags["param"], param)
        if body:
            yield [f"param: {param.name}", *body]
    body = write_return(tags["return"], spec.returns, version) if spec.returns else []
    if body:
        yield ["return:", *body]
    for tag in tags.values():
        if tag.name in _HEADERS:
            for item in getattr(spec, tag.target):
                if item.shared is None:
                    yield _block(tag, item, version)
    yield from map(_struct, spec.structs)


def _block(tag: fields.Tag, item: Item, version: int) -> list[str]:
    """One block with its header and sub-keys."""
    header = _HEADERS[tag.name](item)
    head = fill_text(f"{tag.name}: ", header, _CONTINUED)
    return [*head, *write_keys(tag, item, tuple(_implied(item, header, version)))]


_HEADERS: dict[str, Callable[[Any], str]] = {
    "error": lambda item: _commas(item.name, item.summary),
    "lock": lambda item: _commas(item.name, item.type if _ends_in_type(item) else None),
    "signal": lambda item: item.signal_name,
    "side-effect": lambda item: " | ".join(item.type),
    "state-trans": lambda item: "" if len(_parts(item.object)) > 2 else item.object,
    "capability": lambda item: item.name,
    "constraint": lambda item: item.name,
}


def _parts(text: str) -> list[str]:
    """The parts of a header between its commas."""
    bounds = [-1, *separator_offsets(text, ","), len(text)]
    return [text[start + 1 : end] for start, end in pairwise(bounds)]


def _ends_in_type(lock: Lock) -> bool:
    """Whether the name of a lock would be read as a name and a type."""
    *before, last = _parts(lock.name)
    return bool(before) and look_up("lock-type", last.strip(" ")) is not None


def _implied(item: Item, header: str, version: int) -> Iterator[str]:
    """Sub-keys that need not be written, as the header, the name or other keys say the same."""
    if isinstance(item, Errno) and (not item.internal or item.name in INTERNAL_ERRNOS):
        yield "internal"
    elif isinstance(item, StateTransition) and header:
        yield "object"
    elif isinstance(item, Lock):
        if header != item.name:
            yield "type"
        keys = (item.acquired, item.released, item.held_on_entry, item.held_on_exit)
        derived = derive_scope(*keys)
        if derived and derived.scope == item.scope and any(key is not None for key in keys):
            yield "scope"
        if derived and derived.held == item.held and version < 2:
            yield "held"


def _commas(*parts: str | None) -> str:
    """The parts that are there, joined by commas."""
    return ", ".join(part for part in parts if part is not None)


def _struct(struct: Struct) -> list[str]:
    """A struct with its members."""
    lines: list[str] = []
    if struct.name is not None:
        lines += fill_text("struct: ", _commas(struct.name, struct.description), _CONTINUED)
    for member in struct.fields:
        text = _commas(member.name, member.type, member.description)
        lines += fill_text("struct-field: ", text, _CONTINUED)
        if member.lo is not None and member.hi is not None:
            bounds = f"{member.name}, {member.lo}, {member.hi}"
            lines += fill_code("struct-field-range: ", bounds, _CONTINUED)
        if member.mask is not None:
            lines += fill_code("struct-field-mask: ", f"{member.name}, {member.mask}", _CONTINUED)
    return lines


def _prose_end(spec: Spec) -> Iterator[list[str]]:
    """Examples, notes, extensions, reserved words and counts."""
    yield _prose_tag("examples")(spec)
    yield _prose_tag("notes")(spec)
    for text in spec.extensions:
        yield _prose(f"kapi-{text.name}", text.text)
    yield [line for text in spec.reserved for line in _reserved(text)]
    yield [f"{count.tag}-count: {count.value}" for count in spec.counts]


def _reserved(text: Text) -> list[str]:
    return fill_text(f"{text.name}: ", text.text, _CONTINUED) if text.text else [f"{text.name}:"]
