# Every chore of the project. Needs make and a Python from 3.11 on; all else is
# installed, by hash, into .venv. A stamp file in the environment remembers what is
# installed, so a second run of any target takes seconds. `make help` lists them.

SHELL := /bin/sh
VENV  := .venv
BIN   := $(VENV)/bin
RUN   := $(BIN)/python
PIP   := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet

# The first that is new enough. Override: make test PYTHON=/opt/python3.12/bin/python3
PYTHON ?=
find_python = for p in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14; do \
	  [ -n "$$p" ] && "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    2>/dev/null && { echo "$$p"; break; }; done
make_venv = python=$$($(find_python)); \
	if [ -z "$$python" ]; then \
	  echo "No Python 3.11 or newer found. Install one, or: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; exit 1; \
	fi; \
	"$$python" -m venv $(1) || { \
	  rm -rf $(1); \
	  echo "$$python cannot make a virtual environment; on Debian: apt install python3-venv" >&2; exit 1; \
	}

CLIENT := $(VENV)/.client-installed
DEV    := $(VENV)/.dev-installed
DOCS   := .venv-docs/.installed
PROTO  := .venv-proto/.installed
UV     := .venv-tools/bin/uv
LOCK    = $(UV) pip compile --generate-hashes --universal --quiet $(UPGRADE)

# More workers than cores only makes time-outs likelier; more than 8 never pays.
PYTEST  := $(RUN) -m pytest
WORKERS := -n auto --maxprocesses 8

.PHONY: help demo install test check format-check lint types contracts fast-tests \
	bench soak format reference proto docs lock clean

help: ## list these targets
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

##@ Use it

demo: $(CLIENT) ## install, wrap a command that fails, show its cause and where its log lies
	@$(RUN) tools/demo.py

install: $(DEV) ## everything, the server and the developers' tools included, into .venv

##@ Prove it

test: $(DEV) ## install and run all tests but the benchmarks; skipped ones say why
	$(PYTEST) $(WORKERS) -q -rfEs

check: format-check lint types contracts fast-tests ## the gate before a commit, under a minute

bench: $(DEV) ## measure the budgets and rewrite docs/benchmarks.md; wants a quiet machine
	$(RUN) -m tests.bench

soak: $(DEV) ## the long tests: hours of load and faults
	$(PYTEST) -q -rfEs tests/soak
	SWIFTLOG_SOAK=1 $(PYTEST) -q -s -rfEs tests/e2e/faults

format-check: $(DEV)
	@$(BIN)/ruff format --check --quiet . || { echo "make format mends this" >&2; exit 1; }

lint: $(DEV)
	@$(BIN)/ruff check --quiet .

types: $(DEV)
	@$(BIN)/mypy
	@$(BIN)/mypy tools tests/house tests/conftest.py

contracts: $(DEV)
	@$(BIN)/lint-imports --no-logo

fast-tests: $(DEV)
	$(PYTEST) $(WORKERS) -q tests/unit tests/house

##@ Change it

format: $(DEV) ## format the code and mend what the linter can
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

reference: $(DEV) ## rewrite the reference pages that are made from the code
	$(RUN) -m tools.reference

proto: $(PROTO) ## rebuild the generated code of swiftlog_core/wire/v1
	.venv-proto/bin/python tools/proto.py

docs: $(DOCS) ## build the documentation into docs/_build/html; a warning is an error
	.venv-docs/bin/python -m sphinx -W --keep-going -q -n -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

lock: $(UV) ## write the locks anew (UPGRADE=--upgrade: newest versions); names no index
	$(LOCK) pyproject.toml --all-extras --group dev -o requirements.lock
	$(LOCK) pyproject.toml --group build -c requirements.lock -o requirements-client.lock
	$(LOCK) --group docs -o requirements-docs.lock

clean: ## remove all that make made
	rm -rf .venv .venv-docs .venv-proto .venv-tools docs/_build build dist \
	  .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# What is installed where. Nothing but the two locks decides what goes into .venv.

$(VENV)/bin/python:
	@$(call make_venv,$(VENV))

$(CLIENT): $(VENV)/bin/python requirements-client.lock pyproject.toml
	@echo "Installing SwiftLog into $(VENV) (once) ..."
	@$(PIP) --require-hashes -r requirements-client.lock
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

$(DEV): $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Installing SwiftLog, its server and the tools into $(VENV) (once, about a minute) ..."
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $(CLIENT) $@

$(DOCS): requirements-docs.lock
	@$(call make_venv,.venv-docs)
	@.venv-docs/bin/python -m pip install --quiet --require-hashes -r requirements-docs.lock
	@touch $@

$(PROTO): pyproject.toml
	@$(call make_venv,.venv-proto)
	@.venv-proto/bin/python -m pip install --quiet $$(.venv-proto/bin/python -c \
	  'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["proto"])')
	@touch $@

$(UV):
	@$(call make_venv,.venv-tools)
	@.venv-tools/bin/python -m pip install --quiet uv
