"""Reads a plan's Markdown that `export_plan --format md` writes, also after somebody changed it by hand. Every line is accounted for."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from actions.picture import LEVELS
from actions.reading.draft import Draft, DraftArea, DraftObjective, DraftStatus, DraftStep, DraftStrategy, Issue, NotAPlan
from actions.reading.from_csv import LINE_END, text_of
from actions.reading.from_json import DEEPEST, MEANINGS
from actions.reading.marks import AS_OF, BOLD, DUE, FORMAT, KEY, LED_BY, NOTE, STATUS, VERSION, heading_words, plain, split_head
from actions.reading.rows import fold, part_of_a_plan, with_used
from actions.resources import Day

MOST_LINES = 200_000
BEGIN = re.compile(rf"\s*---[ \t]*\r?\n(?:[^\r\n]{{0,400}}\r?\n){{0,20}}?format:[ \t]*\"?{re.escape(FORMAT)}(\d+)")
HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?$")
ITEM = re.compile(r"[-*+][ \t]+(.*)$")
RULE = re.compile(r"([-*_])[ \t]*(?:\1[ \t]*){2,}")
COLON = re.compile(r"((?:\\.|[^\\:])*):[ \t]*(.*)$")
CODE = re.compile(rf"{BOLD}[ \t]*:?[ \t]*")
NUMBERED = re.compile(r"\d{1,9}[.)][ \t]")
SHAPES: dict[str, type] = {"goal_area": DraftArea, "performance_objective": DraftObjective, "strategy": DraftStrategy}
DIRECTLY = {"performance_objective": "objectives", "strategy": "strategies"}


def looks_like(data: bytes) -> bool:
    """Whether the file begins as ours do. Cheap, and safe on any bytes."""
    start = data[:8192]
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return BEGIN.match(start.decode(encoding, errors="replace")) is not None


def read(data: bytes, *, known_statuses: Sequence[DraftStatus] = ()) -> Draft:
    """The draft that the document holds. Raises NotAPlan with a sentence."""
    text, encoding = text_of(data, "document")
    begin = BEGIN.match(text)
    if begin is None:
        raise NotAPlan("The document does not begin as a plan's Markdown does. Bring a plan.md that was saved from a plan here.")
    if begin[1] != VERSION:
        raise NotAPlan(
            f"The document is of version {begin[1]}, of which nothing is known here; this is version {VERSION}. Save it again here."
        )
    lines = LINE_END.split(text)
    if len(lines) > MOST_LINES:
        raise NotAPlan(f"The document has more than {MOST_LINES:,} lines, which no plan has. Take out what is not the plan.")
    reader = _Reader(lines)
    reader.read()
    draft = reader.draft
    if not draft.areas:
        raise NotAPlan(f"The document has no heading such as “## {reader.words['goal_area']} 1: …”, so there is nothing to bring in.")
    used = [DraftStatus(step.status) for step in draft.all_steps() if step.status]
    draft.statuses = with_used(draft.statuses, used, known_statuses)
    draft.source = lines if lines[-1] else lines[:-1]
    if encoding != "utf-8":
        said = f"The file is not UTF-8 and was read as {encoding}. If letters such as é or ’ look wrong below, save it as UTF-8 and bring it again."
        draft.issues.insert(0, Issue(None, "encoding", "info", said))
    return draft


@dataclass(slots=True)
class _Part:
    """What is being read: the plan, a heading's part or a step, as raw text that `finish` makes plain."""

    item: Any
    indent: int = -1
    """Of a step's mark; -1 for what is no step."""
    title: str = ""
    said: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Key -> (line, raw value)."""
    paragraphs: list[str] = field(default_factory=list)
    last: str = ""
    """What a line that simply goes on belongs to: title, a key, or the description ("")."""
    is_broken: bool = False
    """The line before ended with a line break."""

    @property
    def is_step(self) -> bool:
        return self.indent >= 0


class _Reader:
    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.draft = Draft("markdown")
        self.words: dict[str, str] = heading_words({})
        self.plan = _Part(self.draft)
        self.parts: list[_Part] = []
        self.section: _Part | None = None
        """The heading that stands; None below one that was not understood."""
        self.objective: DraftObjective | None = None
        self.objective_depth = 0
        self.steps: list[_Part] = []
        self.current: _Part | None = None

    def read(self) -> None:
        start = self._front()
        is_after_blank = True
        for n in range(start, len(self.lines) + 1):
            written = self.lines[n - 1]
            body = written.strip(" \t")
            if not body:
                is_after_blank = True
                continue
            self._line(n, len(written.expandtabs(4)) - len(written.expandtabs(4).lstrip(" ")), body, written, is_after_blank)
            is_after_blank = False
        for part in (self.plan, *self.parts):
            self._finish(part)

    def warn(self, line: int, code: str, message: str) -> None:
        self.draft.issues.append(Issue(line, code, "warn", message))

    def fate(self, line: int, fate: str) -> None:
        self.draft.fates[line] = fate

    # what the file says of itself

    def _front(self) -> int:
        """Reads the part between --- and ---; gives the number of the line after it."""
        n = next(n for n, said in enumerate(self.lines, 1) if said.strip())
        self.fate(n, "known")
        while True:
            n += 1
            if n > len(self.lines) or self.lines[n - 1].startswith("#"):
                raise NotAPlan(
                    "The document's beginning has no end: put a line of three hyphens (---) below its statuses, then bring it again."
                )
            body = self.lines[n - 1].strip()
            if not body:
                continue
            self.fate(n, "used")
            if body == "---":
                self.fate(n, "known")
                break
            if not self._say(n, body):
                self.fate(n, "unexplained")
                self.warn(n, "unknown-line", f"“{body[:60]}” is not known at the beginning of a plan's document, and was left out.")
        levels = self.draft.levels
        self.draft.levels = {level: levels[level] for level in LEVELS if level in levels}
        self.draft.statuses.reverse()
        self.words = heading_words(self.draft.levels)
        return n + 1

    def _say(self, n: int, body: str) -> bool:
        if body.startswith("-"):
            self.draft.statuses.append(_status(body[1:].strip(), n))
            return True
        key, _, value = body.partition(":")
        key, said = fold(key), _unquoted(value.strip())
        if key == "as of":
            self.draft.as_of = self._day(n, "as of", said)
        elif key == "narrowed to":
            self.draft.issues.append(part_of_a_plan(said))
        elif key.replace(" ", "_") in LEVELS:
            if said:
                self.draft.levels[key.replace(" ", "_")] = said
        elif key == "format":
            self.fate(n, "known")
        else:
            return key == "statuses"
        return True

    def _day(self, n: int, where: str, said: str) -> Any:
        try:
            return Day().clean(said)
        except ValueError as error:
            self.warn(n, "day", f"In {where} {error}. It was left out.")
            return None

    # headings, items and what stands below them

    def _line(self, n: int, indent: int, body: str, written: str, is_after_blank: bool) -> None:
        self.fate(n, "used")
        if heading := HEADING.match(body):
            self._heading(n, len(heading[1]), heading[2])
        elif RULE.fullmatch(body):
            self.fate(n, "known")
        elif item := ITEM.match(body):
            self._item(n, indent, item[1])
        elif self.current is self.plan and body.startswith(">") and not self.plan.paragraphs:
            self.fate(n, "known")  # the day and the sentence, which follow from the rest
        elif part := self._part_for(n, indent, is_after_blank):
            self._text(n, part, body, is_after_blank, is_broken=written.endswith("  "))

    def _heading(self, n: int, depth: int, said: str) -> None:
        self.steps, self.section, self.current = [], None, None
        if depth == 1 and not self.plan.title:
            self.plan.title = said
            self.current = self.plan
            return
        found = COLON.match(said)
        level, code, title = self._place(found[1].strip(" \t"), found[2]) if found else self._place_without_colon(said)
        if not level:
            self.fate(n, "unexplained")
            words = ", ".join(f"“{word}”" for word in self.words.values())
            self.warn(
                n, "heading", f"The heading “{plain(said)[:60]}” begins with none of {words}; it and what stands below it were left out."
            )
            return
        title = title or code
        if not title:
            raise NotAPlan(
                f"Line {n}: the heading has neither a code nor a title. Write one behind “{self.words[level]}”, then bring it again."
            )
        item = SHAPES[level](plain(code).strip() if not found else code.strip(), "", line=n)
        self._hang(n, depth, level, item)
        self.section = self.current = _Part(item, title=title)
        self.parts.append(self.section)

    def _place(self, before: str, title: str) -> tuple[str, str, str]:
        found = split_head(before, self.words)
        return (*found, title) if found else ("", "", "")

    def _place_without_colon(self, said: str) -> tuple[str, str, str]:
        """A heading that a person wrote as "Goal 8 New things": a first word with a digit is its code."""
        found = split_head(said, self.words)
        if found is None:
            return "", "", ""
        level, rest = found
        first, _, more = rest.partition(" ")
        return (level, first, more) if more and any(c.isdigit() for c in first) else (level, "", rest)

    def _hang(self, n: int, depth: int, level: str, item: Any) -> None:
        if level == "goal_area":
            self.draft.areas.append(item)
            self.objective = None
            return
        if not self.draft.areas:
            raise NotAPlan(
                f"Line {n}: a {self.words[level].lower()} stands before any {self.words['goal_area'].lower()}. Put it below the one it belongs to."
            )
        home: DraftArea | DraftObjective = self.draft.areas[-1]
        if level == "performance_objective":
            self.objective, self.objective_depth = item, depth
        elif self.objective is not None and depth > self.objective_depth:
            home = self.objective
        getattr(home, DIRECTLY[level]).append(item)

    def _item(self, n: int, indent: int, said: str) -> None:
        if self.section is None:
            if self.current is self.plan or not self.draft.areas:
                word = self.words["goal_area"].lower()
                raise NotAPlan(f"Line {n}: a step stands before any {word}. Put it below the heading it belongs to, then bring it again.")
            self.fate(n, "unexplained")
            return
        while self.steps and indent <= self.steps[-1].indent:
            self.steps.pop()
        if len(self.steps) >= DEEPEST:
            raise NotAPlan(f"Line {n}: the step hangs deeper than {DEEPEST} steps under one another, which is the most. Hang it higher.")
        code = CODE.match(said)
        item = DraftStep(plain(re.sub(r"(?<!\\):$", "", code[1])).strip() if code else "", "", line=n)
        above = self.steps[-1] if self.steps else self.section
        above.item.steps.append(item)
        part = _Part(item, indent=indent, title=said[code.end() :] if code else said, last="title")
        self.parts.append(part)
        self.steps.append(part)
        self.current = part

    def _part_for(self, n: int, indent: int, is_after_blank: bool) -> _Part | None:
        """What a line of text belongs to. After a blank line only what stands under the words of an item belongs to it."""
        if not is_after_blank or not self.steps:
            part = self.current
        else:
            part = next((step for step in reversed(self.steps) if indent > step.indent + 1), None)
        if part is None:
            self.fate(n, "unexplained")
            if self.steps:
                said = "The line stands after the steps and belongs to none of them; move it to the right, under the words of its step."
                self.warn(n, "loose-line", said)
            elif not self.draft.areas and self.section is None and self.current is None and not self.plan.title:
                self.warn(n, "loose-line", "The line stands before the plan's title and was left out.")
        return part

    def _text(self, n: int, part: _Part, body: str, is_after_blank: bool, *, is_broken: bool) -> None:
        key = KEY.match(body) if part is not self.plan else None
        if key and (part.is_step or fold(key[1]) == fold(LED_BY)):
            part.last = fold(key[1])
            part.said[part.last] = (n, body[key.end() :])
            return
        breaks = (len(body) - len(body.rstrip("\\"))) % 2 == 1
        body = body[:-1].rstrip(" \t") if breaks else body
        if not is_after_blank and part.last == "title":
            part.title += f" {body}"
        elif not is_after_blank and part.last:
            line, said = part.said[part.last]
            part.said[part.last] = (line, f"{said} {body}")
        else:
            if is_after_blank or part.last or not part.paragraphs:
                part.paragraphs.append(body)
            else:
                part.paragraphs[-1] += ("\n" if part.is_broken or NUMBERED.match(body) else " ") + body
            part.last, part.is_broken = "", breaks or is_broken

    def _finish(self, part: _Part) -> None:
        item = part.item
        item.title = plain(part.title).strip()
        item.description = plain("\n\n".join(part.paragraphs)).strip()
        said = {key: value for key, (_, value) in part.said.items()}
        if part is not self.plan:
            item.lead = plain(said.get(fold(LED_BY), "")).strip()
        if not part.is_step:
            return
        if not item.title and not item.code:
            raise NotAPlan(f"Line {item.line}: the step has neither a code nor a title. Write one there, then bring the document again.")
        item.title = item.title or item.code
        item.public_note = plain(said.get(fold(NOTE), "")).strip()
        if due := said.get(fold(DUE)):
            item.due = self._day(part.said[fold(DUE)][0], DUE, due)
        if status := said.get(fold(STATUS)):
            found = AS_OF.fullmatch(status)
            item.status = plain(found[1] if found else status).strip() or None
            item.as_of = self._day(part.said[fold(STATUS)][0], STATUS, found[2]) if found and item.status else None


def _unquoted(said: str) -> str:
    try:
        value = json.loads(said) if said.startswith('"') else said
    except ValueError:
        value = said
    return str(value).strip()


def _status(said: str, n: int) -> DraftStatus:
    try:
        found = json.loads(said)
        name, rank, meaning = found["name"], found.get("rank"), found.get("meaning")
    except (ValueError, KeyError, TypeError, AttributeError):
        name, rank, meaning = None, None, None
    is_rank = rank is None or (isinstance(rank, int) and not isinstance(rank, bool) and 0 < rank < 1000)
    if not isinstance(name, str) or not name.strip() or not is_rank:
        example = '{"name": "On hold", "rank": null, "meaning": "stopped"}'
        raise NotAPlan(f"Line {n}: “{said[:80]}” is no status. Write it as {example}, then bring the document again.")
    return DraftStatus(name.strip(), rank, meaning if meaning in MEANINGS else "")
