"""A document as a list of blocks, each with its place in the source: what every recogniser works on, whatever the file was. Pure.

A text gives one block for each line that is not blank; a word processor's file will give one for each paragraph, heading and row of a table.
"""

import re
from dataclasses import dataclass

HEADING, ROW, RULE, TEXT = "heading", "row", "rule", "text"

MARKUP = re.compile(r"\*\*|__|</?(?:b|strong|i|em|u)>", re.IGNORECASE)
RULE_LINE = re.compile(r"[\s|:+=_*-]*[-=_*]{3,}[\s|:+=_*-]*")
PIPES = re.compile(r"\s*\|.*\|\s*")


@dataclass(frozen=True, slots=True)
class Block:
    line: int
    """Of the source, from 1, blank lines too."""
    kind: str
    """heading, row (several cells), rule (a line that only separates) or text."""
    text: str
    """The words of its first cell without markup, white space folded."""
    cells: tuple[str, ...] = ()
    """All cells of a row, the first one too; empty ones at the end are left out."""
    level: int = 0
    """1 for the highest heading; 0 for what is none."""
    is_bold: bool = False

    @property
    def rest(self) -> tuple[str, ...]:
        return self.cells[1:]

    @property
    def all_words(self) -> str:
        return " ".join(self.cells) if self.cells else self.text


def blocks_of_text(text: str) -> list[Block]:
    """Lines of plain text or Markdown. Bold as ** or <b>, headings as #, cells between tabs or pipes."""
    return [_block(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]


def plain(text: str) -> str:
    """Without markup of bold and italics, white space folded."""
    return " ".join(MARKUP.sub("", text).split())


def _block(n: int, line: str) -> Block:
    if RULE_LINE.fullmatch(line):
        return Block(n, RULE, "")
    heading = re.match(r"\s{0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$", line)
    level, body = (len(heading[1]), heading[2]) if heading else (0, line)
    if PIPES.fullmatch(body):
        cells = [plain(cell) for cell in re.split(r"(?<!\\)\|", body.strip().strip("|"))]
    else:
        cells = [plain(cell) for cell in body.split("\t")]
    while len(cells) > 1 and not cells[-1]:
        cells.pop()
    bold = bool(re.fullmatch(r"\s*(?:\*\*|__|<b>|<strong>).*(?:\*\*|__|</b>|</strong>)\s*", body, re.IGNORECASE))
    if len(cells) > 1:
        return Block(n, ROW, cells[0], tuple(cells), level, bold)
    return Block(n, HEADING if level else TEXT, cells[0], (), level, bold)
