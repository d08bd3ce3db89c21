"""The format of ``kapi/specs/NAME`` in debugfs, written down a second time, as a reader sees it.

A text is sections, an empty line behind each. A line that starts with ``key: `` and is not among
those that the format names is an additional fact; it stands behind the named ones of its item.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

TITLE = "Kernel API Specification\n" + 24 * "=" + "\n\n"

CONTEXTS = "PROCESS HARDIRQ SOFTIRQ NMI SLEEPABLE ATOMIC PREEMPT_DISABLED IRQ_DISABLED".split()
CLASSES = (
    "void|int|uint|ptr|struct|union|array|fd|enum|user_ptr|path|func_ptr|custom"  # no internal word
)
FLAGS = "OPTIONAL CONST USER VOLATILE DMA ALIGNED".split()
KINDS = {
    "none": (),
    "range": (r"min: \S.*", r"max: \S.*"),
    "mask": (r"valid_bits: (0x[0-9a-f]+ \(.+\)|\D.*)",),
    "enum": (r"count: \d+", r"values: .+( \(-?\d+\))?(, .+)*"),
    "alignment": (r"alignment: \S.*",),
    "user_ptr": (r"(size: .+ bytes)?",),
    "user_string": (r"min_len: .+", r"(max_len: .+)?"),
    "user_path": (r"max_len: PATH_MAX \(4096\)",),
    "buffer": (r"(size: \w+ \(parameter \d\))?",),
    "custom": (),
    "power_of_two": (),
    "page_aligned": (),
    "nonzero": (),
}
SUCCESS = r"(==|!=|<=|>=|<|>) .+|\[.+, .+\]|valid file descriptor \(>= 0\)|error check|custom check"
SCOPES = (
    r"acquired and released|acquired \(not released\)|released \(held on entry\)|held by caller"
)

#: Heading -> first line of an item, and the lines that may follow, in this order.
ITEMS = {
    "Errors": (r"  E[A-Z0-9]+( \(-\d+\))?: .+", ("condition: ", "when: ")),
    "Locks": (
        r"  .+ \((mutex|spinlock|rwlock|seqlock|rcu|semaphore|none|custom)\):( .+)?",
        ("scope: ",),
    ),
    "Additional constraints": (r"  - .+:( .+)?", ("expression: ",)),
    "Signal handling": (r"  \S.*( \(\d+\))?:", ("direction: ", "action: ", "description: ")),
    "Side effects": (r"  - .+: .+", ("type: ", "reversible: no")),
    "State transitions": (r"  .+: .+ -> .+", ("",)),
    "Capabilities": (r"  (CAP_[A-Z0-9_]+ \(\d+\)|none):", ("allows: ", "without: ")),
}
FACT = re.compile(r"[a-z_]+: \S.*")


class FormatError(Exception):
    """A line that is not what a reader expects."""


def check(text: str) -> None:
    """Read a text.

    :raises FormatError: if a reader would stumble.
    """
    _expect(text.startswith(TITLE), text[:60])
    sections = [one.split("\n") for one in text.removeprefix(TITLE).split("\n\n")]
    _expect(sections[-1] == [""], "no empty line at the end")
    del sections[-1]
    _head(sections.pop(0))
    _contexts(sections.pop(0))
    if sections and sections[0][0].startswith("Parameters ("):
        count = _count(sections[0].pop(0), "Parameters")
        for index in range(count):
            _param(index, sections.pop(0))
    if sections and sections[0][0] == "Return value:":
        _result(sections.pop(0)[1:])
    for title in ITEMS:
        if sections and re.match(rf"{title} \(\d+\):$", sections[0][0]):
            _items(title, sections.pop(0))
    _tail(sections)


def _expect(condition: object, line: str) -> None:
    if not condition:
        raise FormatError(line)


def _match(pattern: str, line: str) -> None:
    _expect(re.fullmatch(pattern, line), line)


def _head(lines: Sequence[str]) -> None:
    labels = ["Name: [a-z]\\w*", r"Version: [12]", "Description: .+", "Long description: .+"]
    _expect(3 <= len(lines) <= 4, lines[-1])
    for pattern, line in zip(labels, lines, strict=False):
        _match(pattern, line)


def _tokens(line: str, label: str) -> list[str]:
    """The tokens of a line; a blank follows each."""
    _expect(line.startswith(f"{label}: "), line)
    text = line.removeprefix(f"{label}: ")
    _expect(not text or text.endswith(" "), line)
    return text.split(" ")[:-1]


def _contexts(lines: Sequence[str]) -> None:
    (line,) = lines
    _expect(set(_tokens(line, "Context flags")) <= set(CONTEXTS), line)


def _count(line: str, title: str) -> int:
    match = re.fullmatch(rf"{title} \((\d+)\):", line)
    _expect(match, line)
    assert match
    return int(match[1])


def _facts(lines: Sequence[str], indent: str, *known: str) -> None:
    """Lines that begin with the labels ``known``, in their order, and then any facts."""
    rank = 0
    for line in lines:
        _expect(line.startswith(indent) and line[len(indent)] != " ", line)
        bare = line.removeprefix(indent)
        places = [at for at, label in enumerate(known) if label and bare.startswith(label)]
        if places:
            _expect(places[0] >= rank, f"{line} (order)")
            rank = places[0]
        elif "" not in known:
            _expect(FACT.fullmatch(bare), line)
            rank = len(known)


def _param(index: int, lines: list[str]) -> None:
    _match(rf"  \[{index}\] \w+:", lines.pop(0))
    _match(rf"    type: ({CLASSES}) \(.+\)", lines.pop(0))
    tokens = _tokens(lines.pop(0).removeprefix("    "), "flags")
    if tokens and tokens[0] in ("IN", "OUT", "INOUT"):
        del tokens[0]
    _expect(tokens == [flag for flag in FLAGS if flag in tokens], str(tokens))
    rule = [line for line in lines if line.startswith("      ")]
    others = [line for line in lines if not line.startswith("      ")]
    if rule:
        _expect("    constraints:" in others, rule[0])
        at = others.index("    constraints:")
        _expect(lines[at + 1 : at + 1 + len(rule)] == rule, rule[0])
        _facts(others[:at], "    ", "description: ", "size: ", "alignment: ")
        _facts(others[at + 1 :], "    ")
        _rule([line.strip() for line in rule])
    else:
        _facts(others, "    ", "description: ", "size: ", "alignment: ")


def _rule(lines: list[str]) -> None:
    kind = lines.pop(0)
    if kind.startswith("description: "):
        _expect(not lines, kind)
        return
    _match("type: (" + "|".join(KINDS) + ")", kind)
    for pattern in KINDS[kind.removeprefix("type: ")]:
        if lines and re.fullmatch(pattern, lines[0]):
            del lines[0]
        else:
            _match(pattern, "")
    _facts(lines, "")


def _result(lines: list[str]) -> None:
    _match(rf"  type: ({CLASSES})( \(.+\))?", lines.pop(0))
    for pattern in (r"  description: .+", rf"  success: ({SUCCESS})"):
        if lines and re.fullmatch(pattern, lines[0]):
            del lines[0]
    _expect(not any(re.match("  (description|success): ", line) for line in lines), str(lines))
    _facts(lines, "  ")


def _items(title: str, lines: list[str]) -> None:
    count = _count(lines.pop(0), title)
    first, known = ITEMS[title]
    groups: list[list[str]] = []
    for line in lines:
        if not line.startswith("    "):
            _match(first, line)
            groups.append([])
        else:
            _expect(groups, line)
            groups[-1].append(line)
    _expect(len(groups) == count, f"{title}: {len(groups)} items, not {count}")
    for group in groups:
        _facts(group, "    ", *known)
        for line in group:
            for label, check_one in VALUES.items():
                if title == label[0] and line.startswith(f"    {label[1]}"):
                    _expect(check_one(line.strip()), line)


VALUES: dict[tuple[str, str], Callable[[str], object]] = {
    ("Locks", "scope: "): lambda line: re.fullmatch(f"scope: ({SCOPES})", line),
    ("Signal handling", "action: "): lambda line: re.fullmatch(r"action: [A-Z_]+", line),
    ("Signal handling", "direction: "): lambda line: re.fullmatch(
        r"direction:( (RECEIVE|SEND|HANDLE|BLOCK|IGNORE))+", line
    ),
}


def _tail(sections: Sequence[Sequence[str]]) -> None:
    """Examples and notes, whose texts may hold empty lines, and then other facts."""
    titles = list(_titles(sections))
    _expect(
        titles == sorted(titles, key=["Examples:", "Notes:", "Other facts:"].index), str(titles)
    )
    if sections:
        _expect(titles and sections[0][0] == titles[0], sections[0][0])


def _titles(sections: Sequence[Sequence[str]]) -> Iterator[str]:
    for lines in sections:
        if lines[0] in ("Examples:", "Notes:", "Other facts:"):
            _expect(len(lines) > 1, lines[0])
            yield lines[0]
            if lines[0] == "Other facts:":
                _facts(lines[1:], "  ")
