# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps of a set-up as C: what several steps do together becomes a call with a telling name.

In: steps, and a :class:`kapi.testgen.ctest.writer.Writer`. Out: its statements. An idiom looks at
the steps from some place on and says how many it took; what no idiom knows is written step by
step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from kapi.testgen.case import Arg, Data, Op, Room, Slot
from kapi.testgen.ctest import values
from kapi.testgen.ctest.calls import CALLS
from kapi.testgen.ctest.writer import Variable, Writer
from kapi.testgen.setup.memory import ANONYMOUS, PAGE, READ_WRITE
from kapi.testgen.setup.process import NOBODY
from kapi.testgen.setup.steps import AT_FDCWD

Ops = Sequence[Op]
#: How many steps it took; 0 if they are none of its.
Idiom = Callable[[Writer, Ops], int]


def write_ops(writer: Writer, ops: Ops) -> None:
    """All steps."""
    at = 0
    while at < len(ops):
        rest = ops[at:]
        at += next((taken for idiom in _IDIOMS if (taken := idiom(writer, rest))), 0) or _one(
            writer, rest
        )


def _is_call(ops: Ops, at: int, word: str) -> bool:
    return at < len(ops) and ops[at].verb == "sys" and ops[at].word == word


def _make_file(writer: Writer, ops: Ops) -> int:
    """A regular file with some bytes, made and closed."""
    if not _is_call(ops, 0, "openat") or ops[0].target is None:
        return 0
    if ops[0].args[2:] != ("O_CREAT | O_EXCL | O_WRONLY", 0o600) or ops[0].args[0] != AT_FDCWD:
        return 0
    at, size = 1, 0
    room = ops[1].args[0] if len(ops) > 3 and ops[1].verb == "let" else None
    if isinstance(room, Room) and ops[2].verb == "fill" and _is_call(ops, 3, "write"):
        at, size = 4, room.size
    owner = ops[at].args[1] if _is_call(ops, at, "fchown") else None
    at += owner is not None
    if not _is_call(ops, at, "fchmod") or not _is_call(ops, at + 1, "close"):
        return 0
    name, mode = writer.argument(ops[0].args[1], "text"), ops[at].args[1]
    shown = writer.argument(mode, "mode")
    writer.line(f"{writer.helper('make_file')}({name}, {values.number(size)}, {shown});")
    if owner is not None:
        who = _user(writer, owner)
        writer.line(f"SETUP(chown({name}, {who}, {who}));")
        writer.line(f"SETUP(chmod({name}, {shown}));")
    return at + 2


def _user(writer: Writer, uid: Arg) -> str:
    if uid != NOBODY:
        return writer.argument(uid, "number")
    writer.helper("nobody")
    return "NOBODY"


def _make_folder(writer: Writer, ops: Ops) -> int:
    """A directory with permission bits that the umask lets pass."""
    if not (_is_call(ops, 0, "mkdirat") and _is_call(ops, 1, "fchmodat")):
        return 0
    mode = ops[1].args[2]
    if ops[0].args[:2] != ops[1].args[:2] or ops[0].args[0] != AT_FDCWD:
        return 0
    if not isinstance(mode, int) or mode & 0o7022:
        return 0
    name = writer.argument(ops[0].args[1], "text")
    writer.line(f"SETUP(mkdir({name}, {values.mode(mode)}));")
    return 2


def _make_links(writer: Writer, ops: Ops) -> int:
    """A chain of symbolic links, each to the one before."""
    count = 0
    while _is_call(ops, count, "symlinkat"):
        target, start, name = ops[count].args
        wanted = ops[0].args[0] if count == 0 else b"link%d" % (count - 1)
        if (target, start, name) != (wanted, AT_FDCWD, b"link%d" % count):
            break
        count += 1
    if count < _MANY_LINKS:
        return 0
    first = writer.argument(ops[0].args[0], "text")
    writer.line(f"{writer.helper('make_links')}({first}, {count});")
    return count


#: As many links are a chain.
_MANY_LINKS: Final = 4


