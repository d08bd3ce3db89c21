"""Specs of every kind, as Hypothesis strategies: all that a comment can say, in hostile words.

A generated spec is one that reading some comment can give: what it says fits together, and no text
begins or ends with a blank. Its code is ``reading.CODE``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from kapi.lang.locks import derive_scope
from kapi.lang.params import USER_CLASSES
from kapi.lang.text import separator_offsets
from kapi.model.spec import (
    ArchMask,
    Capability,
    Cause,
    Constraint,
    Count,
    Errno,
    ErrorSet,
    Include,
    Lock,
    Param,
    Range,
    Require,
    Return,
    Rule,
    SideEffect,
    Signal,
    SizeParam,
    Spec,
    StateTransition,
    Struct,
    StructField,
    Success,
    Text,
)
from kapi.model.tokens import ARCHES, INTERNAL_ERRNOS, look_up, words_of

PARAMS = (("wfd", "int"), ("len", "size_t"), ("buf", "char __user *"))

# Text.

HOSTILE = [
    *"a the word: note: Note: lock: Lock: error: ERROR: return: Returns: context: @wfd".split(),
    *"@wfd: @buf.len: * ** - -- : :: , ,, ( ) () [ ] { } | || & && -> .. ... ; . ? ! = ==".split(),
    *("=>", "~", ">", "<"),
    *"% # $ ^ \\ / // /* ' \" ` KAPI_CTX_NMI process yes no 1 0x10 -5 EIO -EIO ENXIO,".split(),
    *"CAP_A none mutex rcu spinlock, condition= reversible=no, desc: when(x): type:".split(),
    *"api-version: contexts: sys_frob \u00e4\u00f6 e\u0301 \U0001f600 \\x80 %s".split(),
    *("\u00a0x", "\u2028y"),
    *("x" * 40, "y" * 120, "a_very_long_word_" * 8),
]

#: Words, some with more than one blank in front.
word = st.sampled_from([*HOSTILE, *("a",) * 20, *(f" {one}" for one in HOSTILE[:30]), "   b"])


@cache
def line(most: int = 8) -> st.SearchStrategy[str]:
    """One line of text without blanks around it."""
    return st.lists(word, min_size=1, max_size=most).map(_join)


def _join(words: list[str]) -> str:
    return " ".join(words).strip(" ").replace("*/", "*")


@cache
def prose(most: int = 20) -> st.SearchStrategy[str]:
    """Text of several paragraphs."""
    return st.lists(line(most), min_size=1, max_size=3).map("\n\n".join)


@cache
def rows() -> st.SearchStrategy[str]:
    """Text whose lines and indentation are kept, without blank lines around it."""
    indented = st.tuples(st.integers(0, 9), line(5)).map(lambda pair: " " * pair[0] + pair[1])
    found = st.lists(indented | st.just(""), min_size=1, max_size=5)
    return found.map(lambda lines: "\n".join(lines).strip("\n") or "x")


@cache
def plain_rows() -> st.SearchStrategy[str]:
    """Rows that are text even where a tag could stand."""
    return rows().map(lambda text: "\n".join(map(_harmless, text.split("\n"))))


def _harmless(row: str) -> str:
    return "." + row if row[:1].isidentifier() or row.startswith("@") else row


# Code.

NAMES = ("wfd", "len", "buf", "ret", "A", "FROB_A", "0", "-1", "0x10", "ULONG_MAX", "page_size")


def _pair(parts: tuple[str, str, str]) -> str:
    return "{} {} {}".format(*parts)


@cache
def code() -> st.SearchStrategy[str]:
    """An expression: brackets match, and no comma or range stands outside of them."""
    operators = (
        "&&",
        "||",
        "==",
        "<=",
        "+",
        "-",
        "&",
        "|",
        "<<",
        "&&  ",
        "  ||",
        "in",
        "?",
        ":",
        "->",
    )
    atoms = st.sampled_from(NAMES)
    return st.recursive(
        atoms,
        lambda inner: (
            st.tuples(inner, st.sampled_from(operators), inner).map(_pair)
            | inner.map(lambda text: f"!({text})")
            | st.lists(inner, min_size=1, max_size=8).map(lambda found: f"f({', '.join(found)})")
            | st.lists(atoms, min_size=1, max_size=9).map(
                lambda found: f"x in {{{', '.join(found)}}}"
            )
            | inner.map(lambda text: f"a[{text}]")
        ),
        max_leaves=20,
    )


def header(text: str) -> str:
    """A text that can be the first part of a header: no comma outside brackets."""
    for at in separator_offsets(text, ","):
        text = text[:at] + ";" + text[at + 1 :]
    return text


def balanced(text: str) -> str:
    """The same without brackets, so that text may follow behind a comma."""
    bare = "".join(char for char in text if char not in "()[]{}").strip(" ")
    return header(bare) or "x"


name = line(4)
short = st.sampled_from(("a", "b-c", "x1", "0"))
errno = st.sampled_from(("EIO", "EDOM", "E2BIG", "ENOSUCHTHING", "ERESTARTSYS", "EAGAIN"))
signal_name = st.sampled_from(("SIGUSR1", "SIGRTMIN+3", "9", "0"))
truth = st.booleans()


@cache
def token(family: str) -> st.SearchStrategy[str]:
    """One token."""
    return st.sampled_from(words_of(family))


@cache
def tokens(family: str) -> st.SearchStrategy[tuple[str, ...]]:
    """A set of tokens, not empty, in the order of the family."""
    all_words = words_of(family)
    return st.sets(token(family), min_size=1, max_size=4).map(
        lambda found: tuple(word for word in all_words if word in found)
    )


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value or nothing."""
    return st.none() | strategy


