#!/bin/sh
# All tests: on PostgreSQL with everything, then what touches the database again on SQLite. Fails where anything failed.
# Usage: test.sh [arguments for pytest]    WORKERS=6 for more cores than two: half as many again as there are cores, since browsers and workers are waited for
set -u
cd "$(dirname "$0")/.." || exit 1
py=.venv/bin/python
failed=0

# A missing browser is one sentence here, and not forty failures later.
"$py" -m tests.support.browser </dev/null || exit 1

run() {
  database=$1
  shift
  echo "== Tests on $database =="
  # worksteal: whoever has nothing left takes from the other; no test relies on its neighbor.
  PLANNER_TEST_DB=$database "$py" -m pytest -q -n "${WORKERS:-3}" --dist worksteal "$@" </dev/null || failed=1
}

run postgresql "$@"
run sqlite "$@"
exit $failed
