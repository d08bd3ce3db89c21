"""Header trees to ask: a small one made here, and the running system's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tool_checks import require

FILES = {
    "Kbuild": "",
    "MAINTAINERS": "",
    "Makefile": "VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 1\nEXTRAVERSION = -rc2\nNAME = x\n",
    "include/uapi/asm-generic/errno-base.h": "#define\tEFROB\t1\t/* x */\n#define EAGAIN 2\n",
    "include/uapi/asm-generic/errno.h": (
        "#include <asm-generic/errno-base.h>\n"
        "#define EDEADLK 35\n#define EWOULDBLOCK EAGAIN\n#define EDEADLOCK EDEADLK\n"
    ),
    "arch/vax/include/uapi/asm/errno.h": (
        "#include <asm-generic/errno.h>\n#undef EDEADLOCK\n#define EDEADLOCK 58\n#define EVAX 99\n"
    ),
    "include/linux/errno.h": "#define ERESTARTSYS 512\n#define ERESTART_RESTARTBLOCK 516 /* c */\n",
    "include/uapi/asm-generic/signal.h": (
        "#define SIGHUP 1\n#define SIGPOLL SIGIO\n#define SIGIO 29\n#define SIGSTKSZ 8192\n"
        "#define SIG_BLOCK 0\n#define _NSIG 64\n"
    ),
    "arch/vax/include/uapi/asm/signal.h": "#define SIGVAX 40\n",
    "include/uapi/linux/capability.h": (
        "#define CAP_FROB 0\n#define CAP_LAST_CAP CAP_FROB\n#define CAP_TO_INDEX(x) ((x) >> 5)\n"
    ),
    "include/uapi/linux/frob.h": (
        "#define FROB_CREAT 0100\n#  define FROB_F(x) (x)\n"
        "enum frob { /* FROB_NOT, */ FROB_A = 1, FROB_B = (FROB_A, 2),\n"
        "#define FROB_B FROB_B\n FROB_C };\n"
    ),
    "include/linux/frob.h": "#define VALID_FROB \\\n\t(FROB_CREAT)\n",
    "include/net/frob.h": "enum { FROB_DEEP, };\n",
    "arch/vax/include/asm/page.h": "#define PAGE_SIZE 512\n",
    "fs/frob.c": "#define FROB_LOCAL 1\n",
    "fs/internal.h": "enum frob_state { FROB_BESIDE };\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A kernel tree with one architecture of its own, ``vax``."""
    for name, text in FILES.items():
        path = tmp_path / "linux" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "linux"


@pytest.fixture
def system_include() -> Path:
    """The running system's header folder."""
    return require("system-headers")
