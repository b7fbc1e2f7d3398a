"""Figures that somebody types from a printed table become a file like any other, together with those of the survey that were typed before."""

import csv
import io

from surveys.models import GroupSize, Survey, SurveyImport, Tally

HEAD = ["Group", "Respondents", "Question", "Choice", "Count", "Percent"]
WITH_THEMES = "The published figures of this survey came with themes or lists of what was chosen most, which a typed table would take away. Paste or bring all of them together."


def may_be_typed(survey: Survey | None) -> bool:
    """Whether a typed table can be put beside the published figures that count, without losing what no table can hold."""
    source = survey and survey.imports.counted().filter(kind=SurveyImport.PUBLISHED).first()
    return not source or not (source.theme_lists.exists() or source.tables.exclude(top=[]).exists())


def rows_of(survey: Survey) -> list[list[str]]:
    """The published figures that count now, as rows of a table; choices whose count is unknown are left out."""
    counted = {"source__survey": survey, "source__state": SurveyImport.COUNTED, "source__kind": SurveyImport.PUBLISHED}
    sizes = dict(GroupSize.objects.filter(**counted, group__isnull=False).values_list("group__name", "respondents"))
    tallies = Tally.objects.filter(**{f"table__{key}": value for key, value in counted.items()}, count__isnull=False)
    found = tallies.order_by("table__position", "table", "choice__position").values_list(
        "table__group__name", "table__name", "table__question__text", "choice__label", "count", "percent"
    )
    rows = []
    for group, name, question, label, count, percent in found:
        size = sizes.get(group or "")
        rows.append([group or name, str(size or ""), question, label, str(count), "" if percent is None else f"{percent.normalize():f}"])
    return rows


def as_file(survey: Survey | None, *, group: str, respondents: int, question: str, rows: list[tuple[str, int, str]]) -> bytes:
    """A CSV of all published figures of the survey, with one group's table new or in the place of the one before."""
    kept = [row for row in rows_of(survey) if (row[0], row[2]) != (group, question)] if survey else []
    for row in kept:
        if row[0] == group:
            row[1] = str(respondents)
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEAD, *kept, *([group, str(respondents), question, label, str(n), share] for label, n, share in rows)])
    return out.getvalue().encode()
