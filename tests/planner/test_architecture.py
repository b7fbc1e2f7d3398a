"""Doors open downward only: imports (import-linter), relations between models, templates, and the names that templates ask for."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

from tests.support.fixtures import ROOT

LADDER = {"accounts": 1, "goals": 2, "actions": 3, "surveys": 3, "dashboards": 4, "planner": 5}
"""Whoever stands higher may know those below. actions and surveys stand side by side: neither knows the other."""
FOREIGN_BELOW = {"auth", "contenttypes", "sessions"}
"""Django's own tables, which lie below us all."""


def may_know(upper: str, lower: str) -> bool:
    return upper == lower or lower in FOREIGN_BELOW or LADDER[upper] > LADDER[lower]


def test_imports_point_downward():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "1 kept, 0 broken" in done.stdout


def test_a_door_upward_would_be_noticed(tmp_path):
    """The contract on a house with one wrong door: without this, one that allows everything would pass."""
    for package in (*LADDER, "planner/lib"):
        (tmp_path / package).mkdir(exist_ok=True)
        (tmp_path / package / "__init__.py").write_text("")
    for module in roof():
        (tmp_path / "planner" / f"{module}.py").write_text("")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    command = [Path(sys.executable).parent / "lint-imports", "--no-cache"]
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    for file, line in (
        ("goals/__init__.py", "import actions"),
        ("actions/__init__.py", "import surveys"),
        ("planner/lib/__init__.py", "import accounts"),
        ("dashboards/__init__.py", "import planner.settings"),
    ):
        (tmp_path / file).write_text(line + "\n")
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1, f"{file}: {line} was not noticed\n{done.stdout}{done.stderr}"
        (tmp_path / file).write_text("")
    assert subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False).returncode == 0


def roof() -> set[str]:
    """The modules of the roof as pyproject.toml names them."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    return {name.strip().removeprefix("planner.") for name in contract["layers"][0].split(":")}


def test_no_module_of_the_roof_is_forgotten():
    there = {path.stem for path in (ROOT / "planner").glob("*.py")} | {
        p.name for p in (ROOT / "planner").iterdir() if (p / "__init__.py").exists()
    }
    assert roof() == there - {"__init__", "lib"}


OURS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in LADDER]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_relations_point_downward(model):
    """Of each key that is stored; what leads back is made by Django and is no column."""
    app = model._meta.app_label
    keys = [field for field in model._meta.get_fields() if field.is_relation and field.concrete]
    for key in keys:
        assert key.related_model is not None, f"{model._meta.label}.{key.name} may point anywhere"
        there = key.related_model._meta.app_label
        assert may_know(app, there), f"{model._meta.label}.{key.name} points upward, to {there}"
    parents = {parent._meta.app_label for parent in model.__mro__ if hasattr(parent, "_meta") and parent._meta.app_label in LADDER}
    assert all(may_know(app, parent) for parent in parents)


def test_there_are_models_to_look_at():
    assert {model._meta.app_label for model in OURS} >= {"accounts", "goals", "actions"}


TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
USED = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"']+)["']""")
HOME = {"account": "accounts"}
"""Folders that are named after a library; its pages belong to this app of ours."""
SHARED = {"components", ""}
"""What every page may use. It lies at the bottom, so it may use nothing of a room."""


def room(name: str) -> str:
    folder = name.partition("/")[0] if "/" in name else ""
    return HOME.get(folder, folder)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_use_what_is_below_or_shared(path):
    here = room(str(path.relative_to(ROOT / "templates")))
    for used in USED.findall(path.read_text()):
        there = room(used)
        assert (ROOT / "templates" / used).exists() or there not in LADDER, f"{used} is missing"
        if there in SHARED or there == here:
            continue
        assert here in LADDER, f"{path.name} is shared and uses {used}, which belongs to {there}"
        assert may_know(here, there), f"{used} belongs to {there}, which stands above or beside {here}"


def views_of() -> dict[str, str]:
    """Module -> app, of every view that an address leads to."""
    found: dict[str, str] = {}

    def walk(patterns):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns)
            else:
                module = getattr(pattern.callback, "__module__", "")
                if module.partition(".")[0] in LADDER:
                    found[module] = module.partition(".")[0]

    walk(get_resolver().url_patterns)
    return found


def test_views_render_templates_of_their_own_room():
    """An app's view names templates of its own folder, or shared ones: so a page is found where its view is."""
    looked = 0
    for app in LADDER:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w/]+\.html", node.value):
                    there = room(node.value)
                    looked += 1
                    assert there in SHARED or may_know(app, there), f"{path.relative_to(ROOT)} renders {node.value}"
    assert looked > 20
    assert set(views_of().values()) >= {"accounts", "actions", "dashboards"}


def test_parts_of_a_plan_know_no_screen():
    """What reads, counts and writes plans is used by commands, tasks and pages alike, so it may not know requests."""
    for folder in ("actions/reading", "actions/writing", "actions/services", "goals", "planner/lib"):
        for path in (ROOT / folder).rglob("*.py"):
            if "perms" in path.name or "views" in path.parts or path.name.endswith(("views.py", "urls.py", "forms.py")):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module in ("django.http", "django.shortcuts"):
                    names = {alias.name for alias in node.names}
                    assert not names & {"HttpRequest", "HttpResponse", "render", "redirect"}, f"{path.relative_to(ROOT)} imports {names}"


def test_no_app_has_signals_on_models():
    for app in LADDER:
        for path in (ROOT / app).rglob("*.py"):
            assert "django.db.models.signals" not in path.read_text(), (
                f"{path.relative_to(ROOT)}: what follows a change belongs into its service"
            )


def test_each_model_says_what_it_is():
    """One sentence on each model, in the district's words."""
    for model in OURS:
        if model._meta.auto_created:
            continue
        said = model.__doc__ or ""
        assert said.strip(), f"{model._meta.label} has no sentence"
        assert not said.startswith(f"{model.__name__}("), f"{model._meta.label} has none but Django's own"