def item(version: int) -> dict[str, st.SearchStrategy[Any]]:
    """Label and origin of an item."""
    if version < 2:
        return {}
    return {"label": maybe(short), "origin": maybe(prose(6))}


def since_2(version: int, **fields: st.SearchStrategy[Any]) -> dict[str, st.SearchStrategy[Any]]:
    """Fields that version 1 does not have."""
    return fields if version > 1 else {}


# Parts of a spec.


@st.composite
def constraints(draw: st.DrawFn, version: int) -> Constraint:
    """Any constraint but a buffer."""
    form = draw(st.sampled_from([one for one in words_of("constraint") if one != "buffer"]))
    said: dict[str, Any] = {}
    if form == "range":
        said = {"lo": draw(code().filter(lambda text: text != "-1")), "hi": draw(code())}
    elif form == "mask":
        masks = st.tuples(st.sampled_from(sorted(ARCHES)), code())
        said = {
            "mask": draw(code()),
            "arch_masks": tuple(
                ArchMask(arch=arch, config=ARCHES[arch], expr=expr)
                for arch, expr in draw(st.lists(masks, max_size=2))
            ),
        }
    elif form == "enum":
        said = {"values": tuple(draw(st.lists(code(), min_size=1, max_size=20)))}
    elif form == "alignment":
        said = {"align": draw(code())}
    elif form == "user_string":
        said = {"max_len": draw(maybe(code()))}
    elif form == "custom":
        said = {
            "function": draw(st.just("check_it") if version > 1 else maybe(st.just("check_it")))
        }
    return Constraint(form=form, **said)


