"""A plan as Markdown, to read and to change: a heading for each goal area, objective and strategy, an item of a list for each step.

Below a heading its own steps come first, then its strategies, then its objectives, so that each thing stands below what it belongs to.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from actions import words
from actions.picture import LEVELS, AreaPicture, PlanPicture, StepPicture
from actions.reading.marks import DUE, FORMAT, HEAD_SPECIAL, LED_BY, NOTE, STATUS, VERSION, block, head, heading_words, line
from planner.lib.dates import us_date


def write_markdown(picture: PlanPicture, out: BinaryIO) -> None:
    for one in _lines(picture):
        out.write(f"{one}\n".encode())


def _lines(picture: PlanPicture) -> Iterator[str]:
    yield from _front(picture)
    yield from ("", f"# {line(picture.title.strip())}", "")
    yield f"> As of {us_date(picture.as_of)}. {line(words.headline(list(picture.all_steps()), picture))}"
    if picture.narrowed_to:
        yield f"> Only part of the plan: {line(picture.narrowed_to)}"
    yield from _description(picture.description)
    level_words = heading_words(picture.levels)
    for area in picture.areas:
        yield from _section("goal_area", area, "##", "", level_words)


def _front(picture: PlanPicture) -> Iterator[str]:
    """What the file says of itself, as YAML that begins many a Markdown file; texts in quotation marks, as JSON has them."""
    yield from ("---", f"format: {FORMAT}{VERSION}", f"as of: {picture.as_of.isoformat()}")
    for level in LEVELS:
        yield f"{level.replace('_', ' ')}: {_quoted(picture.levels[level])}"
    yield "statuses:"
    for status in picture.statuses:
        yield f"  - {_quoted({'name': status.name, 'rank': status.rank, 'meaning': status.meaning})}"
    if picture.narrowed_to:
        yield f"narrowed to: {_quoted(picture.narrowed_to)}"
    yield "---"


def _quoted(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False)


def _section(level: str, home: Any, marks: str, lead_above: str, level_words: dict[str, str]) -> Iterator[str]:
    yield from ("", f"{marks} {head(level, home.code.strip(), level_words)}: {line(home.title.strip())}")
    if home.lead and home.lead != lead_above:
        yield from ("", f"{LED_BY}: {line(home.lead.strip())}")
    yield from _description(home.description)
    yield from _steps(home.steps, "", home.lead)
    for strategy in getattr(home, "strategies", ()):
        yield from _section("strategy", strategy, marks + "#", home.lead, level_words)
    if isinstance(home, AreaPicture):
        for objective in home.objectives:
            yield from _section("performance_objective", objective, marks + "#", home.lead, level_words)


def _description(text: str) -> Iterator[str]:
    if text.strip():
        yield ""
        yield from block(text)


def _steps(steps: Sequence[StepPicture], indent: str, lead_above: str) -> Iterator[str]:
    """Two blanks at the end of a line break it where the file is shown; nothing is lost where an editor takes them off."""
    for step in steps:
        yield ""
        code = f"**{line(step.code.strip(), special=HEAD_SPECIAL)}** " if step.code.strip() else ""
        lines = [f"- {code}{line(step.title.strip())}", *(f"  {key}: {value}" for key, value in _said(step, lead_above))]
        yield from (f"{indent}{one}{'  ' if n < len(lines) else ''}" for n, one in enumerate(lines, 1))
        yield from (f"{indent}  {one}" if one else "" for one in _description(step.description))
        yield from _steps(step.steps, f"{indent}  ", step.lead)


def _said(step: StepPicture, lead_above: str) -> Iterator[tuple[str, str]]:
    if step.status:
        name = line(step.status.name.strip()).replace(", as of ", "\\, as of ")
        yield STATUS, f"{name}, as of {step.as_of.isoformat()}" if step.as_of else name
    if step.lead and step.lead != lead_above:
        yield LED_BY, line(step.lead.strip())
    if step.due:
        yield DUE, step.due.isoformat()
    if step.public_note.strip():
        yield NOTE, line(step.public_note.strip())
