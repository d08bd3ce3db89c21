# SPDX-License-Identifier: GPL-2.0-or-later
"""Specs -> the neutral document tree: the one walk that every writer shares.

In: specs. Out: one :class:`kapi.render.nodes.Page` for each. Knows no output format.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from kapi.model.spec import (
    Capability,
    Errno,
    Item,
    Lock,
    Param,
    Return,
    Rule,
    SideEffect,
    Signal,
    Spec,
    StateTransition,
    Struct,
    StructField,
    Text,
)
from kapi.render.clean import clean_text
from kapi.render.facts import Facts, error_set_runs
from kapi.render.inline import Scope, parse_inline
from kapi.render.marks import marks_of
from kapi.render.nodes import (
    Block,
    Blocks,
    Definition,
    Definitions,
    Fields,
    Inline,
    Page,
    Paragraph,
    Row,
    Run,
    Section,
    plain_text,
    run,
    verbatim,
)
from kapi.render.options import Options
from kapi.render.prose import parse_prose
from kapi.render.prototype import declare, prototype

_UNNAMED = "(unnamed)"
_PARAM_SHOWN = frozenset(("index", "name", "type", "type_class", "flags", "description", "details"))


def call_name(name: str) -> str:
    """The name that programs know a system call by: ``open`` for ``sys_open``."""
    return name.removeprefix("compat_").removeprefix("sys_")


def build_pages(
    specs: Sequence[Spec],
    options: Options,
    *,
    columns: int,
    naming: Callable[[Spec], str] = lambda spec: spec.name,
) -> tuple[Page, ...]:
    """One page for each of ``specs``.

    :param columns: room for the lines of a synopsis.
    :param naming: the name that a page gives its spec.
    """
    known = {call_name(spec.name): spec.name for spec in specs}
    known |= {spec.name: spec.name for spec in specs}
    return tuple(
        _PageBuilder(spec, known, options).page(clean_text(naming(spec)) or _UNNAMED, columns)
        for spec in specs
    )


class _PageBuilder:
    """Builds the page of one spec."""

    def __init__(self, spec: Spec, known: dict[str, str], options: Options) -> None:
        self._spec = spec
        self._scope = Scope(
            frozenset(param.name for param in spec.parameters),
            frozenset(error.name for error in spec.errors),
            lambda name: known.get(name, ""),
            set(),
        )
        marks = marks_of(spec, options.marks) if options.marks else {}
        self._facts = Facts(self._scope, options.verbose, marks)

    def page(self, name: str, columns: int) -> Page:
        sections = tuple(section for section in self._sections(name) if section.blocks)
        summary = self._inline(self._spec.description)
        own = {call_name(self._spec.name), self._spec.name}
        mentions = {word for word in self._scope.mentions if word.partition("(")[0] not in own}
        synopsis = prototype(self._spec, name, columns)
        return Page(name, summary, synopsis, sections, tuple(sorted(mentions)))

    def _sections(self, name: str) -> Iterable[Section]:
        spec = self._spec
        yield Section("Description", self._description())
        yield Section("Parameters", _definitions(map(self._param, spec.parameters)))
        yield Section("Return value", self._returns(spec.returns))
        yield Section("Errors", self._errors())
        yield Section("Signals", _definitions(map(self._signal, spec.signals)))
        yield Section("Capabilities", _definitions(map(self._capability, spec.capabilities)))
        yield Section("Side effects", _definitions(map(self._side_effect, spec.side_effects)))
        yield Section("State transitions", _definitions(map(self._state, spec.state_transitions)))
        yield Section("Locks", _definitions(map(self._lock, spec.locks)))
        yield Section("Context", self._context())
        yield Section("Constraints", _definitions(map(self._rule, spec.constraints)))
        yield Section("Structures", _definitions(map(self._struct, spec.structs)))
        yield Section("Notes", self._prose(spec.notes))
        yield Section("Examples", _verbatim_blocks(spec.examples, "c"))
        for text in spec.ordinary_sections:
            if text.name:
                yield Section(_title(text.name), self._text_body(text))
        yield Section("Extensions", _definitions(map(self._text, spec.extensions)))
        yield Section("Reserved words", _definitions(map(self._text, spec.reserved)))
        yield Section("Text that was not understood", self._unparsed())
        yield Section("Specification", self._about(name))

    def _inline(self, text: str | None) -> Inline:
        return parse_inline(text, self._scope) if text else ()

    def _prose(self, text: str | None) -> Blocks:
        return parse_prose(text, self._scope)

    def _description(self) -> Blocks:
        found = list(self._prose(self._spec.long_description))
        for text in self._spec.ordinary_sections:
            if not text.name:
                found.extend(self._text_body(text))
        return tuple(found)

    def _param(self, param: Param) -> Definition:
        declaration = declare(param.type, param.name)
        term = (
            run("quiet", f"[{param.index}]"),
            Run("code", " " + declaration.before),
            Run("name", declaration.name),
            Run("code", declaration.after),
        )
        words = [word for word in (param.type_class, *param.flags) if word is not None]
        first = Row("class" if param.type_class is not None else "flags", _line(", ".join(words)))
        rows = (*((first,) if words else ()), *self._facts.rows(param, _PARAM_SHOWN))
        prose = (*self._prose(param.description), *self._prose(param.details))
        return Definition(term, (), (*prose, *_fields(rows)))

    def _returns(self, returns: Return | None) -> Blocks:
        if returns is None:
            return ()
        rows = self._facts.rows(returns, frozenset({"description"}))
        return (*self._prose(returns.description), *_fields(rows))

    def _errors(self) -> Blocks:
        """By name, as in manual pages: those of shared specs stand among their like."""
        errors = sorted(self._spec.errors, key=lambda error: error.name)
        found: list[Block] = list(_definitions(map(self._error, errors)))
        rule = self._spec.error_set
        if rule is not None:
            marks = self._facts.evidence(rule)
            found.append(Paragraph((*error_set_runs(rule), *self._facts.at(rule))))
            found.extend(_fields(marks))
        return tuple(found)

    def _item(
        self,
        item: Item,
        term: str,
        gloss: str | None = None,
        skip: str = "",
        condition: str | None = None,
    ) -> Definition:
        """A definition of ``item``; the attributes named in ``skip`` are shown by its caller.

        :param condition: words that come first of all, as a sentence.
        """
        head: Inline = (_name(term),)
        if item.label is not None:
            head = (*head, Run("text", " "), run("quiet", f"[{item.label}]"))
        rows = self._facts.rows(item, frozenset(skip.split()) | {"description"})
        prose = self._prose(getattr(item, "description", None))
        body = (*_led(self._prose(condition), prose), *_fields(rows))
        return Definition(head, self._inline(gloss), body)

    def _error(self, error: Errno) -> Definition:
        skip = "name summary condition" + ("" if error.internal else " internal")
        return self._item(error, error.name, error.summary, skip, error.condition)

    def _signal(self, signal: Signal) -> Definition:
        same = signal.signal_num == signal.signal_name
        skip = "signal_name signal_num" if same else "signal_name"
        return self._item(signal, signal.signal_name, None, skip)

    def _capability(self, capability: Capability) -> Definition:
        return self._item(capability, capability.name, None, "name")

    def _side_effect(self, effect: SideEffect) -> Definition:
        return self._item(effect, ", ".join(effect.type), effect.target, "type target")

    def _state(self, change: StateTransition) -> Definition:
        if change.from_state is None or change.to_state is None:
            return self._item(change, change.object, None, "object")
        gloss = f"{change.from_state} -> {change.to_state}"
        return self._item(change, change.object, gloss, "object from_state to_state")

    def _lock(self, lock: Lock) -> Definition:
        return self._item(lock, lock.name, None, "name")

    def _context(self) -> Blocks:
        flags = self._spec.context_flags
        return (Paragraph((run("text", ", ".join(flags)),)),) if flags else ()

    def _rule(self, rule: Rule) -> Definition:
        return self._item(rule, rule.name, None, "name")

    def _struct(self, struct: Struct) -> Definition:
        term: Inline = (Run("name", _UNNAMED),)
        if struct.name is not None:
            prefix = "" if struct.name.startswith(("struct ", "union ")) else "struct "
            term = (Run("code", prefix), _name(struct.name))
        rows = self._facts.rows(struct, frozenset({"name", "description", "fields"}))
        members = _definitions(map(self._member, struct.fields))
        return Definition(term, (), (*self._prose(struct.description), *members, *_fields(rows)))

    def _member(self, member: StructField) -> Definition:
        declaration = declare(member.type, member.name)
        term = (
            Run("code", declaration.before),
            Run("name", declaration.name),
            Run("code", declaration.after),
        )
        rows = self._facts.rows(member, frozenset({"name", "type", "description"}))
        return Definition(term, (), (*self._prose(member.description), *_fields(rows)))

    def _text_body(self, text: Text) -> Blocks:
        return (*self._prose(text.text), *_fields(self._facts.provenance(text)))

    def _text(self, text: Text) -> Definition:
        return Definition((_name(text.name),), (), self._text_body(text))

    def _unparsed(self) -> Blocks:
        """Raw lines, kept as they are."""
        entries = (
            Definition(
                (_name(text.name),),
                (),
                (*_verbatim_blocks(text.text), *_fields(self._facts.provenance(text))),
            )
            for text in self._spec.unparsed
        )
        return _definitions(entries)

    def _about(self, name: str) -> Blocks:
        spec = self._spec
        rows: list[Row] = []
        if clean_text(spec.name) != name:
            rows.append(Row("name", _line(spec.name)))
        rows.append(Row("kind", _line(spec.kind.replace("_", " "))))
        if spec.version is not None:
            rows.append(Row("api-version", _line(str(spec.version))))
        if spec.api_type is not None:
            rows.append(Row("api-type", _line(spec.api_type)))
        for include in spec.includes:
            value = (*self._facts.compound(include), *self._facts.at(include))
            rows.append(Row("includes", (value,)))
        for count in spec.counts:
            value = (*self._facts.compound(count), *self._facts.at(count))
            rows.append(Row("counted", (value,)))
        if spec.symbols:
            symbols = [(run("const", symbol),) for symbol in spec.symbols]
            rows.append(Row("constants", (_spread(symbols),)))
        return _fields((*rows, *self._facts.provenance(spec)))


def _led(lead: Blocks, rest: Blocks) -> Blocks:
    """Prose behind a lead, which becomes a sentence; the two share a paragraph if possible."""
    if not lead or not isinstance(lead[-1], Paragraph):
        return (*lead, *rest)
    first = lead[0]
    if isinstance(first, Paragraph):
        lead = (Paragraph(_capitalised(first.runs)), *lead[1:])
    assert isinstance(lead[-1], Paragraph)
    last = lead[-1].runs
    if plain_text(last).rstrip()[-1:] not in ".!?:":
        last = (*last, Run("text", "."))
    if rest and isinstance(rest[0], Paragraph):
        last, rest = (*last, Run("text", " "), *rest[0].runs), rest[1:]
    return (*lead[:-1], Paragraph(last), *rest)


def _capitalised(runs: Inline) -> Inline:
    """Runs whose first word, if it is an ordinary one, has a capital."""
    first = runs[0]
    word = first.text.partition(" ")[0]
    if first.style != "text" or not (word.isascii() and word.isalpha() and word.islower()):
        return runs
    return (Run("text", first.text[:1].upper() + first.text[1:]), *runs[1:])


def _name(text: str) -> Run:
    return Run("name", clean_text(text) or _UNNAMED)


def _line(text: str) -> tuple[Inline, ...]:
    return ((run("text", text),),)


def _spread(pieces: list[tuple[Run]]) -> Inline:
    found: list[Run] = []
    for (piece,) in pieces:
        found += [Run("text", ", "), piece] if found else [piece]
    return tuple(found)


def _title(word: str) -> str:
    return clean_text(word[:1].upper() + word[1:]) or _UNNAMED


def _definitions(entries: Iterable[Definition]) -> Blocks:
    found = tuple(entries)
    return (Definitions(found),) if found else ()


def _fields(rows: tuple[Row, ...]) -> Blocks:
    return (Fields(rows),) if rows else ()


def _verbatim_blocks(text: str | None, language: str = "") -> Blocks:
    block = verbatim(text or "", language)
    return (block,) if block.text else ()
