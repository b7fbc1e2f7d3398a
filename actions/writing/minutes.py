"""The minutes of a review as PDF/UA-1. A held review is frozen, so its minutes say the same for ever; those of an open one say that they are not final."""

from pathlib import Path
from typing import Any

from actions.review_pages import Page, Row
from actions.reviewing.words import reworded
from actions.writing.pdf import ACCENT, MARKED, PAPERS, clean, typeset
from planner.lib.dates import us_date

SOURCE = Path(__file__).with_name("minutes.typ")
OPEN = "This review is not closed: what stands here can still change."


def render_minutes(page: Page, *, paper: str = "us-letter") -> bytes:
    """The PDF. `paper` is one of actions.writing.pdf.PAPERS. Raises PdfFailed."""
    if paper not in PAPERS:
        raise ValueError(f"{paper} is no paper; it is one of {', '.join(PAPERS)}.")
    return typeset(minutes(page, paper=paper), source=SOURCE, instead="Print the page of the review.")


def minutes(page: Page, *, paper: str = "us-letter") -> dict[str, Any]:
    """All that minutes.typ draws, every sentence ready."""
    review, plan = page.review, page.review.plan
    organization = plan.organization
    title = f"{review.get_kind_display()} of {us_date(review.on)}"
    notices = [] if review.is_held else [OPEN]
    notices += ["Sample data: parts of it are made up."] if organization.is_sample else []
    done = {
        "paper": paper,
        "accent": organization.accent or ACCENT,
        "document": {
            "title": f"Minutes: {title}, {plan.title}",
            "description": f"What was found and decided about {plan.title}.",
            "date": {"year": review.on.year, "month": review.on.month, "day": review.on.day},
        },
        "organization": organization.name,
        "plan": plan.title,
        "title": title,
        "since": f"It looks at what happened since {us_date(review.since)}.",
        "notices": notices,
        "summary": review.summary,
        "note": review.note,
        "agenda": page.agenda,
        "took_part": [_took(one) for one in page.participants],
        "sections": [
            {"title": section.title, "says": section.decided, "rows": [_row(row) for row in rows], "left": _left(section.rows, rows)}
            for section in page.sections
            if section.rows
            for rows in [_worded(section.rows, is_held=review.is_held)]
        ],
        "tasks": [_task(task) for task in page.tasks],
        "small": [],
        "marked": MARKED,
    }
    return clean(done)


def _took(one: Any) -> dict[str, str]:
    return {"role": one.role, "count": str(one.count), "person": str(one.person) if one.person else ""}


def _worded(rows: list[Row], *, is_held: bool) -> list[Row]:
    """Those that are told in full: all while a review is prepared, in the record of a held one those of which something was said."""
    return [row for row in rows if row.item.has_words or row.tasks] if is_held else rows


def _left(rows: list[Row], told: list[Row]) -> str:
    """ "Nothing was decided of 2 more: 1.1.3 Buy pumps; 1.1.4 Count them." """
    left = [row.name or "one without a wording" for row in rows if row not in told]
    return f"Nothing was decided of {len(left)}{' more' if told else ''}: {'; '.join(left)}." if left else ""


def _row(row: Row) -> dict[str, Any]:
    words = reworded(row.item.facts)
    changed = [{"mark": mark, "text": text} for mark, text in zip(("Before", "Now"), words, strict=True)] if words else []
    return {
        "name": row.name or "Without a wording",
        "reasons": " · ".join(row.reasons),
        "facts": " ".join(row.facts),
        "changed": changed,
        "effect": row.effect,
        "finding": row.item.finding,
        "decision": row.decision or "Not decided",
        "decided": row.item.decided,
    }


def _task(task: Any) -> dict[str, str]:
    return {
        "text": task.text,
        "who": str(task.person or task.department),
        "due": us_date(task.due_on),
        "item": f"{task.item.facts.get('code', '')}" if task.item else "",
    }