@cache
def _of_param(version: int, is_buffer: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What a parameter may say beside its class and its rule."""
    sized = st.sampled_from(range(3)).map(lambda at: SizeParam(index=at, name=PARAMS[at][0]))
    return st.fixed_dictionaries(
        {
            "description": maybe(line(20)),
            "details": maybe(prose()),
            "constraint_description": maybe(prose()),
            "size": maybe(code()),
            "alignment": maybe(code()),
            "size_param": sized if is_buffer else maybe(sized),
            "struct_type": maybe(prose(4)),
            **since_2(
                version,
                on_violation=maybe(
                    st.sampled_from([("ignored",), ("masked",), ("EIO",), ("EIO", "EDOM")])
                ),
                null_ok=maybe(code()),
                requires=st.lists(
                    st.builds(
                        Require,
                        expr=code(),
                        outcome=st.sampled_from([("ignored",), ("EIO",), ("EIO", "EDOM")]),
                        label=maybe(short),
                    ),
                    max_size=2,
                ).map(tuple),
                origin=maybe(prose(6)),
            ),
        }
    )


@st.composite
def params(draw: st.DrawFn, index: int, version: int) -> Param:
    """One parameter of the code."""
    param_name, c_type = PARAMS[index]
    kind = draw(maybe(token("type")))
    flags = set(draw(st.sets(token("flag").filter(lambda one: one != "inout"), max_size=4)))
    if kind in USER_CLASSES:
        flags.add("user")
    rule = draw(maybe(constraints(version) | st.just(Constraint(form="buffer"))))
    said = _of_param(version, rule is not None and rule.form == "buffer")
    return Param(
        index=index,
        name=param_name,
        type=c_type,
        type_class=kind,
        flags=tuple(word for word in words_of("flag") if word in flags),
        constraint=rule,
        **draw(said),
    )


@cache
def _of_return(version: int) -> st.SearchStrategy[dict[str, Any]]:
    """What may be said of the result."""
    operators = st.sampled_from(("==", "!=", ">=", ">", "<=", "<"))
    return st.fixed_dictionaries(
        {
            "type_class": maybe(token("type")),
            "check_type": maybe(token("return-check")),
            "success": maybe(st.builds(Success, op=operators, value=code())),
            "success_range": maybe(st.builds(Range, lo=code(), hi=code())),
            "error_values": maybe(
                st.sampled_from([("EIO",), ("EIO", "EDOM", "5"), ("0",), ("4", "ENXIO")])
            ),
            "description": maybe(prose()),
            **since_2(
                version,
                ensures=st.lists(code(), max_size=3).map(tuple),
                origin=maybe(prose(6)),
            ),
        }
    )


@st.composite
def returns(draw: st.DrawFn, version: int) -> Return:
    """The result."""
    found = Return(type="long", **draw(_of_return(version)))
    if found.success is None and found.check_type in ("exact", "range"):
        return replace(found, check_type="custom")
    return found


@cache
def _of_error(version: int) -> st.SearchStrategy[dict[str, Any]]:
    """What an error may say beside its name."""
    return st.fixed_dictionaries(
        {
            "summary": maybe(prose(8)),
            "condition": maybe(prose()),
            "description": maybe(prose()),
            **item(version),
            **since_2(
                version,
                causes=st.lists(st.builds(Cause, when=code(), label=maybe(short)), max_size=3).map(
                    tuple
                ),
                must=maybe(truth),
                scope=maybe(tokens("error-scope")),
                ensures=maybe(code()),
            ),
        }
    )


@st.composite
def errors(draw: st.DrawFn, version: int) -> Errno:
    """One error."""
    found = draw(errno)
    internal = found in INTERNAL_ERRNOS or (version > 1 and draw(truth))
    return Errno(name=found, internal=internal, **draw(_of_error(version)))


@cache
def _of_lock(version: int) -> st.SearchStrategy[dict[str, Any]]:
    """What a lock may say beside its scope."""
    return st.fixed_dictionaries(
        {
            "type": token("lock-type") if version > 1 else maybe(token("lock-type")),
            "description": maybe(prose()),
            **item(version),
            **since_2(version, mode=maybe(token("lock-mode")), when=maybe(code())),
        }
    )


@st.composite
def locks(draw: st.DrawFn, version: int) -> Lock:
    """A lock whose keys fit together."""
    occurs = st.sampled_from(("yes", "no", "conditional", None))
    keys = draw(
        st.tuples(occurs, occurs, maybe(truth), maybe(truth)).filter(
            lambda found: derive_scope(*found) is not None
        )
    )
    derived = derive_scope(*keys)
    assert derived
    scope, held = derived.scope, derived.held
    if all(key is None for key in keys):
        scope = draw(token("lock-scope"))
    if held is None and version > 1:
        held = draw(maybe(token("lock-held")))
    acquired, released, entry, leave = keys
    return Lock(
        name=draw(
            name.filter(lambda text: look_up("lock-type", text.split(",")[-1].strip()) is None)
        ),
        scope=scope,
        held=held,
        acquired=acquired,
        released=released,
        held_on_entry=entry,
        held_on_exit=leave,
        **draw(_of_lock(version)),
    )


@cache
def signals(version: int) -> st.SearchStrategy[Signal]:
    """One signal."""
    texts = line(5).filter(lambda text: look_up("queue", text) is None)
    return st.builds(
        Signal,
        signal_name=name,
        signal_num=maybe(signal_name),
        direction=tokens("direction") | st.just(()),
        action=maybe(token("action")),
        target=maybe(prose()),
        condition=maybe(prose()),
        error_on_signal=maybe(st.sampled_from(("EINTR", "4"))),
        restartable=maybe(truth),
        interruptible=maybe(truth),
        timing=maybe(token("timing")),
        priority=maybe(st.integers(0, 255)),
        queue_behavior=maybe(token("queue") | texts),
        transform_to=maybe(signal_name),
        sa_flags_required=maybe(code()),
        sa_flags_forbidden=maybe(code()),
        state_required=maybe(tokens("state")),
        state_forbidden=maybe(tokens("state")),
        description=maybe(prose()),
        **item(version),
        **since_2(version, when=maybe(code())),
    )


@cache
def side_effects(version: int) -> st.SearchStrategy[SideEffect]:
    """One side effect."""
    return st.builds(
        SideEffect,
        type=tokens("effect"),
        target=maybe(prose()),
        condition=maybe(prose()),
        reversible=maybe(truth),
        description=maybe(prose()),
        **item(version),
        **since_2(version, when=maybe(code())),
    )


@cache
def capabilities(version: int) -> st.SearchStrategy[Capability]:
    """One capability."""
    return st.builds(
        Capability,
        name=st.sampled_from(("CAP_A", "CAP_SYS_ADMIN", "none")),
        action=maybe(token("capability-type")),
        allows=maybe(prose()),
        without_cap=maybe(prose()),
        check_condition=maybe(prose()),
        priority=maybe(st.integers(-9, 2**70)),
        description=maybe(prose()),
        **item(version),
        **since_2(version, when=maybe(code())),
    )


@cache
def rules(version: int) -> st.SearchStrategy[Rule]:
    """One constraint of no parameter."""
    return st.builds(
        Rule,
        name=name.map(header),
        description=maybe(prose()),
        expression=maybe(prose()),
        **item(version),
    )


@cache
def state_transitions(version: int) -> st.SearchStrategy[StateTransition]:
    """One state transition."""
    return st.builds(
        StateTransition,
        object=name,
        from_state=prose(4),
        to_state=prose(4),
        condition=maybe(prose()),
        description=maybe(prose()),
        **item(version),
        **since_2(version, when=maybe(code())),
    )


@st.composite
def structs(draw: st.DrawFn, first: bool) -> Struct:
    """A struct; only the first one may be without a name."""
    members = draw(st.lists(name.map(balanced), max_size=3, unique=True))
    nameless = first and members and draw(truth)
    struct_name = None if nameless else draw(name.map(balanced))
    bounds = st.none() | st.tuples(code(), code())
    fields = []
    for member in members:
        lo, hi = draw(bounds) or (None, None)
        fields.append(
            StructField(
                name=member,
                type=draw(line(4).map(balanced)),
                description=draw(maybe(prose(6))),
                lo=lo,
                hi=hi,
                mask=draw(maybe(code())),
            )
        )
    text = None if nameless else draw(maybe(prose(6)))
    return Struct(name=struct_name, description=text, fields=tuple(fields))


@st.composite
def sections(draw: st.DrawFn) -> tuple[Text, ...]:
    """Ordinary sections, the free description first."""
    found = []
    if draw(truth):
        found.append(Text(name="", text=draw(plain_rows())))
    names = ("Note", "Return", "Context", "Description", "@buf.len", "word:", "Examples", "note")
    for _ in range(draw(st.integers(0, 2))):
        text = draw(plain_rows()).lstrip(" ")
        found.append(Text(name=draw(st.sampled_from(names)), text=text))
    return tuple(found)


def many(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    """A list of items as the model has it."""
    return st.lists(strategy, max_size=most).map(tuple)


ITEMS: dict[str, Callable[[int], st.SearchStrategy[Any]]] = {
    "errors": errors,
    "locks": locks,
    "signals": signals,
    "side_effects": side_effects,
    "capabilities": capabilities,
    "constraints": rules,
    "state_transitions": state_transitions,
}


@st.composite
def error_sets(draw: st.DrawFn) -> ErrorSet:
    """Whether the list of errors is complete."""
    kind = draw(st.sampled_from(("closed", "open")))
    if kind == "closed":
        return ErrorSet(kind=kind, when=draw(maybe(code())))
    return ErrorSet(kind=kind, scope=draw(tokens("error-scope") | st.just(())))


@cache
def spec_parts(level: int) -> dict[str, st.SearchStrategy[Any]]:
    """Each field of a spec with what it may hold."""
    arguments = st.lists(st.sampled_from(("wfd", "AT_FDCWD", "-1")), max_size=3).map(tuple)
    nameless = st.tuples(structs(first=True)) | st.tuples(structs(first=True), structs(first=False))
    return {
        "api_type": st.sampled_from(("syscall", "ioctl", "x-y")),
        "description": line(20),
        "long_description": rows(),
        "context_flags": tokens("context"),
        "parameters": st.tuples(*(params(index, level) for index in range(3))),
        "returns": returns(level),
        **{target: many(make(level)) for target, make in ITEMS.items()},
        "structs": nameless,
        "examples": rows(),
        "notes": rows(),
        "extensions": many(
            st.builds(Text, name=st.sampled_from(("a", "b-c", "count")), text=rows())
        ),
        "reserved": many(
            st.builds(
                Text,
                name=st.sampled_from(("error-code", "struct-type", "struct-field-x")),
                text=prose(4) | st.just(""),
            )
        ),
        "ordinary_sections": sections(),
        "counts": st.just((Count(tag="param", value=3),)),
        **since_2(
            level,
            origin=prose(6),
            error_set=error_sets(),
            includes=many(st.builds(Include, name=st.just("fact"), arguments=arguments)),
        ),
    }


@st.composite
def specs(draw: st.DrawFn) -> Spec:
    """A spec that says a few things, without its list of symbols."""
    version = draw(st.sampled_from((None, 1, 2, 2)))
    parts = spec_parts(version or 1)
    chosen = draw(st.sets(st.sampled_from(sorted(parts)), min_size=1, max_size=3))
    said = {name: draw(parts[name]) for name in sorted(chosen)}
    bare = tuple(
        Param(index=index, name=name, type=c_type) for index, (name, c_type) in enumerate(PARAMS)
    )
    found = {"parameters": bare, "returns": Return(type="long"), **said}
    return Spec(name="sys_frob", kind="syscall", version=version, **found)
