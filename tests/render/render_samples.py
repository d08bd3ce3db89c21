"""Specs made by hand for the tests of the writers."""

from __future__ import annotations

from kapi.model.spec import (
    ArchMask,
    Capability,
    Cause,
    Constraint,
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


def openat() -> Spec:
    """A spec like those of the catalogue, with something in every section."""
    return Spec(
        name="sys_openat",
        kind="syscall",
        version=2,
        api_type="syscall",
        description="open a file relative to a directory descriptor",
        long_description=(
            "Opens the file that @filename names and returns a descriptor for it, the lowest\n"
            "number not in use. If @filename is relative, it starts from the directory @dfd;\n"
            "see also open(2) and sys_read().\n"
            "\n"
            "Access modes:\n"
            "- O_RDONLY: reading only\n"
            "- O_WRONLY: writing only, which this item says in so many words that it has to go\n"
            "  on in a second line\n"
            "- O_RDWR: both\n"
            "\n"
            "A sample of a block:\n"
            "\n"
            '    fd = openat(AT_FDCWD, "a\\n", O_RDONLY);\n'
            "    .not a request\n"
        ),
        context_flags=("process", "sleepable"),
        error_set=ErrorSet(kind="open", scope=("driver", "fs", "lsm")),
        includes=(Include(name="path_lookup", arguments=("dfd", "filename")),),
        parameters=_parameters(),
        returns=Return(
            type="long",
            type_class="fd",
            check_type="fd",
            success=Success(op=">=", value="0"),
            ensures=("fd_open(ret)", "fd_cloexec(ret) == !!(flags & O_CLOEXEC)"),
            description="The new descriptor, or a negative errno.",
            origin="fs/open.c: do_sys_openat2()",
        ),
        errors=_errors(),
        locks=(
            Lock(
                name="files->file_lock",
                type="spinlock",
                scope="internal",
                held="always",
                mode="write",
                acquired="yes",
                released="yes",
                held_on_entry=False,
                origin="fs/file.c: alloc_fd()",
                description="Held while a slot of the descriptor table is taken.",
            ),
        ),
        signals=(
            Signal(
                signal_name="pending signals",
                direction=("receive",),
                action="return",
                condition="opening a FIFO, or a file on a slow file system, is interrupted",
                error_on_signal="EINTR",
                restartable=True,
                timing="during",
                priority=0,
                when="path_kind(dfd, filename) == fifo && !(flags & O_NONBLOCK)",
            ),
        ),
        side_effects=(
            SideEffect(
                type=("alloc_memory", "resource_create"),
                target="descriptor table of the task",
                reversible=True,
                description="A descriptor and an open file description come into being.",
            ),
            SideEffect(
                type=("filesystem",),
                target="the file",
                when="flags & O_TRUNC",
                reversible=False,
                label="truncation",
                origin="fs/namei.c: handle_truncate()",
            ),
        ),
        state_transitions=(
            StateTransition(
                object="descriptor",
                from_state="unused",
                to_state="open",
                condition="the call succeeds",
            ),
        ),
        capabilities=(
            Capability(
                name="CAP_DAC_OVERRIDE",
                action="bypass_check",
                allows="opening files whatever their permission bits say",
                without_cap="the permission bits decide, and EACCES is given",
                check_condition="the permission bits refuse",
                priority=1,
                shared="path_lookup",
            ),
        ),
        constraints=(
            Rule(
                name="large file support",
                description="On 64-bit kernels O_LARGEFILE is always set.",
                expression="force_o_largefile() => flags |= O_LARGEFILE",
            ),
        ),
        structs=(
            Struct(
                name="open_how",
                description="Used by openat2(2), shown here for a test.",
                fields=(
                    StructField(
                        name="flags", type="__u64", description="O_ flags", mask="VALID_OPEN_FLAGS"
                    ),
                    StructField(name="mode", type="__u64", lo="0", hi="07777"),
                ),
            ),
        ),
        examples=(
            'int fd = openat(AT_FDCWD, "/etc/passwd", O_RDONLY | O_CLOEXEC);\n'
            "if (fd < 0)\n"
            '    err(1, "openat");\t/* why */\n'
        ),
        notes="Unknown flags are ignored;\nopenat2(2) refuses them.",
        origin="fs/open.c: SYSCALL_DEFINE4(openat)",
        ordinary_sections=(Text(name="Context", text="Process context. May sleep."),),
        symbols=("AT_FDCWD", "O_CREAT", "O_TMPFILE", "S_IALLUGO"),
    )


def _parameters() -> tuple[Param, ...]:
    return (
        Param(
            index=0,
            name="dfd",
            type="int",
            type_class="fd",
            flags=("input",),
            description="directory that a relative path starts from, or AT_FDCWD",
            on_violation=("EBADF",),
        ),
        Param(
            index=1,
            name="filename",
            type="const char __user *",
            type_class="path",
            flags=("input", "user"),
            description="path of the file, ends with a NUL",
            constraint=Constraint(form="user_path"),
            size_param=SizeParam(index=3, name="mode"),
        ),
        Param(
            index=2,
            name="flags",
            type="int",
            type_class="int",
            flags=("input",),
            description="one of the access modes, or'ed with O_ flags",
            constraint=Constraint(
                form="mask",
                mask="VALID_OPEN_FLAGS",
                arch_masks=(
                    ArchMask(arch="sparc", config="CONFIG_SPARC", expr="O_SPARC_ONLY | O_FROB"),
                ),
            ),
            constraint_description="unknown bits are ignored, for programs built long ago",
            on_violation=("ignored",),
            requires=(
                Require(
                    expr="!(flags & O_TMPFILE) || (flags & O_ACCMODE) != O_RDONLY",
                    outcome=("EINVAL",),
                    label="tmpfile-readonly",
                ),
            ),
        ),
        Param(
            index=3,
            name="mode",
            type="umode_t",
            type_class="uint",
            flags=("input", "optional"),
            description="permission bits of a new file",
            details="Counts only with O_CREAT or O_TMPFILE. The umask of the task is taken away.",
            constraint=Constraint(form="range", lo="0", hi="S_IALLUGO"),
            on_violation=("masked",),
        ),
    )


def _errors() -> tuple[Errno, ...]:
    return (
        Errno(
            name="EACCES",
            summary="no permission",
            condition="a directory of the path may not be searched, or the file not be opened so",
            causes=(
                Cause(when="path_prefix(dfd, filename) == no_search", label="search"),
                Cause(
                    when="(flags & O_ACCMODE) != O_WRONLY && !path_may(dfd, filename, MAY_READ)",
                    label="no-read",
                ),
            ),
            description="Also given if @filename is in a sticky directory and O_CREAT is set.",
            origin="fs/namei.c: may_open(), link_path_walk()",
            shared="path_lookup",
        ),
        Errno(
            name="EINVAL",
            label="tmpfile-readonly",
            summary="O_TMPFILE without write access",
            causes=(Cause(when="flags & __O_TMPFILE && (flags & O_ACCMODE) == O_RDONLY"),),
            must=True,
            origin="fs/open.c: build_open_flags()",
        ),
        Errno(name="ENOMEM", summary="out of memory", must=False, scope=("fs", "lsm")),
        Errno(name="ENXIO"),
        Errno(name="ERESTARTSYS", internal=True, summary="interrupted", ensures="!fd_open(ret)"),
    )


def read() -> Spec:
    """A second spec, which the first one mentions."""
    return Spec(
        name="sys_read",
        kind="syscall",
        description="read from a file descriptor",
        parameters=(Param(index=0, name="fd", type="unsigned int"),),
        returns=Return(success_range=Range(lo="0", hi="count"), error_values=("EIO",)),
    )
