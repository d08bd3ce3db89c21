# SPDX-License-Identifier: GPL-2.0-or-later
"""The one table of the language: every tag and sub-key, its value kind, its place in the model.

Parser, printer, lint checks and the reference page are driven by this table; there is no second
list of words anywhere. Pure data; the few lookups at the end derive from it.
"""

from __future__ import annotations

from typing import NamedTuple


class Key(NamedTuple):
    """A sub-key of a structured block.

    :param name: preferred spelling.
    :param kind: value kind; names a function of :mod:`kapi.lang.values`.
    :param target: attribute of the model node; empty if :mod:`kapi.lang.lower` treats it.
    :param doc: meaning, one line.
    :param family: token family of the kinds ``token`` and ``tokens``.
    :param synonyms: other spellings, accepted in version 1.
    :param repeats: may stand several times in one block.
    :param labelled: may carry a label: ``when(label): EXPR``.
    :param since: first ``api-version`` that knows it.
    :param warned: those synonyms that version 1 warns about.
    :param hazard: other kernel-doc readers take it for a section.
    :param join: what canonical text puts between the elements of a list.
    """

    name: str
    kind: str
    target: str
    doc: str
    family: str = ""
    synonyms: tuple[str, ...] = ()
    repeats: bool = False
    labelled: bool = False
    since: int = 1
    warned: tuple[str, ...] = ()
    hazard: bool = False
    join: str = ", "


class Tag(NamedTuple):
    """A tag, which opens a block.

    :param name: spelling.
    :param kind: ``block`` (header and sub-keys), ``prose`` (lines kept), or a value kind for a
        tag that is one value.
    :param target: attribute of :class:`kapi.model.spec.Spec`.
    :param doc: meaning, one line.
    :param header: form of the header, for the reference page and messages.
    :param keys: sub-keys in canonical order.
    :param repeats: may occur several times.
    :param family: token family, for tags that are a list of tokens.
    :param since: first ``api-version`` that knows it.
    :param flat: for a flat attribute: (block tag, key) that it sets.
    """

    name: str
    kind: str
    target: str
    doc: str
    header: str = ""
    keys: tuple[Key, ...] = ()
    repeats: bool = False
    family: str = ""
    since: int = 1
    flat: tuple[str, str] | None = None


_LABEL = Key("label", "label", "label", "the author's name for this claim", since=2)
_ORIGIN = Key("origin", "text", "origin", "kernel source of the fact: file and function", since=2)
_DESC = Key("desc", "text", "description", "prose")
_WHEN = Key("when", "expr", "when", "when, as an expression", since=2)

PARAM_KEYS = (
    Key("type", "type", "type_class", "class of the value, then direction and qualifiers", "type"),
    Key("flags", "tokens", "flags", "direction and qualifiers, added to those of type", "flag"),
    Key("constraint-type", "constraint", "constraint", "the machine rule on the value"),
    Key("range", "range", "constraint", "inclusive bounds: lo, hi"),
    Key("mask", "mask", "constraint", "permitted bits", synonyms=("valid-mask",)),
    Key("arch-mask", "arch_mask", "constraint", "further bits: ARCH = EXPR", repeats=True),
    Key("valid-values", "values", "constraint", "the legal values"),
    Key(
        "on-violation",
        "outcome",
        "on_violation",
        "errnos (A | B), ignored or masked",
        since=2,
        join=" | ",
    ),
    Key("null-ok", "expr", "null_ok", "when a null pointer is legal", since=2),
    Key(
        "require",
        "require",
        "requires",
        "a relation and its outcome: EXPR -> EINVAL, or -> ignored",
        repeats=True,
        labelled=True,
        since=2,
    ),
    Key(
        "cdesc",
        "text",
        "constraint_description",
        "the rule in words",
        synonyms=("constraint",),
        warned=("constraint",),
    ),
    Key("desc", "text", "details", "longer prose", synonyms=("description",)),
    Key("size", "expr", "size", "fixed size in bytes"),
    Key("alignment", "expr", "alignment", "required alignment in bytes"),
    Key("size-param", "size_param", "size_param", "index (from 0) or name of the byte count"),
    Key("struct-type", "text", "struct_type", "C type pointed to", hazard=True),
    _ORIGIN,
)

