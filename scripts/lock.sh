#!/bin/sh
# Makes the locks anew from pyproject.toml. This form holds hashes and no address of any index. `UPGRADE=1 make lock` takes the newest versions.
set -eu
cd "$(dirname "$0")/.."
lock() { .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate ${UPGRADE:+--upgrade} "$@" >/dev/null; }
lock pyproject.toml -o requirements/runtime.lock
lock pyproject.toml --group dev -o requirements/dev.lock -c requirements/runtime.lock
echo uv | lock - -o requirements/setup.lock -c requirements/dev.lock
