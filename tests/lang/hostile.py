"""Makes comments, files and bytes that no author would write; the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

from kapi.lang import fields
from kapi.model.tokens import FAMILIES

ROOT = Path(__file__).parents[2]
SAMPLES = [
    path.read_bytes()
    for path in sorted([*ROOT.glob("specs/**/*.c"), *ROOT.glob("tests/testdata/lang/*.c")])
]

TAGS = [*fields.all_tags(), "returns", "kapi-x", "kapi-note", "struct-field-y", "since", "errors"]
KEYS = sorted(
    {
        word
        for tag in fields.all_tags().values()
        for key in tag.keys
        for word in (key.name, *key.synonyms)
    }
)
SECTIONS = [*fields.ORDINARY, "context", "word:", "RETURN", "Error", "LOCK", "foo"]
VALUES = [
    *(token for family in FAMILIES.values() for token in [*family.raw, *family.raw.values()]),
    *"EIO -EIO EIO, ENXIO,gone ERESTARTSYS SIGUSR1 CAP_A none yes no maybe 0 1 2 -1 08".split(),
    *"wfd len buf fd A|B A,B (a (a) a) f(a,b) {a [b] == >= 0..5 .. -> a->EIO x->ignored".split(),
    *"range(0,1) range(7) mask(A) enum(A,B) buffer(1) buffer(len) custom(f) user_string()".split(),
    *"sparc=B arm = , | || && :: : ; * ** @ @wfd note: lock: closed open(fs) if fact(wfd)".split(),
    *"condition=x reversible=no \u00e4 \U0001f600 \u00a0 \u2028 \\ / // /* \" '".split(" "),
]
BLANKS = ["", " ", "  ", "   ", "    ", "      ", "\t", " \t", "  \t"]
CODES = (
    "SYSCALL_DEFINE3(frob, int, wfd, size_t, len, char __user *, buf)",
    "COMPAT_SYSCALL_DEFINE1(frob, unsigned int, wfd)",
    "int frob(int wfd, ...)",
    "void frob(void)",
    "struct frob { int lock; };",
    "int frob;",
    "SYSCALL_DEFINE2(frob, int)",
    "",
)


def body(rng: random.Random, lines: int = 12) -> list[str]:
    """Lines of a comment without their asterisks: tags, keys and text, some where they belong."""
    found: list[str] = []
    for _ in range(rng.randint(1, lines)):
        found += _lines(rng)
    return found


def _lines(rng: random.Random) -> list[str]:
    kind = rng.random()
    if kind < 0.35:
        return _block(rng)
    if kind < 0.5:
        return [f"{rng.choice(TAGS)}{_colon(rng)}{_value(rng)}"]
    if kind < 0.7:
        return [f"{rng.choice(BLANKS)}{rng.choice(KEYS)}{_colon(rng)}{_value(rng)}"]
    if kind < 0.8:
        return [
            f"@{rng.choice(['wfd', 'len', 'buf', 'x', '...', 'buf.len'])}{_colon(rng)}{_value(rng)}"
        ]
    if kind < 0.85:
        return [f"{rng.choice(SECTIONS)}{_colon(rng)}{_value(rng)}"]
    if kind < 0.92:
        return [""]
    return [f"{rng.choice(BLANKS)}{_value(rng)}"]


def _block(rng: random.Random) -> list[str]:
    """A block that is right for the most part."""
    tag = fields.all_tags()[rng.choice([*fields.all_tags()])]
    found = [f"{tag.name}: {_value(rng)}".rstrip()]
    for key in rng.sample(tag.keys, min(len(tag.keys), rng.randint(0, 4))):
        word = rng.choice([key.name, key.name, *key.synonyms])
        label = rng.choice(["", "", "(one)"]) if key.labelled else ""
        value = rng.choice([*FAMILIES[key.family].raw]) if key.family else _value(rng)
        found.append(f"  {word}{label}: {value}".rstrip())
        if rng.random() < 0.2:
            found.append(f"    {_value(rng)}")
    return found


def _colon(rng: random.Random) -> str:
    return rng.choice([": ", ": ", ": ", ":", " : ", ":: ", ":  "])


def _value(rng: random.Random) -> str:
    words = [rng.choice(VALUES) for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 6]))]
    if rng.random() < 0.5:
        words.append(f"w{rng.randrange(10**6)}")
    return rng.choice([" ", " ", ", ", " | ", "  "]).join(words)


def file(rng: random.Random) -> str:
    """A file with one comment above some code."""
    names = ["frob - x", "sys_frob - x", "compat_sys_frob - x", "frob", "", "lock: x"]
    lines = [rng.choice(names), *(["@wfd: y"] if rng.random() < 0.5 else []), *body(rng)]
    if rng.random() < 0.3:
        lines.insert(1, "api-version: 2")
    text = "".join(f" * {line}\n" for line in lines)
    return f"/**\n{text} */\n{rng.choice(CODES)}\n"


def mutated(rng: random.Random) -> bytes:
    """A real file or a generated one, damaged."""
    data = bytearray(rng.choice(SAMPLES) if rng.random() < 0.3 else file(rng).encode())
    if len(data) > 4000:
        start = rng.randrange(len(data) - 3000)
        data = data[start : start + 3000]
    for _ in range(rng.randint(1, 8)):
        _damage(rng, data)
    return bytes(data)


_CHUNKS = [
    b"/**\n",
    b"*/",
    b" * ",
    b"\n",
    b"\r",
    b"\r\n",
    b"\t",
    b"\x00",
    b"\x80",
    b":",
    b",",
    b"(",
]
_CHUNKS += [b" * api-version: 2\n", b"\xef\xbb\xbf", b"|", b"@", b"*", b"  "]


def _damage(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(len(data) + 1)
    kind = rng.randrange(5)
    if kind == 0:
        del data[at : at + rng.randint(1, 20)]
    elif kind == 1:
        data[at:at] = rng.choice(_CHUNKS)
    elif kind == 2 and at < len(data):
        data[at] = rng.randrange(256)
    elif kind == 3:
        end = min(at + rng.randint(1, 80), len(data))
        data[at:at] = data[at:end]
    else:
        other = rng.choice(SAMPLES)
        start = rng.randrange(len(other))
        data[at:at] = other[start : start + rng.randint(1, 60)]


def noise(rng: random.Random) -> bytes:
    """Bytes of any kind in a comment."""
    data = bytes(rng.choices(range(256), k=rng.randint(0, 300)))
    return b"/**\n * f - x\n * api-version: 1\n" + data + b"\n */\nint f(void);\n"
