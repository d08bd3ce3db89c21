# SPDX-License-Identifier: GPL-2.0-or-later
"""The edits of files that a Linux tree has already: few, small, and placed by what they look for.

In: the text of a file. Out: the text with a block more, or an error that names what was not found.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kapi.errors import SourceError


class Hook(NamedTuple):
    """One block of lines in one file.

    :param path: below the top of the tree.
    :param anchor: regular expression of a whole line; the first one that matches is the place.
    :param text: whole lines.
    :param before: the block goes above that line, not below it.
    :param why: what it does, as the rest of a sentence on kapi.
    """

    path: str
    anchor: str
    text: str
    before: bool
    why: str


HOOKS: tuple[Hook, ...] = (
    Hook(
        "kernel/Makefile",
        r"obj-y \+= sched/",
        "obj-$(CONFIG_KAPI_SPEC) += api/\n",
        True,
        "builds kernel/api",
    ),
    Hook(
        "lib/Kconfig.debug",
        r'source "lib/kunit/Kconfig"',
        'source "kernel/api/Kconfig"\n\n',
        True,
        "offers the options, under Kernel hacking",
    ),
    Hook(
        "include/asm-generic/vmlinux.lds.h",
        r"#ifdef CONFIG_PRINTK_INDEX",
        """#ifdef CONFIG_KAPI_SPEC
#define KAPI_SPECS							\\
	. = ALIGN(8);							\\
	.kapi_specs : AT(ADDR(.kapi_specs) - LOAD_OFFSET) {		\\
		__start_kapi_specs = .;					\\
		KEEP(*(.kapi_specs))					\\
		__stop_kapi_specs = .;					\\
	}
#else
#define KAPI_SPECS
#endif

#ifdef CONFIG_KAPI_SPEC_DEBUGFS
#define KAPI_PROSE							\\
	. = ALIGN(8);							\\
	.kapi_prose : AT(ADDR(.kapi_prose) - LOAD_OFFSET) {		\\
		__start_kapi_prose = .;					\\
		KEEP(*(.kapi_prose))					\\
		__stop_kapi_prose = .;					\\
	}
#define KAPI_PROSE_DETAILS
#elif defined(CONFIG_KAPI_SPEC)
#define KAPI_PROSE
#define KAPI_PROSE_DETAILS						\\
		.kapi_prose 0 : { KEEP(*(.kapi_prose)) }
#else
#define KAPI_PROSE
#define KAPI_PROSE_DETAILS
#endif

""",
        True,
        "names the two sections of specifications",
    ),
    Hook(
        "include/asm-generic/vmlinux.lds.h",
        r"\tPRINTK_INDEX\t*\\",
        "\tKAPI_SPECS\t\t\t\t\t\t\t\\\n\tKAPI_PROSE\t\t\t\t\t\t\t\\\n",
        True,
        "keeps the records among the read-only data",
    ),
    Hook(
        "include/asm-generic/vmlinux.lds.h",
        r"#define ELF_DETAILS\t*\\",
        "\t\tKAPI_PROSE_DETAILS\t\t\t\t\t\\\n",
        False,
        "keeps texts that are not loaded in vmlinux",
    ),
    Hook(
        "include/linux/module.h",
        r"#ifdef CONFIG_PRINTK_INDEX",
        """#ifdef CONFIG_KAPI_SPEC
	unsigned int kapi_specs_size;
	unsigned int kapi_prose_size;
	const void *kapi_specs;
	const void *kapi_prose;
#endif
""",
        True,
        "says where a module's specifications are",
    ),
    Hook(
        "kernel/module/main.c",
        r"#ifdef CONFIG_PRINTK_INDEX",
        """#ifdef CONFIG_KAPI_SPEC
	mod->kapi_specs = section_objs(info, ".kapi_specs", 1, &mod->kapi_specs_size);
	mod->kapi_prose = section_objs(info, ".kapi_prose", 1, &mod->kapi_prose_size);
#endif
""",
        True,
        "finds them when the module is loaded",
    ),
    Hook(
        "Documentation/dev-tools/index.rst",
        r"   kcsan",
        "   kapi\n",
        True,
        "puts the page into the documentation",
    ),
)

_TITLE = "KERNEL API SPECIFICATIONS"
MAINTAINERS = "MAINTAINERS"
_ENTRY = f"""{_TITLE}
L:	linux-kernel@vger.kernel.org
S:	Orphan
F:	Documentation/dev-tools/kapi.rst
F:	include/linux/kapi.h
F:	include/linux/kapi_spec.h
F:	kernel/api/
F:	tools/kapi/

"""
_SECTION = re.compile(r"^([A-Z0-9][^\n:]*)\n(?=[MRLSWQBCPTFXNK]:\t)", re.MULTILINE)


def all_hooks(maintainers: str) -> tuple[Hook, ...]:
    """Every edit of a tree.

    :param maintainers: text of its MAINTAINERS.
    """
    return (*HOOKS, _maintainers_hook(maintainers))


def _maintainers_hook(text: str) -> Hook:
    """The entry of MAINTAINERS, in front of the first title that sorts behind it."""
    for match in _SECTION.finditer(text, max(text.find("Maintainers List"), 0)):
        if match[1] > _TITLE:
            anchor = re.escape(match[1])
            return Hook(MAINTAINERS, anchor, _ENTRY, True, "says what belongs together")
    raise SourceError(MAINTAINERS, f"no entry that '{_TITLE}' could stand in front of")


def insert(hook: Hook, text: str, name: str) -> str:
    """``text`` with the block of a hook.

    :param name: of the file, for the message.
    :raises SourceError: if the line it looks for is not there.
    """
    match = re.search(rf"^(?:{hook.anchor})\n", text, re.MULTILINE)
    if match is None:
        reason = f"no line like '{hook.anchor}', where kapi {hook.why}; this tree does not fit"
        raise SourceError(name, reason)
    at = match.start() if hook.before else match.end()
    return text[:at] + hook.text + text[at:]
