# Needs Python 3.11 or newer and make; everything else goes into .venv.
#
#   make demo    the whole product on this machine, with a page to try it
#   make test    all tests, with the import contract and the coverage gate
#   make lint    style, types and formatting
#   make bench   measurements for docs/performance.md
#   make lock    resolve the dependencies anew
#   make wheel   build the distribution

SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
ARGS ?=
# Each process has its own PostgreSQL; more than four wait for each other.
SIDE_BY_SIDE := --numprocesses=logical --maxprocesses=4 --dist=worksteal

.PHONY: demo test lint format bench lock wheel clean
.DEFAULT_GOAL := demo

demo: .venv/.runtime
	@$(BIN)/python -m bot demo $(ARGS)

test: .venv/.development
	PYTHONPATH=$(CURDIR) $(BIN)/python -m pytest $(SIDE_BY_SIDE) --cov --cov-report=term $(ARGS)

lint: .venv/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: .venv/.development
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.development
	$(BIN)/python -m bench $(ARGS)

wheel: .venv/.development
	$(BIN)/uv build --wheel --no-build-isolation --quiet --python $(BIN)/python
	@ls dist/*.whl

lock: .venv/.development
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-annotate --upgrade --quiet --output-file requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-annotate --upgrade --quiet --constraint requirements.txt --output-file .ci/requirements.txt

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Rollcall needs Python 3.11 or newer; install it, or set PYTHON=/path/to/python3.x"; exit 1; }
	@echo "Setting up .venv with $(PYTHON) …"
	@"$(PYTHON)" -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing; on Debian: apt install python3-venv"; exit 1; }

.venv/.runtime: requirements.txt | .venv/bin/python
	@echo "Installing what Rollcall needs …"
	@$(PIP) install --require-hashes --requirement requirements.txt
	@touch $@

.venv/.development: .ci/requirements.txt pyproject.toml | .venv/bin/python
	@echo "Installing what its tests need …"
	@$(PIP) install --require-hashes --requirement .ci/requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@ .venv/.runtime

clean:
	rm -rf .venv dist .coverage htmlcov .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
