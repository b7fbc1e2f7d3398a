"""Makes one PDF in a process of its own: a program, run by `actions.writing.pdf`, that knows nothing of Django.

A process that has compiled with Typst once and then forks leaves children that hang, so the web server and the worker never compile themselves.
In on standard input: {"source", "fonts" (folders), "families" (in order), "data", "memory"} as JSON. Out on standard output: the PDF. Exit 1: the reason is on standard error.
"""

import contextlib
import json
import re
import sys
import unicodedata

MARK = "□"
TRIES = 5
MOST_NAMES = 10
MISSING = re.compile(r'the text `"(.+?)"` could not be displayed with font', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
JOINER = re.compile("[\u200b-\u200f\u2060-\u206f\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""What binds emoji together or changes their color: it goes without a mark of its own."""


def typeset(source: str, fonts: list[str], families: list[str], data: dict) -> bytes:
    """The PDF. A character that no font has becomes a visible mark, and the paper says how many there were."""
    import typst

    words = json.dumps(data, ensure_ascii=False)
    missing: set[str] = set()
    for _ in range(TRIES):
        try:
            return typst.compile(
                source,
                format="pdf",
                pdf_standards="ua-1",
                font_paths=list(fonts),
                ignore_system_fonts=True,
                sys_inputs={"data": marked(words, missing, data.get("marked", "")), "families": json.dumps(families)},
            )
        except typst.TypstError as error:
            # a letter may stand in one cluster with what is missing; those that JSON is made of must stay
            found = {char for char in unescaped("".join(MISSING.findall(error.diagnostic))) if not char.isascii()} - missing
            if not found:
                raise
            missing |= found
    raise RuntimeError(f"After {TRIES} tries there are still characters that no font has.")


def marked(words: str, missing: set[str], says: str) -> str:
    """The data with marks in place of `missing`, and `says` among its small print where there are any, with their names for {which}."""
    if not missing:
        return words
    data = json.loads(words.translate({ord(char): "" if JOINER.match(char) else MARK for char in missing}))
    if says:
        data["small"] = [*data["small"], says.replace("{which}", named(missing))]
    return json.dumps(data, ensure_ascii=False)


def named(missing: set[str]) -> str:
    """By the names that Unicode gives them, as they cannot be shown: "egyptian hieroglyph a001"."""
    found = [char for char in sorted(missing) if not JOINER.match(char)]
    names = [unicodedata.name(char, "").lower() or f"number {ord(char):X}" for char in found[:MOST_NAMES]]
    rest = len(found) - len(names)
    return ", ".join(names) + (f" and {rest} more" if rest else "")


def unescaped(text: str) -> str:
    r"""Typst names what cannot be seen as \u{200d}."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def limit(memory: int) -> None:
    """No more than so many bytes. Nothing happens where the system cannot do that."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    asked = json.load(sys.stdin.buffer)
    limit(asked["memory"])
    try:
        made = typeset(asked["source"], asked["fonts"], asked["families"], asked["data"])
    except Exception as error:
        print(getattr(error, "diagnostic", "") or error, file=sys.stderr)  # noqa: T201
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
