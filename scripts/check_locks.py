"""Whether the locks are what pyproject.toml asks for, without any index: each named package is there in a version that fits, each has hashes, the two
large locks agree, and no address of an index stands in them."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)( ; [^\\]+)?((?: \\\n {4}--hash=sha256:[0-9a-f]{64})+)$", re.MULTILINE)


def pins(text: str) -> dict[str, set[Version]]:
    """A universal lock may pin one package twice, for different machines."""
    found: dict[str, set[Version]] = {}
    for name, version, _, _ in PIN.findall(text):
        found.setdefault(canonicalize_name(name), set()).add(Version(version))
    return found


def odd(project: dict, locks: dict[str, str]) -> list[str]:
    """One sentence for each thing that does not fit; `locks` are texts by file name."""
    said = []
    for name, text in locks.items():
        rest = PIN.sub("", text).strip()
        if rest or "://" in text:
            said.append(f"{name} holds something else than pinned versions with hashes: {rest[:80]!r}")
    runtime, dev, setup = (pins(locks[f"{name}.lock"]) for name in ("runtime", "dev", "setup"))
    wanted = [(line, (runtime, dev)) for line in project["project"]["dependencies"]]
    wanted += [(line, (dev,)) for line in project["dependency-groups"]["dev"]]
    for line, there in wanted:
        asked = Requirement(line)
        for lock in there:
            versions = lock.get(canonicalize_name(asked.name), set())
            if not versions or not all(asked.specifier.contains(version, prereleases=True) for version in versions):
                said.append(f"{line}: the lock has {', '.join(map(str, versions)) or 'none'}.")
    for lock in (runtime, setup):
        said += [f"{name}: the locks disagree about its version." for name, versions in lock.items() if dev.get(name) != versions]
    return said


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    said = odd(project, {path.name: path.read_text() for path in (ROOT / "requirements").glob("*.lock")})
    if said:
        sys.exit("\n".join([*sorted(set(said)), "Run `make lock` and commit requirements/."]))


if __name__ == "__main__":
    main()
