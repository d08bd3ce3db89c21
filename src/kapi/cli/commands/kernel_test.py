# SPDX-License-Identifier: GPL-2.0-or-later
"""``kapi kernel test``: the kernel part on real kernels."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from kapi.cli import output
from kapi.cli.facts import Step, debugfs_steps, difference, kunit_step, text_step
from kapi.cli.kernels import add_kernel_arguments, kernel_of
from kapi.cli.terminal import Status
from kapi.errors import UsageError

if TYPE_CHECKING:
    from kapi.model.spec import Spec
    from kapi.vm.build import Kernel

DESCRIPTION: Final = (
    "Builds the kernel part with its KUnit cases, for UML and for x86-64, and runs them; then"
    " compares what the x86-64 kernel shows in debugfs, with a module that brings a specification"
    " and without it, and what its image holds, with the sources. Prints one line for each step,"
    " and everything about what failed; the exit status is 1 then."
)
EXAMPLES: Final = ("kapi kernel test", "kapi kernel test --only um", "kapi kernel test --show read")

_STEPS: Final = ("um", "guest")
_DEBUGFS: Final = "/sys/kernel/debug/kapi"
_KUNIT: Final = ("kunit.enable=1", "kunit.filter_glob=kapi*")
_MODULE: Final = "kapi_test_module"
_SCRIPT: Final = f"""\
set -e
insmod /{_MODULE}.ko
cp -r {_DEBUGFS} /tmp/with
rmmod {_MODULE}
cp -r {_DEBUGFS} /tmp/without
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``kapi kernel test``."""
    add_kernel_arguments(parser)
    parser.add_argument(
        "--only", choices=_STEPS, metavar="STEP", help="one step: um or guest (both by default)"
    )
    parser.add_argument(
        "--show",
        metavar="NAME",
        help="print one specification as debugfs and as the image of the booted kernel have it",
    )


def run(args: argparse.Namespace) -> int:
    """Run the steps."""
    if args.plain:
        raise UsageError("--plain leaves out what is to be tested")
    if args.show and args.only == "um":
        raise UsageError("--show needs the guest")
    specs = _sources()
    shown = _known(args.show, specs.image) if args.show else None
    failed = False
    for name in _STEPS:
        if args.only in (None, name):
            for found in _kunit_um(args) if name == "um" else _guest(args, specs, shown):
                output.write(f"{found.summary}\n" + "".join(f"  {c}\n" for c in found.complaints))
                failed = failed or bool(found.complaints)
    return 1 if failed else 0


class _Sources(NamedTuple):
    """The specs that went into a kernel, by name and without places.

    :param image: those of the catalogue.
    :param module: those of the test module.
    """

    image: dict[str, Spec]
    module: dict[str, Spec]


def _sources() -> _Sources:
    """What has to be found."""
    from kapi import catalogue
    from kapi.csource.collect import collect
    from kapi.ktree.content import kernel_folder

    path = kernel_folder() / "kernel/api/test_module.c"
    module = collect([(str(path), path.read_bytes())]).specs
    return _Sources(_by_name(catalogue.read_all().specs), _by_name(module))


def _by_name(specs: Iterable[Spec]) -> dict[str, Spec]:
    from kapi.model.codec import normalise

    return {spec.name: normalise(spec) for spec in specs if spec.kind != "shared"}


def _known(name: str, specs: Mapping[str, Spec]) -> str:
    """The whole name of a spec of the image."""
    for whole in (name, f"sys_{name}"):
        if whole in specs:
            return whole
    raise UsageError(f"no specification '{name}' in the catalogue; 'kapi list' lists them")


def _with_arch(args: argparse.Namespace, arch: str) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(args), "arch": arch})


def _kunit_um(args: argparse.Namespace) -> Iterator[Step]:
    """KUnit in a kernel that is a program."""
    from kapi.vm.uml import run_uml

    kernel = kernel_of(_with_arch(args, "um"))
    yield kunit_step("KUnit on UML", run_uml(kernel.image, _KUNIT).console)


def _guest(args: argparse.Namespace, specs: _Sources, shown: str | None) -> Iterator[Step]:
    """KUnit in a guest, and the specs that it and its image show."""
    from kapi.vm.guest import Limits, run_guest
    from kapi.vm.initrd import Command, Content, GuestFile
    from kapi.vm.qemu import Machine

    kernel = kernel_of(_with_arch(args, "x86_64"))
    module = GuestFile(data=kernel.modules / f"kernel/kernel/api/{_MODULE}.ko")
    status = Status()
    status.show(f"booting {kernel.image}")
    try:
        result = run_guest(
            Machine(kernel=kernel.image, append=" ".join(_KUNIT)),
            Command(argv=("/bin/sh", "-c", _SCRIPT)),
            content=Content(files={f"/{_MODULE}.ko": module}),
            bring=("/tmp/with", "/tmp/without"),
            limits=Limits(run_s=120),
        )
    finally:
        status.clear()
    yield kunit_step("KUnit in a guest", result.console)
    if result.status:
        said = result.stderr.decode(errors="replace").splitlines()
        yield Step(f"the module or debugfs: exit status {result.status}", said)
        return
    with tempfile.TemporaryDirectory() as name:
        _unpack(result.files, Path(name))
        yield from _compare(Path(name), kernel, specs)
        if shown:
            yield _side_by_side(Path(name), kernel, shown)


def _unpack(files: Mapping[str, bytes], folder: Path) -> None:
    """Write what the guest handed over; the folder ``kapi`` of debugfs is ``STATE/kapi`` then."""
    for path, data in files.items():
        state, _, rest = path.removeprefix("/tmp/").partition("/")
        target = folder / state / "kapi" / rest
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _compare(folder: Path, kernel: Kernel, specs: _Sources) -> Iterator[Step]:
    """What debugfs, the image and the module say, against the sources."""
    from kapi.binary.image import read_image

    with_module, without = folder / "with/kapi", folder / "without/kapi"
    yield from debugfs_steps("debugfs with a module", with_module, specs.image | specs.module)
    yield from debugfs_steps("debugfs without it", without, specs.image)
    yield text_step("debugfs and vmlinux", without, kernel.vmlinux, specs.image)
    yield difference("vmlinux", read_image(str(kernel.vmlinux)).specs, specs.image)
    yield difference("boot image", read_image(str(kernel.image)).specs, specs.image)
    module = kernel.modules / f"kernel/kernel/api/{_MODULE}.ko"
    yield difference("module", read_image(str(module)).specs, specs.module)


def _side_by_side(folder: Path, kernel: Kernel, name: str) -> Step:
    """One spec as debugfs showed it, and as the image of that kernel holds it."""
    from kapi.binary.image import read_image
    from kapi.cli.terminal import width
    from kapi.model.codec import load
    from kapi.render import Options, render

    top = folder / "without/kapi"
    specs = [spec for spec in read_image(str(kernel.vmlinux)).specs if spec.name == name]
    output.write(f"\n$ cat {_DEBUGFS}/specs/{name}\n")
    output.write_bytes((top / "specs" / name).read_bytes())
    output.write(f"\n$ kapi show --vmlinux {kernel.vmlinux} {name}\n")
    output.write(render("plain", specs, Options(width=width())) + "\n")
    json = (top / "specs-json" / name).read_text()
    found = difference("", load(json), {spec.name: spec for spec in specs})
    summary = (
        f"{name} of debugfs and of the image: {'not ' if found.complaints else ''}the same facts"
    )
    return Step(summary, found.complaints)
