# The verbs of this house. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup setup-run run test check bench lock types build format clean
MAKEFLAGS += --no-print-directory
PYTHON_HERE := .venv/bin/python
WORKERS ?= 2

help: ## list the verbs
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

setup: ## make .venv with everything a developer needs, and build the web
	@sh tools/set_up.sh dev
	@$(PYTHON_HERE) -m tools.web build

setup-run:
	@sh tools/set_up.sh run
	@$(PYTHON_HERE) -m tools.web build

run: setup-run ## start Halfminute with its demo world (ARGS="--port 8090")
	@exec $(PYTHON_HERE) -m halfminute.main.cli demo $(ARGS)

test: setup ## run the tests, Python and web (TESTS="tests/kit -k name")
	$(PYTHON_HERE) -m $(or $(RUNNER),pytest) -n $(WORKERS) --dist loadgroup $(TESTS)
	@$(PYTHON_HERE) -m tools.web test

check: setup ## lint, types, contracts, SQL, sizes, words
	$(PYTHON_HERE) -m ruff check .
	$(PYTHON_HERE) -m ruff format --check .
	$(PYTHON_HERE) -m mypy
	$(PYTHON_HERE) -m tools.check_imports
	$(PYTHON_HERE) -m tools.check_sql
	$(PYTHON_HERE) -m tools.check_migrations
	$(PYTHON_HERE) -m tools.check_sizes
	$(PYTHON_HERE) -m tools.check_words
	$(PYTHON_HERE) -m tools.web_types check
	@$(PYTHON_HERE) -m tools.web check

bench: setup ## run one bench: make bench NAME=message_path
	@test -n "$(NAME)" || { echo "Name one: $$(cd bench && ls *.py | sed 's/\.py$$//' | tr '\n' ' ')"; exit 2; }
	@$(PYTHON_HERE) -m bench.$(NAME) $(ARGS)

lock: setup ## compile requirements/*.txt anew
	@sh tools/lock.sh

types: setup ## generate the web's types from the server's description
	@$(PYTHON_HERE) -m tools.web_types write

build: setup ## build the web, and the wheel into dist/
	@$(PYTHON_HERE) -m uv build --quiet --wheel --no-build-isolation --out-dir dist
	@ls dist/*.whl

format: setup ## format the code
	$(PYTHON_HERE) -m ruff check --fix-only .
	$(PYTHON_HERE) -m ruff format .
	@$(PYTHON_HERE) -m tools.web format

clean: ## remove what was built; the data of `make run` stay
	rm -rf dist build web/node_modules web/apps/*/dist test-results .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
