"""What may not be in the repository: large files, files of one machine, addresses of package indexes, sentences of the documents that we learn from."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 500_000
FOREIGN = re.compile(r"(?<![\w.])/(?:root|home/(?!planner\b)[a-z]\w*|Users/[A-Za-z]\w*)/|index-url|registry\s*=|\"resolved\":")
OURS = {"scripts/check_files.py"}
"""Files that name such things in order to find them."""
TOP = {
    ".ci", ".editorconfig", ".env.example", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "Dockerfile", "LICENSE", "Makefile", "README.md",
    "accounts", "actions", "dashboards", "docker-compose.yml", "docs", "fixtures", "goals", "manage.py", "planner", "pyproject.toml",
    "requirements", "scripts", "static", "surveys", "templates", "tests",
}  # fmt: skip
"""What lies at the top. Anything further needs a reason, as a decision."""


def tracked() -> list[Path]:
    """Files under version control, and those that would be with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).is_file()]


def odd(path: Path) -> list[str]:
    name = str(path.relative_to(ROOT))
    said = []
    if name.partition("/")[0] not in TOP:
        said.append(f"{name}: nothing further belongs at the top; put it into a package, or write the reason down as a decision.")
    if path.stat().st_size > LARGEST:
        said.append(f"{name}: {path.stat().st_size:,} bytes; {LARGEST:,} at most.")
    try:
        text = path.read_text()
    except UnicodeDecodeError:
        return said
    if name not in OURS:
        said += [f"{name}: names a place of one machine or of an index: {hit.group()}" for hit in [FOREIGN.search(text)] if hit]
    return said


def main() -> None:
    said = [sentence for path in tracked() for sentence in odd(path)]
    # Beside a working copy there may be the documents that we learn from, and with them a program that knows their words.
    finder = ROOT.parent / "shared" / "acceptance" / "verbatim.py"
    if finder.exists():
        found = subprocess.run([sys.executable, finder], cwd=ROOT, capture_output=True, text=True, check=False)
        said += [found.stdout + found.stderr] if found.returncode else []
    if said:
        sys.exit("\n".join(said))


if __name__ == "__main__":
    main()