RETURN_KEYS = (
    Key("type", "token", "type_class", "class of the result", "type"),
    Key("check-type", "token", "check_type", "how success is recognised", "return-check"),
    Key("success", "success", "success", "predicate on the result, or lo..hi"),
    Key("success-range", "range", "success_range", "success iff lo <= result <= hi"),
    Key("error-values", "errnos", "error_values", "results that mean failure"),
    Key("ensures", "expr", "ensures", "what holds after success", repeats=True, since=2),
    _DESC,
    _ORIGIN,
)

ERROR_KEYS = (
    _LABEL,
    Key("condition", "text", "condition", "when the error is returned, in words"),
    Key(
        "when",
        "cause",
        "causes",
        "one cause: state before the call",
        repeats=True,
        labelled=True,
        since=2,
    ),
    Key("must", "bool", "must", "a definitely true cause excludes success", since=2),
    Key("scope", "tokens", "scope", "who raises it", "error-scope", since=2, join=" | "),
    Key("internal", "bool", "internal", "never delivered to user space", since=2),
    Key("ensures", "expr", "ensures", "what holds after this failure", since=2),
    _DESC,
    _ORIGIN,
)

LOCK_KEYS = (
    _LABEL,
    Key("type", "token", "type", "kind of lock", "lock-type"),
    Key("mode", "token", "mode", "how a reader-writer lock is taken", "lock-mode", since=2),
    Key("held", "token", "held", "always or sometimes", "lock-held", since=2),
    Key("acquired", "occurs", "acquired", "taken by the call"),
    Key("released", "occurs", "released", "dropped by the call"),
    Key("held-on-entry", "bool", "held_on_entry", "the caller holds it before"),
    Key("held-on-exit", "bool", "held_on_exit", "the caller holds it afterwards"),
    Key("scope", "token", "scope", "explicit scope", "lock-scope"),
    _WHEN,
    _DESC,
    _ORIGIN,
)

SIGNAL_KEYS = (
    _LABEL,
    Key("number", "signum", "signal_num", "SIG name or number"),
    Key("direction", "tokens", "direction", "relation of the call to the signal", "direction"),
    Key("action", "token", "action", "what then happens", "action"),
    Key("target", "text", "target", "who gets a sent signal"),
    Key("condition", "text", "condition", "when, in words"),
    _WHEN,
    Key("errno", "signal_errno", "error_on_signal", "result of an interrupted call: -EINTR"),
    Key("timing", "token", "timing", "when the signal can matter", "timing"),
    Key("priority", "priority", "priority", "order of handling, 0 to 255, lower first"),
    Key("restartable", "bool", "restartable", "the call can be restarted"),
    Key("interruptible", "bool", "interruptible", "the signal can interrupt the call"),
    Key(
        "queue",
        "token_or_text",
        "queue_behavior",
        "queuing rule",
        "queue",
        synonyms=("queue-behavior", "queue_behavior"),
    ),
    Key(
        "transform-to",
        "signum",
        "transform_to",
        "new signal",
        synonyms=("transform", "transform_to"),
    ),
    Key(
        "sa-flags-required",
        "expr",
        "sa_flags_required",
        "handler flags needed",
        synonyms=("sa_flags_required",),
    ),
    Key(
        "sa-flags-forbidden",
        "expr",
        "sa_flags_forbidden",
        "handler flags excluded",
        synonyms=("sa_flags_forbidden",),
    ),
    Key(
        "state-required",
        "tokens",
        "state_required",
        "task states needed",
        "state",
        synonyms=("state_required",),
    ),
    Key(
        "state-forbidden",
        "tokens",
        "state_forbidden",
        "task states excluded",
        "state",
        synonyms=("state_forbidden",),
    ),
    _DESC,
    _ORIGIN,
)