def _make_fifo(writer: Writer, ops: Ops) -> int:
    """A FIFO."""
    if not _is_call(ops, 0, "mknodat") or ops[0].args[0] != AT_FDCWD:
        return 0
    kind = ops[0].args[2]
    if not isinstance(kind, str) or not kind.startswith("S_IFIFO | "):
        return 0
    mode = values.mode(int(kind.split("|")[1], 0))
    writer.line(f"SETUP(mkfifo({writer.argument(ops[0].args[1], 'text')}, {mode}));")
    return 1


def _unused_fd(writer: Writer, ops: Ops) -> int:
    """The number that the next descriptor gets."""
    if not (_is_call(ops, 0, "eventfd2") and _is_call(ops, 1, "close")):
        return 0
    if ops[0].target is None or ops[1].args != (ops[0].target,):
        return 0
    writer.assign(ops[0].target, "unused", "int", f"{writer.helper('unused_fd')}()")
    return 2


def _soft_limit(writer: Writer, ops: Ops) -> int:
    """A soft limit; the hard one stays."""
    if len(ops) < 4 or ops[0].verb != "let" or ops[2].verb != "put":
        return 0
    if not (_is_call(ops, 1, "prlimit64") and _is_call(ops, 3, "prlimit64")):
        return 0
    if ops[1].args[3] != ops[0].target or ops[3].args[2] != ops[0].target:
        return 0
    resource, value = (
        writer.argument(ops[1].args[1], "flags"),
        writer.argument(ops[2].args[2], "number"),
    )
    writer.line(f"{writer.helper('set_soft_limit')}({resource}, {value});")
    return 4


def _hard_limit(writer: Writer, ops: Ops) -> int:
    """Both limits."""
    if not _is_call(ops, 0, "prlimit64") or not isinstance(ops[0].args[2], Data):
        return 0
    limit = writer.argument(ops[0].args[2], "rlimit")
    writer.line(f"SETUP(setrlimit({writer.argument(ops[0].args[1], 'flags')}, {limit}));")
    return 1


def _new_pages(writer: Writer, ops: Ops) -> int:
    """Private memory with something in it."""
    if not _is_call(ops, 0, "mmap") or len(ops) < 2 or ops[1].verb != "fill":
        return 0
    size = ops[0].args[1]
    if ops[0].args != (0, size, READ_WRITE, ANONYMOUS, -1, 0) or not isinstance(size, int):
        return 0
    if ops[1].args[:2] != (ops[0].target, size):
        return 0
    pages = size // PAGE
    writer.assign(ops[0].target, "buf", "char *", f"{writer.helper('new_pages')}({pages})")
    return 2


def _become(writer: Writer, ops: Ops) -> int:
    """Another user without privileges."""
    names = ("setgroups", "setresgid", "setresuid")
    if not all(_is_call(ops, at, name) for at, name in enumerate(names)):
        return 0
    writer.line(f"{writer.helper('become_user')}({_user(writer, ops[2].args[0])});")
    return 3


def _quiet_signals(_writer: Writer, ops: Ops) -> int:
    """Each format sees to it that these do not end a test."""
    is_one = ops[0].verb == "signal" and ops[0].word == "count"
    return int(is_one and ops[0].args[0] in ("SIGPIPE", "SIGXFSZ") and not any(ops[0].args[1:]))


def _room(writer: Writer, ops: Ops) -> int:
    """Memory of a case: as a variable of the type in which it is used."""
    op = ops[0]
    if op.verb != "let" or not isinstance(op.args[0], Room) or op.target is None:
        return 0
    if op.target.number not in writer.used:
        return 1
    role = _role(op.target, op.args[0].size, ops[1:])
    size = values.number(op.args[0].size)
    if role == "pair":
        name = writer.declare(_pair_name(ops[1:]), "int", "{0}[2]")
        writer.variables[op.target.number] = Variable(name, "pair")
    elif role == "number":
        name = writer.declare("number", "int", "{0} = 0")
        writer.variables[op.target.number] = Variable(name, "number")
    else:
        name = writer.declare("room", "char", f"{{0}}[{size}] = {{{{ 0 }}}}")
        writer.variables[op.target.number] = Variable(name, "array")
    return 1


