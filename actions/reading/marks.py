"""How text stands in a plan's Markdown, so that nothing in it is taken for markup and every character comes back. Pure; both directions are here.

The twins are `line` and `plain`, `block` and a paragraph's reading in `from_markdown`, `heading_words` and `split_head`.
"""

import re
from collections.abc import Mapping

from actions.picture import LEVELS

FORMAT = "district-planner-plan/"
VERSION = "1"
HEADINGS = LEVELS[:3]
"""Levels that are headings; steps are items of lists."""
STATUS, LED_BY, DUE, NOTE = "Status", "Led by", "Due", "Public note"
KEY = re.compile(rf"({STATUS}|{LED_BY}|{DUE}|{NOTE})[ \t]*:(?=[ \t]|$)[ \t]*", re.IGNORECASE)
"""Begins a line that says something else than wording."""
AS_OF = re.compile(r"((?:\\.|[^\\])*?), as of (.+)", re.IGNORECASE)
BOLD = r"\*\*((?:\\.|[^\\*])+)\*\*"

SPECIAL = re.compile(r"[\\`*_\[\]<~]|&(?=#|\w+;)")
UNSEEN = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\ufeff]")
"""White space other than a blank, and control characters: written as numbers."""
BEGINS = re.compile(rf"[#+\-=>|:]|\d+(?=[.)])|(?:{STATUS}|{LED_BY}|{DUE}|{NOTE})[ \t]*(?=:)", re.IGNORECASE)
"""What means something at the beginning of a line."""
WRITTEN = re.compile(r"\\([!-/:-@\[-`{-~])|&#(\d{1,7});|&(amp|lt|gt|quot|nbsp);|<br ?/?>", re.IGNORECASE)
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\u00a0"}


def line(text: str, *, special: re.Pattern = SPECIAL) -> str:
    """One line of text; a line end in it becomes <br>."""
    return "<br>".join(_line(one, special) for one in text.split("\n"))


def _line(text: str, special: re.Pattern) -> str:
    begin = BEGINS.match(text)
    ends_in_number_sign = text.endswith("#") and len(text) > 1
    escape = {begin.end() if begin.end() - begin.start() > 1 or begin[0].isalnum() else begin.start()} if begin else set[int]()
    if ends_in_number_sign:
        escape.add(len(text) - 1)
    written = "".join("\\" + c if at in escape or special.match(text, at) else c for at, c in enumerate(text))
    written = UNSEEN.sub(lambda found: f"&#{ord(found[0])};", written)
    return re.sub(r"^ | $", "&#32;", written)


def block(text: str) -> list[str]:
    """Lines of a text of several paragraphs: a backslash at the end breaks a line, a blank line a paragraph."""
    lines: list[str] = []
    before = ""
    pieces = re.split(r"(\n+)", text.strip())
    for piece, ends in zip(pieces[::2], [*pieces[1::2], ""], strict=True):
        lines.append(before + _line(piece, SPECIAL) + ("\\" if ends == "\n" else ""))
        before = "<br>" * (len(ends) - 2)
        lines += [""] if len(ends) > 1 else []
    return lines


def plain(written: str) -> str:
    """The text that stands in Markdown as `line` writes it."""

    def said(found: re.Match) -> str:
        if found[1]:
            return found[1]
        if found[2]:
            code = int(found[2])
            return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else found[0]
        return NAMED[found[3].lower()] if found[3] else "\n"

    return WRITTEN.sub(said, written)


def heading_words(levels: Mapping[str, str]) -> dict[str, str]:
    """The word that headings of each level begin with: the plan's own, made different where two levels are called alike."""
    found: dict[str, str] = {}
    for level in HEADINGS:
        kind = level.replace("_", " ")
        word = " ".join((levels.get(level) or kind.capitalize()).split()) or kind.capitalize()
        while word.casefold() in (taken.casefold() for taken in found.values()):
            word = f"{word} ({kind})"
        found[level] = word
    return found


HEAD_SPECIAL = re.compile(rf"{SPECIAL.pattern}|:")


def head(level: str, code: str, words: Mapping[str, str]) -> str:
    """What stands before the colon of a heading. The code is bold where word and code could be read as another word."""
    word = line(words[level], special=HEAD_SPECIAL)
    if not code:
        return word
    simple = f"{word} {line(code, special=HEAD_SPECIAL)}"
    return simple if split_head(simple, words) == (level, code) else f"{word} **{line(code, special=HEAD_SPECIAL)}**"


def split_head(written: str, words: Mapping[str, str]) -> tuple[str, str] | None:
    """(level, code) of what stands before the colon of a heading; None where it begins with none of the words."""
    bold = re.fullmatch(rf"(.*?)[ \t]*{BOLD}", written)
    said = plain(bold[1] if bold else written)
    for level, word in sorted(words.items(), key=lambda one: -len(one[1])):
        if said.casefold() == word.casefold():
            return level, plain(bold[2]) if bold else ""
        if not bold and said.casefold().startswith(f"{word.casefold()} "):
            return level, said[len(word) + 1 :].strip(" \t")
    return None