EFFECT_KEYS = (
    _LABEL,
    Key("target", "text", "target", "what is changed"),
    Key("condition", "text", "condition", "when, in words"),
    _WHEN,
    Key("reversible", "bool", "reversible", "another call can undo it"),
    _DESC,
    _ORIGIN,
)

CAPABILITY_KEYS = (
    _LABEL,
    Key("type", "token", "action", "what the capability does here", "capability-type"),
    Key("allows", "text", "allows", "what it permits"),
    Key("without", "text", "without_cap", "what happens without it"),
    Key("condition", "text", "check_condition", "when it is checked, in words"),
    _WHEN,
    Key("priority", "int", "priority", "order of checks, lower first"),
    _DESC,
    _ORIGIN,
)

RULE_KEYS = (
    _LABEL,
    Key("expr", "text", "expression", "a formula or statement, kept whole"),
    _DESC,
    _ORIGIN,
)

STATE_KEYS = (
    _LABEL,
    Key("object", "text", "object", "what changes; may replace the header"),
    Key("from", "text", "from_state", "state before"),
    Key("to", "text", "to_state", "state after"),
    Key("condition", "text", "condition", "when, in words"),
    _WHEN,
    _DESC,
    _ORIGIN,
)

#: Every tag with a meaning, in canonical order.
_TAGS = (
    Tag("api-version", "version", "version", "grammar version", "INT"),
    Tag("api-type", "word", "api_type", "marks a spec and names its kind", "WORD"),
    Tag("long-desc", "prose", "long_description", "full description"),
    Tag("contexts", "tokens", "context_flags", "where the call is legal", "LIST", family="context"),
    Tag(
        "context-flags", "tokens", "context_flags", "synonym of contexts", "LIST", family="context"
    ),
    Tag("context", "tokens", "context_flags", "synonym of contexts", "LIST", family="context"),
    Tag("origin", "text", "origin", "kernel source of the call", "TEXT", since=2),
    Tag(
        "error-set",
        "error_set",
        "error_set",
        "is the error list complete",
        "closed | closed if EXPR | open | open(SCOPE, ...)",
        since=2,
    ),
    Tag(
        "include",
        "include",
        "includes",
        "takes over the facts of a shared spec",
        "NAME(ARG, ...)",
        repeats=True,
        since=2,
    ),
    Tag("param", "block", "parameters", "a parameter", "NAME", PARAM_KEYS, repeats=True),
    Tag("return", "block", "returns", "the result", "", RETURN_KEYS),
    Tag("error", "block", "errors", "an error", "ERRNO, summary", ERROR_KEYS, repeats=True),
    Tag("lock", "block", "locks", "a lock", "NAME", LOCK_KEYS, repeats=True),
    Tag("signal", "block", "signals", "a signal", "NAME", SIGNAL_KEYS, repeats=True),
    Tag(
        "side-effect",
        "block",
        "side_effects",
        "a side effect",
        "EFFECT | EFFECT",
        EFFECT_KEYS,
        repeats=True,
    ),
    Tag(
        "state-trans",
        "block",
        "state_transitions",
        "a state transition",
        "OBJECT",
        STATE_KEYS,
        repeats=True,
    ),
    Tag(
        "capability",
        "block",
        "capabilities",
        "a capability",
        "CAP_NAME",
        CAPABILITY_KEYS,
        repeats=True,
    ),
    Tag("constraint", "block", "constraints", "a further rule", "NAME", RULE_KEYS, repeats=True),
    Tag("struct", "struct", "structs", "opens a struct", "NAME, text", repeats=True),
    Tag("struct-field", "struct", "structs", "a member", "NAME, CTYPE, text", repeats=True),
    Tag("struct-field-range", "struct", "structs", "bounds of one", "NAME, lo, hi", repeats=True),
    Tag("struct-field-mask", "struct", "structs", "bits of one", "NAME, EXPR", repeats=True),
    Tag("examples", "prose", "examples", "samples of use"),
    Tag("notes", "prose", "notes", "remarks"),
    # Flat attributes: the same fields as the blocks.
    Tag("param-type", "flat", "", "", "NAME, TYPE", repeats=True, flat=("param", "type")),
    Tag("param-flags", "flat", "", "", "NAME, LIST", repeats=True, flat=("param", "flags")),
    Tag("param-range", "flat", "", "", "NAME, lo, hi", repeats=True, flat=("param", "range")),
    Tag("param-constraint", "flat", "", "", "NAME, TEXT", repeats=True, flat=("param", "cdesc")),
    Tag("constraint-expr", "flat", "", "", "NAME, TEXT", repeats=True, flat=("constraint", "expr")),
    Tag("return-type", "flat", "", "", "TYPE", flat=("return", "type")),
    Tag("return-check-type", "flat", "", "", "CHECK", flat=("return", "check-type")),
    Tag("return-check", "flat", "", "", "CHECK", flat=("return", "check-type")),
    Tag("return-success", "flat", "", "", "PREDICATE", flat=("return", "success")),
    Tag("return-desc", "flat", "", "", "TEXT", flat=("return", "desc")),
    # Reserved words: kept raw.
    *(
        Tag(name, "reserved", "reserved", "reserved, without meaning", "TEXT", repeats=True)
        for name in (
            "validation-group",
            "validation-policy",
            "validation-flag",
            "validation-rule",
            "error-code",
            "error-condition",
            "struct-type",
        )
    ),
)

