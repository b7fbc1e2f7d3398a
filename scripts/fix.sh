#!/bin/sh
# Puts into shape what a program can put into shape. `make check` says what is left for people.
set -eu
cd "$(dirname "$0")/.."
.venv/bin/ruff check --quiet --fix-only .
.venv/bin/ruff format --quiet .
.venv/bin/python -m scripts.settings_docs
