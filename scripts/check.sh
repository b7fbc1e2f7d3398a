#!/bin/sh
# Looks at everything that needs no running program, and changes nothing. Each look is a line; what a failing one says stands above its line.
set -u
cd "$(dirname "$0")/.." || exit 1
py=.venv/bin/python
failed=""
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# No setting of the one who checks may change what is checked, and nothing is written beside the code.
unset DEBUG HTTPS SECRET_KEY SECRET_KEY_FALLBACKS ALLOWED_HOSTS TRUSTED_PROXIES TRUSTED_ORIGINS REDIS_URL CELERY_BROKER_URL EMAIL_URL FROM_EMAIL MAX_UPLOAD_MB SHOW_MAILS SITE_ADDRESS
export PLANNER_ENV=development DATA_DIR="$work/data" DATABASE_URL="sqlite:///$work/db.sqlite3" LOG_LEVEL=ERROR PYTHONDONTWRITEBYTECODE=1

look() {
  name=$1
  shift
  if "$@" >"$work/said" 2>&1 </dev/null; then
    echo "ok      $name"
  else
    cat "$work/said"
    echo "FAILED  $name"
    failed="$failed, $name"
  fi
}

deploy() {
  PLANNER_ENV=production SECRET_KEY=$("$py" -c 'import secrets; print(secrets.token_urlsafe(64))') ALLOWED_HOSTS=plan.example.org \
    "$py" manage.py check --deploy --fail-level WARNING
}

html() {
  "$py" -m scripts.render_pages "$work/pages" && "$py" -m scripts.html_validate "$work/pages"
}

look "style (ruff check)" .venv/bin/ruff check .
look "format (ruff format)" .venv/bin/ruff format --check .
look "types (mypy)" .venv/bin/mypy
look "doors between packages (import-linter)" .venv/bin/lint-imports --no-cache
look "dependencies (deptry)" .venv/bin/deptry .
look "locks" "$py" -m scripts.check_locks
look "templates (djlint)" .venv/bin/djlint templates --lint --quiet
look "migrations complete" "$py" manage.py makemigrations --check --dry-run
look "triggers as declared after migrate" "$py" -m scripts.check_triggers
look "security settings (check --deploy)" deploy
look "settings' documents" "$py" -m scripts.settings_docs --check
look "rendered pages (html-validate)" html
look "large files and foreign words" "$py" -m scripts.check_files

if [ -n "$failed" ]; then
  echo "To mend: ${failed#, }. \`make fix\` mends style, format and the settings' documents." >&2
  exit 1
fi
echo "All is well."
