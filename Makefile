# Every command of the project; `make` alone lists them. `make setup` works offline once it has run.
PYTHON ?= python3
BIN := .venv/bin
UV := .uv/bin/uv
PROCESSES ?= 3
# Bytecode is kept: the tests start hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=
SCRATCH := PRONGSAI_HOME=$(CURDIR)/var/test

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow lint bench requirements messages golden openapi sabotage fresh system-packages browsers clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install everything into .venv (quick when nothing changed)
	@$(PYTHON) scripts/setup.py

demo: setup ## a sample organization in the browser, with an address to open
	@$(BIN)/prongsai demo

test: setup ## the tests of every day (at most 10 minutes)
	@$(BIN)/pytest -q -n $(PROCESSES) --dist worksteal -m "not slow" $(PYTEST)

test-slow: setup ## crash, scale, browser matrix, other PostgreSQL versions
	@$(BIN)/pytest -q -n 2 --dist worksteal -m slow $(PYTEST) || test $$? -eq 5

lint: setup ## style, types, layers, migrations, pins, translations, architecture
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(SCRATCH) $(BIN)/prongsai makemigrations --check --dry-run
	$(BIN)/python scripts/requirements.py check
	$(BIN)/python -m prongsai.project.i18n check
	$(BIN)/pytest -q tests/architecture

bench: setup ## every speed figure, measured here and now
	@$(BIN)/python scripts/bench.py

requirements: setup ## compile requirements/*.in to pinned, hashed .txt files (needs the network)
	$(BIN)/python scripts/requirements.py compile
	@$(PYTHON) scripts/setup.py

messages: setup ## collect messages into the Thai catalogue and compile it
	$(BIN)/python -m prongsai.project.i18n extract
	$(BIN)/python -m prongsai.project.i18n compile
	$(BIN)/python -m prongsai.project.i18n check

golden: setup ## rewrite the golden files; read the difference before committing it
	UPDATE_GOLDEN=1 $(BIN)/pytest -q -m "not slow" $(PYTEST)

openapi: setup ## write docs/reference/openapi.json anew; read the difference before committing it
	UPDATE_GOLDEN=1 $(BIN)/pytest -q tests/api/test_openapi.py

sabotage: setup ## break the code in known ways, one at a time: the named tests must notice
	@$(BIN)/python scripts/sabotage.py

fresh: ## set up, try and test a clone on a bare machine, then again without a network
	@scripts/fresh.sh

system-packages browsers: ## Debian packages that some tests use (as root)
	@scripts/system-packages

clean: ## remove what setup and tests made; var/ with its data stays
	rm -rf .uv .venv .pytest_cache .ruff_cache .hypothesis var/test
