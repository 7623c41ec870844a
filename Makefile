# Every target sets up what it needs in .venv, from the exact versions in requirements*.txt; the second time takes seconds.

PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11 python
VENV := .venv
PY := $(VENV)/bin/python
RUN := $(VENV)/.stamp-run
DEV := $(VENV)/.stamp-dev

.PHONY: help run test check format lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(RUN) ## serve the chat on the real FAQ
	$(PY) app.py

test: $(DEV) ## every check; the browser tests need Chromium
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m bot check
	$(PY) -m pytest --cov --numprocesses auto --dist loadfile --no-loadscope-reorder

check: $(DEV) ## the fast checks: no browser, nothing slow
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -q -m "not browser and not slow"

format: $(DEV) ## lay out the code and mend what can be mended by itself
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

# --universal: one lock for every system and Python. Versions stay as they are unless `make lock UPGRADE=--upgrade`.
COMPILE = $(VENV)/uv/bin/uv pip compile --no-config --universal --generate-hashes --no-annotate --quiet \
	--custom-compile-command "make lock" $(UPGRADE) pyproject.toml

lock: $(PY) ## pin the dependencies of pyproject.toml again
	$(PY) -m pip install --quiet --target $(VENV)/uv --upgrade uv
	$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' \
		> $(VENV)/build.in
	$(COMPILE) --extra dev $(VENV)/build.in --output-file requirements-dev.txt
	$(COMPILE) --constraint requirements-dev.txt $(VENV)/build.in --output-file requirements.txt

clean: ## remove the set-up and every cache, never the data in .verbatim
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage dist
	find . -name __pycache__ -prune -exec rm -r {} +

# Compiling in one go on all cores takes half as long as pip does.
define install
	@echo "Setting up $(VENV) from $(1): about a minute, once."
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r $(1)
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(PY) -m compileall -q -j 0 -x '/tests/' $(VENV)/lib
	@$(PY) -m bot fit
endef

$(RUN): $(PY) requirements.txt pyproject.toml
	$(call install,requirements.txt)
	@touch $@

$(DEV): $(PY) requirements-dev.txt pyproject.toml
	$(call install,requirements-dev.txt)
	@touch $@ $(RUN)

$(PY):
	@for python in $(PYTHON); do \
		"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo "Verbatim needs Python 3.11 or newer with its modules venv and ensurepip. Found:" >&2; \
	for python in $(PYTHON); do command -v "$$python" >&2 && "$$python" --version >&2; done; \
	echo "On Debian and Ubuntu: apt-get install python3 python3-venv. Another one: make PYTHON=/path/to/python3 run" >&2; \
	exit 1
