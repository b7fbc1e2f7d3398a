"""html-validate over a folder of pages. It comes out of npm by the lock in .ci/, once; Node is the machine's own or the one in .venv.

Usage: html_validate.py FOLDER
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.support.node import node, npm

CI = Path(__file__).resolve().parent.parent / ".ci"


def environment() -> dict[str, str]:
    """npm starts `node` by name, so the one that we found stands first."""
    return os.environ | {"PATH": f"{Path(node()).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def install() -> None:
    wanted = hashlib.sha256((CI / "package-lock.json").read_bytes()).hexdigest()
    stamp = CI / "node_modules" / ".installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    done = subprocess.run(
        [*npm(), "ci", "--silent", "--no-audit", "--no-fund"], cwd=CI, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(
            f"html-validate could not be fetched: check that this machine reaches its npm registry, then start again.\n{done.stdout}{done.stderr}"
        )
    stamp.write_text(wanted)


def main() -> None:
    install()
    pages = sorted(Path(sys.argv[1]).glob("*.html"))
    if not pages:
        sys.exit(f"There is no page in {sys.argv[1]}.")
    program = CI / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    command = [node(), str(program), "--config", str(CI / "htmlvalidate.mjs"), "--formatter", "text", "--max-warnings", "0"]
    sys.exit(subprocess.run([*command, *map(str, pages)], env=environment(), check=False).returncode)


if __name__ == "__main__":
    main()
