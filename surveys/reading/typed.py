"""What was typed beside the choices of a question: open text, and where it was typed instead of choosing, one choice more if somebody says so."""

import re

from surveys.reading.columns import OTHER
from surveys.reading.draft import DOUBT_OF_TYPED, GROUP, MULTI, SINGLE, TEXT, QuestionDraft, SurveyDraft
from surveys.reading.issues import DOUBT, Issue
from surveys.reading.kept_rows import KeptRows
from surveys.reading.labels import plain

BESIDE = (
    re.compile(r"(?P<question>.+?)\s*\[(?P<choice>[^\[\]]+)\]", re.S),
    re.compile(r"(?P<choice>[^:]+):(?P<question>.+)", re.S),
    re.compile(r"(?P<question>.+?)\s+[-–—]\s+(?P<choice>[^-–—]+)", re.S),
    re.compile(r"(?P<question>\w+?)_(?P<choice>other|oth|otros?|autres?|sonstiges)(_\w+)?", re.I),
)
OF_ITS_OWN = re.compile(r"oth|otros?|autres?|sonstiges", re.I)


def typed_beside(draft: SurveyDraft, forced: dict[int, str]) -> None:
    """A column for what was typed beside another question's choices is open, also where few typed something or many the same."""
    asked = {question.text for question in draft.questions if question.is_closed}
    for question in draft.questions:
        match = next((m for pattern in BESIDE if (m := pattern.fullmatch(question.text)) and m["question"] in asked), None)
        if (
            match
            and question.kind in (SINGLE, MULTI)
            and (OTHER.search(plain(match["choice"])) or OF_ITS_OWN.fullmatch(match["choice"]))
            and question.columns[0] not in forced
        ):
            question.kind, question.why = TEXT, "What was typed beside the choices."
            question.choices, question.counts, question.splitter = [], {}, None


def typed_instead(draft: SurveyDraft, kept: KeptRows, mapping: dict) -> None:
    """Where one choice is made and another answer typed beside it, those who typed are in no choice unless the tool, or the mapping, counts them as one."""
    by_text = {question.text: question for question in draft.questions if question.kind in (SINGLE, GROUP)}
    wanted = {entry["column"] - 1: entry.get("typed") for entry in mapping.get("columns", [])}
    pairs: list[tuple[QuestionDraft, QuestionDraft]] = []
    for question in draft.questions:
        closed = by_text.get(question.text[: question.text.rfind(" [")]) if question.kind == TEXT and question.answered else None
        if closed and not any(OTHER.search(plain(label)) for label in closed.choices):
            pairs.append((closed, question))
    for (closed, question), instead in zip(pairs, count_instead(pairs, kept), strict=True):
        label = question.text[question.text.rfind(" [") + 2 : -1]
        if not instead or label in closed.choices:
            continue
        if wanted.get(closed.columns[0]) == question.columns[0] + 1:
            closed.typed, closed.typed_label = question.columns[0], label
            closed.choices, closed.counts = [*closed.choices, label], {**closed.counts, label: instead}
            continue
        who = "1 respondent typed an answer of their own" if instead == 1 else f"{instead} respondents typed an answer of their own"
        said = f"Column “{closed.header}”: {who} instead of choosing one. What they typed is kept as an open answer; they count as no choice of it."
        draft.issues.append(Issue(DOUBT_OF_TYPED, said, DOUBT, closed.header, taken="no choice", other=f"counted as a choice “{label}”"))


def count_instead(pairs: list[tuple[QuestionDraft, QuestionDraft]], kept: KeptRows) -> list[int]:
    """In how many rows the choice is blank and something is typed."""
    found = [0] * len(pairs)
    for batch in kept.batches() if pairs else ():
        for n, (closed, question) in enumerate(pairs):
            chosen, typed = batch.columns[closed.columns[0]], batch.columns[question.columns[0]]
            found[n] += sum(not own.strip() and bool(other.strip()) for own, other in zip(chosen, typed, strict=True) if other)
    return found