#: Spellings of tags that stand for another tag, with a warning.
TAG_SYNONYMS = {"returns": "return"}

_BY_NAME = {tag.name: tag for tag in _TAGS}

#: Tags whose number ``TAG-count:`` may assert, with the list of the spec that has those items;
#: empty if the tags themselves are counted.
COUNTED = {
    tag.name: tag.target if tag.kind == "block" or tag.name == "struct" else ""
    for tag in _TAGS
    if tag.repeats
}

_ALL = _BY_NAME | {
    name + "-count": Tag(
        name + "-count",
        "count",
        "counts",
        "asserted number of items",
        "INT",
        since=_BY_NAME[name].since,
    )
    for name in COUNTED
}

#: Words that are no tags, with the hint that helps.
NOT_TAGS = {
    "since": "say it in notes",
    "since-version": "say it in notes",
    "version": "use api-version",
    "see-also": "use notes",
    "errors": "write one error block for each errno",
    "locks": "write one lock block for each lock",
    "signal-mask": "use the sub-keys of signal",
}

#: Ordinary kernel-doc sections, which a spec keeps verbatim.
ORDINARY = (
    "Description Note Example Notes Examples Context Return Returns description note example"
).split()
#: Those of them that nearly are a spec tag, with that tag.
NEAR_ORDINARY = {
    "note": "notes",
    "example": "examples",
    "Notes": "notes",
    "Examples": "examples",
    "Context": "contexts",
    "Return": "return",
    "Returns": "return",
}

#: First words of a line that other kernel-doc readers take for a section, in any case.
_DOC_SECTIONS = "description context return returns note notes example examples".split()


def all_tags() -> dict[str, Tag]:
    """Every tag by name, the ``-count`` tags included."""
    return _ALL


def tag(word: str) -> Tag | None:
    """The tag of that exact spelling; ``kapi-WORD`` and ``returns`` included."""
    found = _ALL.get(TAG_SYNONYMS.get(word, word))
    if found:
        return found
    if word.startswith("kapi-") and len(word) > len("kapi-"):
        return Tag(word, "prose", "extensions", "open extension", "prose", repeats=True)
    if word.startswith("struct-field-"):
        return Tag(word, "reserved", "reserved", "reserved", "TEXT", repeats=True)
    return None


def key(tag: Tag, word: str) -> Key | None:
    """The sub-key of ``tag`` with that spelling, synonyms included."""
    for entry in tag.keys:
        if word == entry.name or word in entry.synonyms:
            return entry
    return None


def is_hazard(word: str) -> bool:
    """Whether other kernel-doc readers start a section at a line that opens with ``word:``."""
    low = word.lower()
    bare = low.lstrip("@")
    return low.startswith("@") or bare in _DOC_SECTIONS or tag(bare) is not None
