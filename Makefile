# Everything needs only Python 3.11 or newer and make; `e2e` also wants node, npm and chromium.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes
UV_LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-config --no-emit-index-url --annotation-style line --custom-compile-command "make lock"
E2E := tests/e2e

.DEFAULT_GOAL := help
.PHONY: help run test lint check e2e bench crash lock clean

help: ## what there is to make
	@sed -nE 's/^([a-z0-9]+):[^#]*## (.*)/make \1\t\2/p' Makefile | expand -t 14

run: .venv/.runtime ## start Coterie on this machine, with development settings
	COTERIE_ENV=$${COTERIE_ENV:-development} $(BIN)/python app.py serve

test: .venv/.dev ## the tests
	$(BIN)/pytest -n 3 --dist worksteal

lint: .venv/.dev ## form, imports and types: all of the gate but the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy .

check: lint test ## the whole gate, fast things first

e2e: .venv/.dev $(E2E)/node_modules/.installed ## in a real browser and in Microsoft's own Playground
	@command -v chromium >/dev/null || { echo "make e2e needs chromium (Debian: apt-get install chromium)"; exit 1; }
	$(BIN)/pytest $(E2E) -n auto --maxprocesses 2 --dist loadfile

bench: .venv/.dev ## the figures of this machine, beside the peers
	$(BIN)/python -m tests.bench

crash: .venv/.dev ## ten minutes of kill -9 and of faults that last: nothing lost, nothing twice
	$(BIN)/pytest tests/crash/long -n 2
	$(BIN)/python -m tests.crash

lock: .venv/.dev ## write the locks from pyproject.toml (with UP=--upgrade: the newest it allows)
	$(UV_LOCK) $(UP) pyproject.toml --output-file requirements.lock
	$(UV_LOCK) $(UP) pyproject.toml --constraints requirements.lock --group dev --group e2e \
		--output-file requirements-dev.lock

clean: ## forget what was installed and measured; var/ (the data) stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf $(E2E)/node_modules $(E2E)/artifacts
	find . -name __pycache__ -not -path '*/node_modules/*' -prune -exec rm -rf {} +

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Coterie needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.runtime: requirements.lock | .venv/.made
	@echo "Installing what Coterie needs into .venv (once, about half a minute)"
	@$(PIP) -r requirements.lock
	@touch $@

# The development lock holds the runtime one, so it does for both.
.venv/.dev: requirements-dev.lock requirements.lock | .venv/.made
	@echo "Installing Coterie and its tests into .venv (once, about a minute)"
	@$(PIP) -r requirements-dev.lock
	@touch .venv/.runtime $@

$(E2E)/node_modules/.installed: $(E2E)/package-lock.json
	@command -v npm >/dev/null || { echo "make e2e needs node and npm (Debian: apt-get install nodejs npm)"; exit 1; }
	cd $(E2E) && npm ci --loglevel=error
	@touch $@
