#!/bin/sh
# Makes .venv with everything in it, from nothing but Python 3.11 and the standard library. Quick when nothing changed.
# Usage: setup.sh [PORT]    with a port: says at once when it is taken, before anything is installed.
set -u
cd "$(dirname "$0")/.." || exit 1

say() { echo "$*" >&2; }
fail() { say "$*"; exit 1; }

good() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

python=""
if [ -n "${PYTHON:-}" ]; then
  good "$PYTHON" || fail "PYTHON is “$PYTHON”, which is no Python 3.11 or newer: name one that is, or leave PYTHON out."
  python=$PYTHON
else
  for name in python3.11 python3.12 python3.13 python3.14 python3 python; do
    if good "$name"; then python=$name; break; fi
  done
  if [ -z "$python" ]; then
    found=$(python3 --version 2>/dev/null) || found="no Python"
    fail "Python 3.11 or newer is needed and $found was found: install python3.11 (Debian: apt install python3.11 python3.11-venv) or say PYTHON=/path/to/python."
  fi
fi

if [ -n "${1:-}" ]; then
  case $1 in
    *[!0-9]*) fail "PORT is “$1”, which is no number: say for instance PORT=8001." ;;
  esac
  "$python" - "$1" <<'PY' || exit 1
import socket, sys
port = int(sys.argv[1])
if not 0 < port < 65536:
    sys.exit(f"PORT is {port}, which is no port: say a number from 1 to 65535, for instance PORT=8001.")
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", port))
    except PermissionError:
        sys.exit(f"Port {port} may only be used by root: choose one above 1023, for instance `make demo PORT=8001`.")
    except OSError:
        sys.exit(f"Port {port} is in use by another program: stop that one, or choose another port, for instance `make demo PORT={port % 60000 + 1}`.")
PY
fi

digest() {
  "$python" - <<'PY'
import hashlib, pathlib, sys
files = ["requirements/setup.lock", "requirements/dev.lock", "scripts/setup.sh"]
print(hashlib.sha256(b"".join(pathlib.Path(f).read_bytes() for f in files) + sys.version.encode() + str(pathlib.Path.cwd()).encode()).hexdigest())
PY
}

wanted=$(digest) || exit 1
stamp=.venv/installed
if [ "$(cat $stamp 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c "" 2>/dev/null; then exit 0; fi

"$python" -c 'import venv, ensurepip' 2>/dev/null || {
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  fail "$python has no venv module, which the set-up needs: on Debian or Ubuntu run \`apt install python$version-venv\`, then start again."
}

say "Setting up .venv (once, and again when the dependencies change) ..."
rm -f $stamp
# Every file is compared with its hash, so it does not matter which index it comes from.
if ! .venv/bin/uv --version >/dev/null 2>&1 || ! .venv/bin/python -c "" 2>/dev/null; then
  "$python" -m venv --clear .venv || fail "The virtual environment could not be made in .venv: see the lines above."
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/setup.lock ||
    fail "The installer could not be fetched: check that this machine reaches its package index (see the lines above), then start again."
fi
# The machine's own certificates, since many districts inspect what crosses their border; and pip where only pip was told of a mirror.
.venv/bin/uv pip install --quiet --system-certs --python .venv/bin/python --require-hashes -r requirements/dev.lock ||
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock ||
  fail "The packages could not be installed: check that this machine reaches its package index (see the lines above), then start again."
echo "$wanted" >$stamp
