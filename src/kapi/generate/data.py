# SPDX-License-Identifier: GPL-2.0-or-later
"""The C file that holds the records of one annotated source.

In: records with all numbers known. Out: C text: one constant object in section ``.kapi_specs``
whose members are only integers and characters, so that it needs no relocation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kapi.generate.record import ParamRecord, Record

_FLAGS = {"input": "IN", "output": "OUT"}
_KINDS = {
    "syscall": "KAPI_KIND_SYSCALL",
    "compat_syscall": "KAPI_KIND_COMPAT_SYSCALL",
    "function": "KAPI_KIND_FUNCTION",
}
_LOWEST = -(1 << 63)


def data_source(records: Sequence[Record], digests: Sequence[int], prose: str) -> str:
    """The C file.

    :param digests: of each spec's JSON, 64 bits.
    :param prose: path of the file for section ``.kapi_prose``, as the assembler finds it.
    """
    lines = [
        "// Made by tools/kapi from the specifications of one source file.",
        "#include <linux/kapi_spec.h>",
        "",
        f'KAPI_PROSE("{prose}");',
        "",
        *(line for number, record in enumerate(records) for line in _number(number, record)),
        "",
        "static const struct {",
        "\tstruct kapi_part head;",
        *(line for number, record in enumerate(records) for line in _members(number, record)),
        '} part __used __section(".kapi_specs") __aligned(8) = {',
        f"\t.head = KAPI_PART_HEAD(part, {len(records)}),",
    ]
    for number, (record, digest) in enumerate(zip(records, digests, strict=True)):
        lines += _initialiser(number, record, digest)
    lines.append("};")
    lines += [f"KAPI_CHECK_SIZE(part.spec{number});" for number in range(len(records))]
    return "\n".join([*lines, ""])


def _number(number: int, record: Record) -> Iterator[str]:
    """The number of a native call; -1 where the architecture has no such call."""
    if record.spec.kind != "syscall":
        yield f"#define NR{number} -1"
        return
    symbol = f"__NR_{record.spec.name.removeprefix('sys_')}"
    yield f"#ifdef {symbol}"
    yield f"#define NR{number} {symbol}"
    yield "#else"
    yield f"#define NR{number} -1"
    yield "#endif"


def _members(number: int, record: Record) -> Iterator[str]:
    """The struct of one record: head, parameters, numbers, names."""
    yield "\tstruct {"
    yield "\t\tstruct kapi_spec spec;"
    if record.params:
        yield f"\t\tstruct kapi_param params[{len(record.params)}];"
    for index, param in enumerate(record.params):
        if param.values:
            yield f"\t\ts64 values{index}[{len(param.values)}];"
    if record.errnos:
        yield f"\t\tu16 errnos[{len(record.errnos)}];"
    yield f"\t\tchar name[{len(record.spec.name) + 1}];"
    for index, param in enumerate(record.params):
        yield f"\t\tchar name{index}[{len(param.name) + 1}];"
    yield f"\t}} __aligned(8) spec{number};"


def _initialiser(number: int, record: Record, digest: int) -> Iterator[str]:
    here = f"part.spec{number}"
    yield f"\t.spec{number} = {{"
    yield "\t\t.spec = {"
    yield from (f"\t\t\t{line}" for line in _head(number, record, digest))
    yield "\t\t},"
    if record.params:
        yield "\t\t.params = {"
        for index, param in enumerate(record.params):
            yield from (f"\t\t\t{line}" for line in _param(here, index, param))
        yield "\t\t},"
    for index, param in enumerate(record.params):
        if param.values:
            yield f"\t\t.values{index} = {{ {', '.join(map(_signed, param.values))} }},"
    if record.errnos:
        yield f"\t\t.errnos = {{ {', '.join(map(str, record.errnos))} }},"
    yield f'\t\t.name = "{record.spec.name}",'
    for index, param in enumerate(record.params):
        yield f'\t\t.name{index} = "{param.name}",'
    yield "\t},"


def _head(number: int, record: Record, digest: int) -> Iterator[str]:
    here = f"part.spec{number}"
    yield f".digest = {digest:#018x}ULL,"
    yield from _result(record)
    yield f".length = sizeof({here}),"
    yield f".nr = NR{number},"
    yield f".name = KAPI_OFFSET({here}, name),"
    if record.params:
        yield f".params = KAPI_OFFSET({here}, params),"
        yield f".nr_params = {len(record.params)},"
    if record.errnos:
        yield f".errnos = KAPI_OFFSET({here}, errnos),"
        yield f".nr_errnos = {len(record.errnos)},"
    yield f".kind = {_KINDS[record.spec.kind]},"


def _result(record: Record) -> Iterator[str]:
    """What the head says of results and errors."""
    spec, returns = record.spec, record.spec.returns
    flags = []
    closed = spec.error_set
    if closed is not None and closed.kind == "closed" and closed.when is None:
        flags.append("KAPI_SPEC_CLOSED")
    if record.success is not None:
        flags.append("KAPI_SPEC_SUCCESS")
        yield f".success_lo = {_signed(record.success[0])},"
        yield f".success_hi = {_signed(record.success[1])},"
    if record.count_param:
        flags.append("KAPI_SPEC_HI_COUNT")
    if flags:
        yield f".flags = {' | '.join(flags)},"
    if returns is not None and returns.type_class is not None:
        yield f".ret_type = KAPI_TYPE_{returns.type_class.upper()},"
    if returns is not None and returns.check_type is not None:
        yield f".ret_check = KAPI_RETURN_{returns.check_type.upper()},"


def _param(here: str, index: int, param: ParamRecord) -> Iterator[str]:
    yield "{"
    if param.lo:
        yield f"\t.lo = {_unsigned(param.lo)},"
    if param.hi:
        yield f"\t.hi = {_unsigned(param.hi)},"
    yield f"\t.name = KAPI_OFFSET({here}, name{index}),"
    if param.values:
        yield f"\t.values = KAPI_OFFSET({here}, values{index}),"
        yield f"\t.nr_values = {len(param.values)},"
    if param.flags:
        words = (_FLAGS.get(flag, flag.upper()) for flag in param.flags)
        yield f"\t.flags = {' | '.join(f'KAPI_PARAM_{word}' for word in words)},"
    yield f"\t.type = KAPI_TYPE_{param.type_class.upper()},"
    yield f"\t.constraint = KAPI_CONSTRAINT_{param.form.upper()},"
    yield f"\t.bits = {param.bits},"
    if param.is_signed:
        yield "\t.is_signed = 1,"
    if param.size_param:
        yield f"\t.size_param = {param.size_param},"
    if param.outcome:
        words = (f"KAPI_OUTCOME_{word.upper()}" for word in param.outcome)
        yield f"\t.outcome = {' | '.join(words)},"
    yield "},"


def _unsigned(value: int) -> str:
    """A C literal with the bits of a 64-bit register."""
    return f"{value % (1 << 64):#x}ULL"


def _signed(value: int) -> str:
    """A C literal of type s64; the lowest number has none of its own in C."""
    value = (value + (1 << 63)) % (1 << 64) - (1 << 63)
    return "S64_MIN" if value == _LOWEST else f"{value}LL"
