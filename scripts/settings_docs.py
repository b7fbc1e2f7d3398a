"""Makes docs/settings.md and .env.example from what planner/settings.py reads. `--check` compares and writes nothing."""

import os
import sys
import tempfile
import textwrap
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
MADE = "Made by `make fix` from planner/settings.py; change it there."
COMPOSE = (
    ("POSTGRES_PASSWORD", "The password of the database in docker-compose.yml; any characters. Nothing else reads it."),
    ("PORT", "Where docker-compose.yml listens on this machine, for your proxy; 8000 where it is empty."),
)
"""What docker-compose.yml alone reads. tests/planner/test_compose.py sees that none is missing."""


PLAIN = {"PLANNER_ENV": "development", "DATABASE_URL": "", "REDIS_URL": "", "CELERY_BROKER_URL": ""}


def declared():
    """Every variable in the order of the settings file."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, PLAIN | {"DATA_DIR": folder}):
        sys.path.insert(0, str(ROOT))
        from planner import env, settings  # noqa: F401  (settings declares while it is read)

        return list(env.DECLARED.values())


def settings_md(variables) -> str:
    rows = [f"| `{v.name}` | {code(v.default)} | {'yes' if v.needed else ''} | {v.meaning} |" for v in variables]
    return "\n".join(
        [
            "# Settings",
            "",
            MADE,
            "",
            "Every setting is a variable of the environment. Without any the program runs on SQLite, for this machine alone. A value that cannot be",
            "meant is a refusal to start, with a sentence that says what to write. With `PLANNER_ENV=production` those of the third column are needed.",
            "",
            "| variable | default | needed in production | what it does |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def is_literal(default: str) -> bool:
    """Whether it can be written as it stands; else it says in words what happens."""
    return default not in ("", "none") and (" " not in default or "<" in default)


def code(default: str) -> str:
    return f"`{default}`" if is_literal(default) else default or "none"


def env_example(variables) -> str:
    lines = [f"# {MADE}", "# Copy it to .env, which docker compose reads, and fill in what is empty. Lines with a # show the default.", ""]
    for v in variables:
        lines += textwrap.wrap(v.meaning.replace("`", ""), 120, initial_indent="# ", subsequent_indent="# ")
        if not is_literal(v.default):
            lines.append(f"# Default: {v.default or 'none'}.")
        lines += [f"{v.name}=" if v.needed else f"#{v.name}={v.default if is_literal(v.default) else ''}", ""]
    lines += ["# For docker-compose.yml alone", ""]
    for name, meaning in COMPOSE:
        lines += [f"# {meaning}", f"{name}=", ""]
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[Path, str]:
    variables = declared()
    return {ROOT / "docs" / "settings.md": settings_md(variables), ROOT / ".env.example": env_example(variables)}


def main() -> None:
    check = "--check" in sys.argv[1:]
    old = [path for path, text in pages().items() if not path.exists() or path.read_text() != text]
    if check and old:
        sys.exit(f"{', '.join(str(path.relative_to(ROOT)) for path in old)}: not as planner/settings.py says. Run `make fix`.")
    for path in old:
        path.write_text(pages()[path])
        print(f"{path.relative_to(ROOT)} is made anew.")


if __name__ == "__main__":
    main()
