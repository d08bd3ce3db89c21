# SPDX-License-Identifier: GPL-2.0-or-later
"""Options that say which kernel to build, and the kernel that they ask for.

In: the arguments of ``kapi kernel build`` and its kin. Out: a kernel, from the cache or built now,
with progress on a terminal.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kapi.cli.terminal import Status
from kapi.errors import UsageError

if TYPE_CHECKING:
    from kapi.vm.build import Kernel
    from kapi.vm.kconfig import KernelConfig
    from kapi.vm.make import Progress
    from kapi.vm.qemu import Machine

RELEASES: Final = ("6.12", "6.1")
ARCHES: Final = ("x86_64", "aarch64", "um")


def add_kernel_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which kernel."""
    parser.add_argument(
        "--tree", metavar="PATH", help="Linux tree to build, as it is (Debian's source by default)"
    )
    parser.add_argument(
        "--release",
        choices=RELEASES,
        default=RELEASES[0],
        metavar="RELEASE",
        help="release of Debian's source package: 6.12 (default) or 6.1",
    )
    parser.add_argument("--plain", action="store_true", help="do not apply kapi to Debian's source")
    parser.add_argument("--inline", action="store_true", help="put each spec above its definition")
    parser.add_argument(
        "--arch",
        choices=ARCHES,
        default=ARCHES[0],
        metavar="ARCH",
        help="architecture: x86_64 (default), aarch64 (build only) or um",
    )
    parser.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="FILE",
        help="config fragment: a file, or the name of one that ships with kapi, such as debug",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SYMBOL=VALUE",
        help="a symbol of the configuration, such as KASAN=y; may be repeated",
    )
    parser.add_argument(
        "-j", "--jobs", type=int, metavar="N", help="commands that make runs at once"
    )


def kernel_of(args: argparse.Namespace, *fragments: str) -> Kernel:
    """The kernel that the options ask for.

    :param fragments: more config fragments, behind those of the architecture.
    """
    from kapi.vm.build import build_kernel

    config = config_of(args, *fragments)
    tree = tree_of(args)
    status = Status()

    def show(progress: Progress) -> None:
        done, of = progress.objects, f" of about {progress.expected}" if progress.expected else ""
        status.show(f"building: {done}{of} files, {progress.elapsed_s:.0f} s  {progress.step}")

    try:
        return build_kernel(tree, config, jobs=args.jobs, on_progress=show)
    finally:
        status.clear()


def config_of(args: argparse.Namespace, *fragments: str) -> KernelConfig:
    """The configuration that the options ask for."""
    from kapi.vm.kconfig import KernelConfig

    base = ("kunit",) if args.arch == "um" else ("guest", args.arch)
    own = _own_fragments(args.arch) if _has_kapi(args) else ()
    given = tuple(name if name in _shipped() else _fragment_path(name) for name in args.config)
    symbols = tuple(_symbol(text) for text in args.set)
    return KernelConfig(args.arch, (*base, *own, *fragments, *given), symbols)


def _has_kapi(args: argparse.Namespace) -> bool:
    """Whether kapi is in the tree: it puts itself into Debian's source, but not into another."""
    return (Path(args.tree) / "kernel/api/Kconfig").exists() if args.tree else not args.plain


def _own_fragments(arch: str) -> tuple[str, ...]:
    """The fragments that switch kapi on; a kernel that is a program loads no modules."""
    return ("kapi",) if arch == "um" else ("kapi", "kapi-module")


def _shipped() -> set[str]:
    from kapi.vm.kconfig import FRAGMENTS

    return {path.stem for path in FRAGMENTS.glob("*.config")}


def _fragment_path(name: str) -> str:
    """A path of a fragment, which must not look like the name of a shipped one."""
    path = Path(name)
    if not path.is_file():
        known = ", ".join(sorted(_shipped()))
        raise UsageError(f"no config fragment '{name}'; a file, or one of {known}")
    return str(path.absolute())


def _symbol(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.replace("_", "").isalnum() or not value:
        raise UsageError(f"'{text}' is not SYMBOL=VALUE")
    return "CONFIG_" + name.removeprefix("CONFIG_"), value


def tree_of(args: argparse.Namespace) -> Path:
    """The tree that the options ask for; Debian's source gets kapi in a copy of its own."""
    from kapi.vm.source import check_tree, debian_tree

    if args.tree:
        return check_tree(Path(args.tree))
    status = Status()
    base = debian_tree(args.release, on_unpack=status.show)
    status.clear()
    if args.plain:
        return base
    from kapi.ktree.apply import overlay_files
    from kapi.vm.overlay import private_tree

    files = overlay_files(base, inline=args.inline)
    return private_tree(base, f"kapi-{'inline' if args.inline else 'beside'}", files)


def add_machine_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what a guest is like."""
    parser.add_argument("--kernel", metavar="FILE", help="boot this image instead of building one")
    parser.add_argument(
        "--stock", action="store_true", help="boot the distribution's kernel of that release"
    )
    parser.add_argument(
        "--memory", type=int, default=512, metavar="MIB", help="memory of the guest (512 MiB)"
    )
    parser.add_argument(
        "--processors", type=int, default=1, metavar="N", help="processors of the guest (1)"
    )
    parser.add_argument(
        "--accel",
        choices=("auto", "kvm", "tcg"),
        default="auto",
        metavar="ACCEL",
        help="auto (KVM if a probe shows that it works), kvm or tcg",
    )
    parser.add_argument(
        "--append", default="", metavar="WORDS", help="more of the kernel's command line"
    )
    parser.add_argument(
        "--disk", action="append", default=[], metavar="FILE", help="raw image, /dev/vda and so on"
    )


def add_program_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option for programs that a guest gets."""
    parser.add_argument(
        "--program",
        action="append",
        default=[],
        metavar="FILE",
        help="program to put into /bin of the guest, with its libraries; may be repeated",
    )


def programs_of(args: argparse.Namespace) -> dict[str, Path]:
    """The programs that a guest gets, by their paths there."""
    return {f"/bin/{Path(name).name}": Path(name) for name in args.program}


def machine_of(args: argparse.Namespace, *, icount: bool = False) -> Machine:
    """The machine that the options ask for; its kernel is built if it must be."""
    from kapi.vm.qemu import Machine

    if args.arch != "x86_64":
        raise UsageError(f"only x86_64 kernels can be booted here, not {args.arch}")
    if args.stock:
        from kapi.vm.stock import stock_kernel

        image = stock_kernel(args.release).image
    else:
        image = Path(args.kernel) if args.kernel else kernel_of(args).image
    return Machine(
        kernel=image,
        memory_mb=args.memory,
        processors=args.processors,
        accel=args.accel,
        icount=icount,
        append=args.append,
        disks=tuple(Path(disk) for disk in args.disk),
    )


def words_of(text: Sequence[str]) -> tuple[str, ...]:
    """Program and arguments; ``--`` in front of them is left out."""
    words = tuple(text)
    return words[1:] if words[:1] == ("--",) else words
