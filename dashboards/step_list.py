"""The list of steps under a strategy as HTML. What stands there a hundred times on a page is put together from strings, every text escaped: a
template takes seven times as long for it, which was most of the time of the first view after a start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from django.utils.safestring import SafeString, mark_safe

HATCH = '<span class="unconfirmed"><svg class="key-hatch" aria-hidden="true"><use href="#hatch"/></svg>'


@dataclass(frozen=True, slots=True)
class Mark:
    """A small remark beside a step's title; with an address it is a link."""

    words: str
    href: str = ""
    is_changed: bool = False

    def html(self) -> str:
        if not self.href:
            return f' <span class="mark">{escape(self.words)}</span>'
        return f' <a class="mark{" mark--changed" * self.is_changed}" href="{escape(self.href)}">{escape(self.words)}</a>'


@dataclass(slots=True)
class Row:
    """A step as the list draws it."""

    href: str
    code: str
    title: str
    status: SafeString
    is_confirmed: bool
    iso: str
    """Day of the status, 2021-08-03; empty where nobody said anything."""
    day: str
    lead: str
    marks: Sequence[Mark]
    note: str
    rows: list["Row"] = field(default_factory=list)

    def html(self) -> str:
        title = escape(self.title)
        title = f'<a href="{escape(self.href)}">{title}</a>' if self.href else title
        marks = "".join([mark.html() for mark in self.marks])
        note = f'<p class="step__note">{escape(self.note)}</p>' if self.note else ""
        lead = f" <span>{escape(self.lead)}</span>" if self.lead else ""
        below = _list(self.rows) if self.rows else ""
        return (
            f'\n<li class="step">\n<span class="step__code">{escape(self.code)}</span>\n<div class="step__title">{title}{marks}{note}</div>\n'
            f'<div class="step__status">{self.status}</div>\n<div class="step__meta">{self.freshness()}{lead}</div>\n{below}</li>'
        )

    def freshness(self) -> str:
        if not self.iso:
            return f"{HATCH}Nobody has said anything yet</span>"
        day = f'<time datetime="{self.iso}">{escape(self.day)}</time></span>'
        return f"<span>Confirmed {day}" if self.is_confirmed else f"{HATCH}Not confirmed since {day}"


def _list(rows: Sequence[Row]) -> str:
    return f'<ol class="steps">{"".join([row.html() for row in rows])}\n</ol>\n'


def step_list(rows: Sequence[Row]) -> SafeString:
    """The list, with the steps below each."""
    return mark_safe(_list(rows))  # noqa: S308 - every text is escaped above
