"""docs/settings.md and .env.example say what planner/settings.py reads, all of it and nothing else."""

import re
import subprocess
import sys

import pytest

from planner import env
from scripts import settings_docs
from tests.support.fixtures import ROOT


def test_both_are_as_the_settings_say():
    for path, text in settings_docs.pages().items():
        assert path.read_text() == text, f"{path.name} is old: run `make fix`"


def test_every_variable_is_in_both():
    names = set(env.DECLARED)
    assert len(names) > 12
    table, example = ((ROOT / name).read_text() for name in ("docs/settings.md", ".env.example"))
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)) == names
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == names | {name for name, _ in settings_docs.COMPOSE}


def test_each_has_a_meaning_and_none_a_secret():
    for variable in env.DECLARED.values():
        assert variable.meaning.endswith("."), variable.name
        assert len(variable.meaning) > 20, variable.name
    example = (ROOT / ".env.example").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "ALLOWED_HOSTS"):
        assert f"\n{name}=\n" in example, f"{name} stands there empty, so that it is filled in"


def test_the_defaults_that_are_shown_are_the_ones_that_hold(tmp_path):
    """Every line of .env.example taken as it stands, against an empty environment: the settings are the same."""
    shown = re.findall(r"^#([A-Z_]+)=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(shown) > 6
    command = "from planner import settings as s; import json; print(json.dumps({n: repr(getattr(s, n)) for n in dir(s) if n.isupper()}))"
    plain = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "DATA_DIR": str(tmp_path / "data")}
    said = dict(shown) | {"DATA_DIR": plain["DATA_DIR"], "DATABASE_URL": f"sqlite:///{tmp_path}/data/db.sqlite3"}
    outputs = [
        subprocess.run([sys.executable, "-c", command], cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout
        for environ in (plain, plain | said)
    ]
    assert outputs[0] == outputs[1]


def test_check_says_which_is_old_and_writes_nothing(tmp_path, monkeypatch):
    made = settings_docs.pages()
    old = {tmp_path / path.name: text for path, text in made.items()}
    for path in old:
        path.write_text("old")
    monkeypatch.setattr(settings_docs, "pages", lambda: old)
    monkeypatch.setattr(settings_docs, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["settings_docs", "--check"])
    with pytest.raises(SystemExit, match=r"settings\.md"):
        settings_docs.main()
    assert all(path.read_text() == "old" for path in old)
    monkeypatch.setattr(sys, "argv", ["settings_docs"])
    settings_docs.main()
    assert all(path.read_text() == text for path, text in old.items())
