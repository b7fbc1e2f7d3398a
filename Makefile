# One word each. `make demo` and `make test` do everything from nothing.

PORT ?= 8000
N ?= 10

PY := .venv/bin/python
.PHONY: help setup demo test check fix bench faults lock clean

help:
	@echo "make demo     install, load the sample districts, serve on http://127.0.0.1:8000 (PORT=8001 for another port)"
	@echo "make test     all tests, with a real PostgreSQL, Valkey, Celery worker and browser, and again on SQLite"
	@echo "make check    style, types, templates, doors between packages, migrations, security settings; changes nothing"
	@echo "make fix      puts into shape what a program can put into shape, and remakes the pages made from settings"
	@echo "make bench    the performance table          make faults    the fault cases at N/10 (N=full: at N)"
	@echo "make setup    .venv with everything in it    make lock      the locks anew, after a change of pyproject.toml"
	@echo "make clean    takes .venv and caches away; data stay"

setup:
	@sh scripts/setup.sh

demo:
	@sh scripts/setup.sh $(PORT)
	@exec $(PY) -m planner.demo --port $(PORT)

test: setup
	@sh scripts/test.sh

check: setup
	@sh scripts/check.sh

fix: setup
	@sh scripts/fix.sh

bench: setup
	@$(PY) -m tests.bench

faults: setup
	@N=$(N) $(PY) -m pytest -q -m faults

lock: setup
	@sh scripts/lock.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .ci/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
