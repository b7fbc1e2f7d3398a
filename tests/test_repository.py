"""The project itself: its files, its two commands, its locks, its decisions."""

import json
import re
import subprocess
import tomllib

import pytest

from scripts import check_files, check_locks
from tests.support.fixtures import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = {path.name: path.read_text() for path in (ROOT / "requirements").glob("*.lock")}


def test_files_are_small_ours_and_where_they_belong():
    assert [sentence for path in check_files.tracked() for sentence in check_files.odd(path)] == []


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("docs/a.md", "see /" + "home/somebody/notes", "place of one machine"),
        ("docs/a.md", "index-" + "url = x", "place of one machine"),
        ("docs/a.bin", "x" * 500_001, "500,000 at most"),
        ("notes/a.md", "", "nothing further belongs"),
    ],
)
def test_files_that_do_not_belong_are_noticed(tmp_path, monkeypatch, name, text, word):
    monkeypatch.setattr(check_files, "ROOT", tmp_path)
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text)
    assert word in " ".join(check_files.odd(path))


def test_locks_hold_what_the_project_asks_for():
    assert check_locks.odd(PROJECT, LOCKS) == []


def test_locks_that_do_not_fit_are_noticed():
    def odd(**changed):
        return " ".join(check_locks.odd(PROJECT, LOCKS | changed))

    without = re.sub(r"^django==.*\n(?:    .*\n)+", "", LOCKS["runtime.lock"], flags=re.MULTILINE)
    assert "django" in odd(**{"runtime.lock": without})
    older = LOCKS["runtime.lock"].replace("\ndjango==5.2", "\ndjango==4.2")
    assert "4.2" in odd(**{"runtime.lock": older})
    assert "something else" in odd(**{"runtime.lock": LOCKS["runtime.lock"] + "\nleft-pad==1.0\n"}), "a version without its hash"
    assert "something else" in odd(**{"dev.lock": "--index-" + "url https://example.org\n" + LOCKS["dev.lock"]})


def test_every_dependency_has_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    for line in (*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]):
        found = next(row for row in text.splitlines() if f'"{line}"' in row)
        assert "#" in found, f"{line} has no reason"


def test_the_lock_of_npm_holds_hashes_and_no_addresses():
    lock = json.loads((ROOT / ".ci" / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) > 5
    assert all(package.get("integrity", "").startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    asked = json.loads((ROOT / ".ci" / "package.json").read_text())["devDependencies"]
    assert lock["packages"][""]["devDependencies"] == asked
    assert packages["node_modules/html-validate"]["version"] == asked["html-validate"]
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".ci" / ".npmrc").read_text()


def test_continuous_integration_says_the_same_two_words():
    said = re.findall(r"^make .*$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    assert sorted(said) == ["make check", "make test"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_help_names_every_word_of_the_makefile():
    words = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    said = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {f"make {word}" for word in words if word != "help"} <= set(re.findall(r"make [a-z]+", said))


def test_scripts_of_the_shell_are_sound():
    for path in (ROOT / "scripts").glob("*.sh"):
        done = subprocess.run(["sh", "-n", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert path.read_text().startswith("#!/bin/sh\n"), path.name


def test_decisions_are_numbered_short_and_whole():
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in found] == list(range(1, len(found) + 1))
    assert len(found) >= 10
    for path in found:
        text = path.read_text()
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"], path.name
        assert len(text.splitlines()) <= 30, path.name


def test_the_license_is_whole_and_the_one_that_is_named():
    text = (ROOT / "LICENSE").read_text()
    assert PROJECT["project"]["license"] == "AGPL-3.0-or-later"
    assert text.split("\n")[0].strip() == "GNU AFFERO GENERAL PUBLIC LICENSE"
    assert [int(n) for n in re.findall(r"^  (\d+)\. [A-Z]", text, re.MULTILINE)] == list(range(18))
    assert "END OF TERMS AND CONDITIONS" in text


LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_what_the_documents_lead_to_is_there(name):
    text = (ROOT / name).read_text()
    for link in LINK.findall(text):
        assert (ROOT / link).exists(), f"{name} leads to {link}"
    for word in re.findall(r"`make ([a-z]+)", text):
        assert f"\n{word}:" in (ROOT / "Makefile").read_text(), f"{name} says make {word}"
    for path in re.findall(
        r"`((?:planner|accounts|goals|actions|surveys|dashboards|tests|docs|scripts|templates|fixtures|requirements)/[\w./-]*)", text
    ):
        assert "NNNN" in path or (ROOT / path.rstrip(".")).exists(), f"{name} names {path}"


def test_pictures_of_the_documents_are_small():
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    assert len(pictures) >= 3
    assert sum(path.stat().st_size for path in pictures) < 400_000