def _role(slot: Slot, size: int, ops: Ops) -> str:
    """What a room is for: two descriptors, one number, or anything."""
    users = [op for op in ops if any(_is_of(arg, slot) for arg in op.args)]
    first = users[0] if users else None
    if first is None or size > _PAIR_SIZE:
        return ""
    if first.word in ("pipe2", "socketpair"):
        return "pair"
    is_number = first.word == "ioctl" or (first.verb == "put" and first.args[1] == 4)
    is_whole = all(arg == slot for op in users for arg in op.args if _is_of(arg, slot))
    return "number" if is_number and is_whole else ""


#: Bytes of two descriptors.
_PAIR_SIZE: Final = 8


def _is_of(arg: Arg, slot: Slot) -> bool:
    return isinstance(arg, Slot) and arg.number == slot.number


def _pair_name(ops: Ops) -> str:
    is_pipe = next((op.word for op in ops if op.word in ("pipe2", "socketpair")), "") == "pipe2"
    return "pipe_fds" if is_pipe else "socks"


def _load(writer: Writer, ops: Ops) -> int:
    """A number in memory: no statement, where a variable says it."""
    op = ops[0]
    if op.verb != "get" or not isinstance(op.args[0], Slot) or op.target is None:
        return 0
    base = op.args[0]
    writer.read.add(base.number)
    found = writer.variables.get(base.number)
    if found is not None and found.type == "pair" and op.args[1] == 4 and base.offset in (0, 4):
        writer.variables[op.target.number] = Variable(f"{found.text}[{base.offset // 4}]", "int")
    elif found is not None and found.type == "number":
        writer.variables[op.target.number] = Variable(found.text, "int")
    else:
        size = writer.argument(op.args[1], "number")
        call = f"{writer.helper('get_number')}({writer.slot(base)}, {size})"
        writer.assign(op.target, "number", "long", call)
    return 1


def _store(writer: Writer, ops: Ops) -> int:
    """A number into memory."""
    op = ops[0]
    if op.verb != "put" or not isinstance(op.args[0], Slot):
        return 0
    value = writer.argument(op.args[2], "number")
    found = writer.variables.get(op.args[0].number)
    place = writer.slot(op.args[0])
    if found is not None and found.type == "number":
        writer.line(f"{place} = {value};")
        return 1
    helper, size = writer.helper("put_number"), writer.argument(op.args[1], "number")
    writer.line(f"{helper}({place}, {size}, (unsigned long)({value}));")
    return 1


_IDIOMS: Final[tuple[Idiom, ...]] = (
    *(_make_file, _make_folder, _make_links, _make_fifo, _unused_fd, _soft_limit, _hard_limit),
    *(_new_pages, _become, _quiet_signals, _room, _load, _store),
)


# Steps that stand alone.


def _one(writer: Writer, ops: Ops) -> int:
    """One step."""
    op = ops[0]
    if op.verb == "sys":
        _sys(writer, op)
    elif op.verb == "try":
        writer.assign(op.target, CALLS[op.word].result, "long", writer.call(op))
    elif op.verb == "let":
        _let(writer, op)
    elif op.verb == "signal":
        _signal(writer, op)
    elif op.verb in _HELPERS:
        _by_helper(writer, op)
    elif op.verb == "thread":
        _thread(writer, op)
    elif op.verb not in ("tampered", "timeout"):
        # Only what is for guests gets here: servers of file systems and the like.
        writer.line(f'skip("a step that only the executor of kapi can do: {op.verb}");')
    return 1


def is_known(op: Op) -> bool:
    """Whether there is C for a step."""
    return op.verb in _HELPERS or op.verb in _KNOWN


_KNOWN: Final = frozenset("get let put signal sys tampered thread timeout try".split())


