"""A tree that builds like a kernel, in no time: same targets, same output, same files."""

from __future__ import annotations

from pathlib import Path

MAKEFILE = """\
VERSION = 6
PATCHLEVEL = 12
SUBLEVEL = 7
EXTRAVERSION =
.PHONY: allnoconfig olddefconfig modules modules_install
SOURCES := $(wildcard $(CURDIR)/src/*.c)
OBJECTS := $(patsubst $(CURDIR)/src/%.c,$(O)/%.o,$(SOURCES))
allnoconfig:
\t@printf 'CONFIG_BASE=y\\n# CONFIG_SMP is not set\\n' >$(O)/.config
olddefconfig:
\t@sed -i /CONFIG_NEVER/d $(O)/.config
bzImage: $(O)/vmlinux
modules:
\t@echo fs/x.o >$(O)/modules.order
modules_install:
\t@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/6.12.7-kapi
$(O)/%.o: $(CURDIR)/src/%.c
\t@echo '  CC      $*.o'
\t@! grep -n 'error:' $<
\t@cat $< >$@
$(O)/vmlinux: $(OBJECTS)
\t@echo '  LD      vmlinux'
\t@mkdir -p $(O)/arch/x86/boot $(O)/include/config
\t@cat $(OBJECTS) | tee $@ $(O)/System.map >$(O)/arch/x86/boot/bzImage
\t@echo 6.12.7-kapi >$(O)/include/config/kernel.release
"""

KCONFIG = "config SMP\n\tbool\n\nconfig NEVER\n\tbool\n\tdepends on SMP\n"


def write_tree(folder: Path) -> Path:
    """Make a tree with two sources."""
    (folder / "src").mkdir(parents=True)
    for name, text in {"Kbuild": "", "Kconfig": KCONFIG, "Makefile": MAKEFILE}.items():
        (folder / name).write_text(text)
    (folder / "src/a.c").write_text("a1\n")
    (folder / "src/b.c").write_text("b1\n")
    return folder
