# SPDX-License-Identifier: GPL-2.0-or-later
#
# Everything here works in a fresh clone and may be repeated. Python packages go to .venv, the
# unpacked kernel source to $(KAPI_CACHE); nothing else outside this folder is written, but for
# the system packages that `make test` installs when it runs as root.

PYTHON ?= python3
KAPI_CACHE ?= $(if $(XDG_CACHE_HOME),$(XDG_CACHE_HOME),$(HOME)/.cache)/kapi
export KAPI_CACHE

# The specification that `make kernel` prints.
SHOW ?= sys_read

VENV := .venv
# A stamp names what it stands for: this folder and the content of pyproject.toml.
STATE := $(shell { echo '$(CURDIR)'; cat pyproject.toml; } | cksum | tr ' ' '-')
INSTALLED := $(VENV)/.installed-$(STATE)
TEST_READY := $(VENV)/.test-ready-$(STATE)
PIP := $(VENV)/bin/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo kernel test bench figures fmt clean

help: ## say what the targets do
	@echo 'usage: make TARGET'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12
	@echo 'variables: PYTHON=$(PYTHON) KAPI_CACHE=$(KAPI_CACHE) KAPI_LINUX_TREE=$(KAPI_LINUX_TREE)'

demo: $(INSTALLED) ## install kapi into .venv and show what it does
	@tools/demo.sh $(VENV)/bin

kernel: $(INSTALLED) ## build Linux 6.12 with the specifications, boot it, show what it says
	@tools/system-packages.sh
	@$(VENV)/bin/kapi kernel test --show $(SHOW)

test: $(TEST_READY) ## install what the tests need and run every gate
	@tools/system-packages.sh
	@tools/gates.sh $(VENV)/bin

bench: $(TEST_READY) ## measure the budgets (BENCH=options, see benchmarks/run.py --help)
	@tools/with-tree.sh $(VENV)/bin/python benchmarks/run.py $(BENCH)

figures: $(TEST_READY) ## build three kernels and measure what specifications cost them
	@$(VENV)/bin/python benchmarks/kernel_figures.py

fmt: $(TEST_READY) ## format Python files and the specs, mend what ruff can, write the manual page
	@$(VENV)/bin/ruff check --quiet --fix-only
	@$(VENV)/bin/ruff format --quiet
	@$(VENV)/bin/kapi fmt specs
	@$(VENV)/bin/python tools/make_man_page.py

clean: ## remove .venv, caches and what was built; KAPI_CACHE stays
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED):
	@tools/check-python.sh '$(PYTHON)'
	@echo '==> installing kapi into $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --editable .
	@$(VENV)/bin/python -m compileall -q src/kapi
	@rm -f $(VENV)/.installed-*
	@touch $@

$(TEST_READY): $(INSTALLED)
	@echo '==> installing what the tests need into $(VENV)'
	@$(PIP) install --editable '.[test]'
	@rm -f $(VENV)/.test-ready-*
	@touch $@
