"""All components on one page, for those who build pages. In development alone."""

from typing import Any

from django import forms

from actions import charts
from actions.picture import StatusWord

LOOKS = [
    StatusWord(1, "Fully Implemented", "a", 7, "complete", "st4"),
    StatusWord(2, "Nearly there", "b", 6, "under_way", "st3a"),
    StatusWord(3, "Implementation in Progress", "c", 5, "under_way", "st3"),
    StatusWord(4, "Half way", "d", 4, "under_way", "st2a"),
    StatusWord(5, "Planning in Progress", "e", 3, "under_way", "st2"),
    StatusWord(6, "First talks", "f", 2, "under_way", "st1a"),
    StatusWord(7, "Not Started", "g", 1, "not_started", "st1"),
    StatusWord(8, "On hold", "h", None, "stopped", "stx"),
]


class GalleryForm(forms.Form):
    as_of = forms.DateField(
        label="True as of",
        help_text="The day for which the status is true.",
        widget=forms.DateInput(attrs={"type": "date", "class": "input--short"}),
    )
    evidence = forms.URLField(
        label="Evidence (link)",
        assume_scheme="https",
        error_messages={"invalid": "Start with https://, for example https://example.org/minutes"},
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))


def context() -> dict[str, Any]:
    parts = [charts.Part(status.look, status.name, 10, 3) for status in LOOKS] + [charts.Part("st0", charts.NO_STATUS, 4, 4)]
    form = GalleryForm({"as_of": "", "evidence": "minutes from june", "note": "38 of 56 sites walked."})
    form.is_valid()
    return {
        "statuses": LOOKS,
        "bar": charts.bar(parts, subject="All 84 steps", large=True),
        "small_bar": charts.bar(parts[::2], subject="Goal 1"),
        "cells": charts.cells([charts.Part(part.look, part.name, 4, 1) for part in parts]),
        "legend": [{"look": part.look, "name": part.name, "count": part.count, "percent": 12} for part in parts],
        "form": form,
    }
