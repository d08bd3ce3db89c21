"""Shows that each KUnit case of the kernel part can fail: builds in one fault after the other.

Takes Linux 6.12 of Debian's package, applies kapi to a copy in the cache, builds it for UML, and
for each fault builds and runs it again, 5 to 20 s each. Writes docs/kunit-mutants.md.
usage: python tools/kunit_mutants.py [--first N] [--last N] [--no-write]
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from kunit_mutant_list import MUTANTS, Mutant

from kapi.ktree.apply import overlay_files
from kapi.ktree.content import kernel_folder
from kapi.vm.arch import ARCHITECTURES
from kapi.vm.build import build_folder
from kapi.vm.cache import default_cache
from kapi.vm.errors import BootError, GuestTimeoutError, VmError
from kapi.vm.kconfig import CONFIGS, configure
from kapi.vm.make import Make
from kapi.vm.overlay import private_tree
from kapi.vm.source import debian_tree
from kapi.vm.uml import run_uml

PAGE = Path(__file__).resolve().parent.parent / "docs" / "kunit-mutants.md"

_CASE = re.compile(r"^    (ok|not ok) \d+ (\w+)", re.MULTILINE)

#: How the page begins.
_HEAD = """\
# Faults that the KUnit cases notice

Each line is one fault that was built into the kernel part, one at a time, and the KUnit cases that
failed because of it. `python tools/kunit_mutants.py` in the virtual environment makes this page
again: it needs Debian's linux-source-6.12, builds a kernel for UML once, and takes 5 to 20 seconds
more for each fault. The faults are listed in
[tools/kunit_mutant_list.py](../tools/kunit_mutant_list.py).

"""


class Result(NamedTuple):
    """What one kernel said.

    :param cases: whether each case passed, by name; a case that did not run is missing.
    :param end: how it ended, if not as it should.
    """

    cases: dict[str, bool]
    end: str


class Workshop(NamedTuple):
    """A private tree with kapi, and the folder in which it is built."""

    tree: Path
    make: Make

    def run(self) -> Result:
        """Build and run the kernel.

        :raises BuildError: if it does not build.
        """
        self.make.run(self.make.arch.target)
        program = self.make.output / Path(self.make.arch.image).name
        try:
            console = run_uml(program, ("kunit.filter_glob=kapi*",), timeout_s=120).console
            return Result(_cases(console), "")
        except BootError as error:
            return Result(_cases(error.transcript.console), "crash")
        except GuestTimeoutError as error:
            return Result(_cases(error.transcript.console), "hang")
        except VmError as error:
            if "printed more than" not in error.reason:
                raise
            return Result({}, "endless messages")


def _cases(console: str) -> dict[str, bool]:
    return {match[2]: match[1] == "ok" for match in _CASE.finditer(console)}


def open_workshop() -> Workshop:
    """The tree and its folder, ready for make."""
    base = debian_tree(on_unpack=_tell)
    cache = default_cache()
    config = CONFIGS["kunit"].with_fragments(str(kernel_folder() / "kernel/api/.kunitconfig"))
    tree = private_tree(base, "kunit-mutants", overlay_files(base), cache)
    output = build_folder(tree, config, cache)
    output.mkdir(parents=True, exist_ok=True)
    make = Make(tree, output, ARCHITECTURES["um"], jobs=2, ccache=cache.folder("ccache"))
    configure(make, config)
    return Workshop(tree, make)


@contextmanager
def built_in(tree: Path, mutant: Mutant) -> Iterator[None]:
    """The tree with a fault, for a while."""
    path = tree / mutant.path
    text = path.read_text()
    path.write_text(mutate(text, mutant))
    try:
        yield
    finally:
        path.write_text(text)


def mutate(text: str, mutant: Mutant) -> str:
    """A text with a fault.

    :raises ValueError: if what is right does not stand there exactly once.
    """
    if text.count(mutant.right) != 1:
        raise ValueError(
            f"{mutant.path}: {mutant.right!r} stands there {text.count(mutant.right)} times"
        )
    return text.replace(mutant.right, mutant.wrong)


def main(argv: Sequence[str] | None = None) -> int:
    """Try all faults; 0 if each was noticed and each case noticed one."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--first", type=int, default=1, help="number of the first fault to try")
    parser.add_argument("--last", type=int, default=len(MUTANTS), help="number of the last one")
    parser.add_argument("--no-write", action="store_true", help="leave the page as it is")
    options = parser.parse_args(argv)
    chosen = list(enumerate(MUTANTS, 1))[options.first - 1 : options.last]
    workshop = open_workshop()
    sound = workshop.run()
    if sound.end or not sound.cases or not all(sound.cases.values()):
        _tell(f"without a fault: {sound}")
        return 1
    found = []
    for number, mutant in chosen:
        with built_in(workshop.tree, mutant):
            result = workshop.run()
        found.append((number, mutant, result))
        _tell(f"{number}/{len(MUTANTS)} {mutant.path}: {_verdict(result)}")
    workshop.run()
    if not options.no_write:
        PAGE.write_text(page(found, sound))
    unnoticed = [number for number, _, result in found if _verdict(result) == "nobody"]
    idle = idle_cases(found, sound)
    _tell(f"faults that nobody noticed: {unnoticed}; cases that noticed none: {idle}")
    return 1 if unnoticed or idle else 0


Found = list[tuple[int, Mutant, Result]]


def _verdict(result: Result) -> str:
    """Which cases failed, in words."""
    failed = [f"`{name}`" for name, passed in result.cases.items() if not passed]
    shown = [*failed[:4], f"{len(failed) - 4} more"] if len(failed) > 5 else failed
    return ", ".join([*shown, *filter(None, [result.end])]) or "nobody"


def idle_cases(found: Found, sound: Result) -> list[str]:
    """The cases that failed with no fault."""
    failed = {name for _, _, result in found for name, passed in result.cases.items() if not passed}
    return sorted(sound.cases.keys() - failed)


def page(found: Found, sound: Result) -> str:
    """The text of docs/kunit-mutants.md."""
    failing = len(sound.cases) - len(idle_cases(found, sound))
    noticed = sum(_verdict(result) != "nobody" for _, _, result in found)
    lines = [
        f"Of {len(found)} faults {noticed} were noticed;",
        f"of {len(sound.cases)} cases {failing} noticed at least one.",
        "",
    ]
    path = ""
    for number, mutant, result in found:
        if mutant.path != path:
            path = mutant.path
            lines += [
                "",
                f"## {path}",
                "",
                "| | instead of | stands | noticed by |",
                "|---|---|---|---|",
            ]
        cells = [_code(mutant.right), _code(mutant.wrong), _verdict(result)]
        lines.append(f"| {number} | {' | '.join(cells)} |")
    return _HEAD + re.sub(r"\n\n\n+", "\n\n", "\n".join([*lines, ""]))


def _code(text: str) -> str:
    """C code in a cell of a table."""
    line = " ".join(text.split()).replace("|", "\\|")
    return f"`{line}`" if line else "nothing"


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