def _sys(writer: Writer, op: Op) -> None:
    if op.word == "ioctl" and op.args[1] == "TIOCSCTTY":
        writer.line("SETUP(setsid());")
    call, form = writer.call(op), CALLS.get(op.word)
    if op.word == "mmap" and op.target is not None and op.target.number in writer.used:
        writer.assign(op.target, "map", "char *", f"SETUP_MAP({call})")
        return
    name = form.result if form else "ret"
    if op.word == "openat" and isinstance(op.args[2], str) and "O_DIRECTORY" in op.args[2]:
        name = "dir"
    writer.assign(op.target, name, "int", f"SETUP({call})")


def _let(writer: Writer, op: Op) -> None:
    (arg,) = op.args
    if op.target is None or op.target.number not in writer.used:
        return
    if isinstance(arg, Slot):
        kind = "char *" if writer.is_pointer(arg) else "long"
        writer.assign(op.target, "addr" if kind == "char *" else "value", kind, writer.slot(arg))
    elif isinstance(arg, (int, str)):
        writer.assign(op.target, "value", "long", writer.argument(arg, "number"))
    elif isinstance(arg, Data):
        text = values.byte_array(arg.data).removeprefix("(unsigned char[])")
        text = text.replace("{", "{{").replace("}", "}}")
        name = writer.declare("bytes", "unsigned char", f"{{0}}[] ={text}")
        writer.variables[op.target.number] = Variable(name, "array")
    else:
        writer.assign(op.target, "text", "const char *", writer.memory(arg))


def _signal(writer: Writer, op: Op) -> None:
    number = writer.argument(op.args[0], "flags")
    flags = writer.argument(op.args[1], "flags") if len(op.args) > 1 else "0"
    if op.word == "count":
        writer.line(f"{writer.helper('catch_signal')}({number}, {flags});")
    elif op.word == "block":
        mask = f"{writer.helper('only_signal')}({number})"
        writer.line(f"SETUP(sigprocmask(SIG_BLOCK, {mask}, NULL));")
    else:
        how = "SIG_IGN" if op.word == "ignore" else "SIG_DFL"
        writer.line(f"signal({number}, {how});")


#: Steps that a helper does: its name, the variable for its result, and the kinds of its arguments.
_HELPERS: Final = {
    "child": ("idle_child", "pid", ()),
    "copy": ("copy_program", "", ("text",)),
    "echo": ("write_setting", "", ("text", "text")),
    "fault": ("fail_nth", "", ("number",)),
    "fill": ("fill", "", ("pointer", "size", "number")),
    "find": ("find_mapping", "map", ("text",)),
    "fork": ("continue_in_child", "pid", ()),
    "mounts": ("own_mounts", "", ()),
    "spawn": ("run_program", "pid", ("text",)),
    "stripe": ("stripe", "", ("pointer", "number")),
    "within": ("only_capability", "", ("flags",)),
}


def _by_helper(writer: Writer, op: Op) -> None:
    name, result, kinds = _HELPERS[op.verb]
    args = [writer.argument(arg, kind) for arg, kind in zip(op.args, kinds, strict=True)]
    if op.verb == "fill":
        writer.line(f"memset({args[0]}, 'A', {args[1]});")
        return
    call = f"{writer.helper(name)}({', '.join(args)})"
    if result:
        writer.assign(op.target, result, "char *" if result == "map" else "int", call)
    else:
        writer.line(f"{call};")


def _thread(writer: Writer, op: Op) -> None:
    """Another thread makes a call; with 0 ms it is waited for until it sleeps."""
    delay, *rest = op.args
    form = CALLS.get(op.word)
    kinds = [*(form.kinds if form else ()), *("raw",) * len(rest)]
    args = [writer.argument(arg, kind) for arg, kind in zip(rest, kinds, strict=False)]
    args = [f"(long)({arg})" if " " in arg else f"(long){arg}" for arg in args]
    name = writer.helper("call_in_thread")
    listed = f"(long[6]){{ {', '.join(args)} }}"
    writer.line(f"{name}({writer.argument(delay, 'number')}, __NR_{op.word}, {listed});")
