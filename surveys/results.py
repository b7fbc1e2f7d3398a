"""What a survey says, out of its tallies: so many statements whether it has a hundred respondents or a million."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Sum

from surveys.models import AnswerTheme, GroupSize, Question, Survey, SurveyImport, Tally, Theme, ThemeMark, ThemeTally
from surveys.percents import percent_of
from surveys.suppression import ALL, Asked, Figures, Hidden, protect

EVERYBODY = "All respondents"
NO_GROUP = "No group given"
TOP = 5
THEMES = "themes"
"""Kind of a question whose choices are themes of open answers."""
EXCLUSIVE = ("single", "matrix", "scale", "number")


@dataclass(slots=True)
class Answer:
    """How often a choice was chosen. None: not known (it is not in a published table)."""

    label: str
    count: int | None
    printed: float | None = None
    """The percent as it was published."""


@dataclass(slots=True)
class GroupTable:
    """The answers of a group, under its name or the one that is printed above a published table."""

    name: str
    group: str | None
    base: int | None
    answers: list[Answer]
    top: list[str] = field(default_factory=list)
    is_published: bool = False


@dataclass(slots=True)
class Asking:
    """A question with its tables."""

    text: str
    kind: str
    tables: list[GroupTable] = field(default_factory=list)
    pk: int = 0


@dataclass(slots=True)
class Results:
    """All figures of a survey, before anything is hidden."""

    survey: Survey
    respondents: int
    sizes: dict[str, int]
    questions: list[Asking]
    themes: list[dict[str, Any]]
    issues: list[dict[str, Any]]
    is_published: bool
    """Whether the figures are published ones, without answers behind them."""


def results_of(survey: Survey) -> Results:
    """Read the figures of all imports that count."""
    imports = list(survey.imports.counted().only("kind", "respondents", "issues", "name"))
    raw = [i.pk for i in imports if i.kind == SurveyImport.RAW]
    names = {group.pk: group.name for group in survey.groups.all()}
    counted = raw or [i.pk for i in imports]
    sizes = _sizes(counted, names, is_raw=bool(raw))
    respondents = sum(i.respondents for i in imports if i.pk in counted)
    issues = [issue | {"source": i.name, "of": i.kind} for i in imports for issue in i.issues]
    found = Results(survey, respondents, sizes, _questions(survey, names, sizes), _themes(survey, names), issues, not raw)
    _add_answer_themes(found, names)
    return found


def _sizes(counted: list[int], names: dict[int, str], *, is_raw: bool) -> dict[str, int]:
    sums: dict[int | None, Any] = dict(
        GroupSize.objects.filter(source__in=counted).values("group").annotate(n=Sum("respondents")).values_list("group", "n")
    )
    sizes = {name: sums[pk] for pk, name in names.items() if pk in sums}
    if None in sums and (sizes or is_raw):
        sizes[NO_GROUP if sizes else EVERYBODY] = sums[None]
    return sizes


def group_sizes(survey: Survey) -> dict[str, int]:
    """Respondents of each group of all files of answers that count."""
    raw = list(survey.imports.counted().filter(kind=SurveyImport.RAW).values_list("pk", flat=True))
    return _sizes(raw, {group.pk: group.name for group in survey.groups.all()}, is_raw=True)


def _add_answer_themes(found: Results, names: dict[int, str]) -> None:
    """Themes that staff found in open answers, those of most people first; how many these are only where that may be said."""
    by_question: dict[int, list[AnswerTheme]] = defaultdict(list)
    for theme in AnswerTheme.objects.filter(question__survey=found.survey).select_related("question"):
        by_question[theme.question_id].append(theme)
    if not by_question:
        return
    counts = theme_counts(found.survey)
    for question, themes in by_question.items():
        totals = {theme.pk: sum(counts.get(theme.pk, {}).values()) for theme in themes}
        spoken_of = sorted((theme for theme in themes if totals[theme.pk]), key=lambda theme: (-totals[theme.pk], theme.pk))
        if not spoken_of:
            continue
        asked = themes[0].question
        listed = [{"title": theme.title, "text": theme.text} for theme in spoken_of]
        found.themes.append({"name": EVERYBODY, "groups": [], "question": asked.text, "themes": listed})
        if asked.counts_themes:
            found.questions.append(theme_table(question, asked.text, spoken_of, counts, found.sizes, names))


def theme_counts(survey: Survey) -> dict[int, dict[int | None, int]]:
    """Theme -> group -> answers that speak of it, those that were deleted since too. Two statements."""
    found: dict[int, dict[int | None, int]] = defaultdict(lambda: defaultdict(int))
    marks = ThemeMark.objects.filter(theme__question__survey=survey, answer__source__state=SurveyImport.COUNTED).order_by()
    for theme, group, n in marks.values_list("theme", "answer__group").annotate(n=Count("pk")):
        found[theme][group] += n
    kept = ThemeTally.objects.filter(theme__question__survey=survey, source__state=SurveyImport.COUNTED)
    for theme, group, n in kept.values_list("theme", "group", "count"):
        found[theme][group] += n
    return found


def theme_table(
    pk: int, text: str, themes: list[AnswerTheme], counts: dict[int, dict[int | None, int]], sizes: dict[str, int], names: dict[int, str]
) -> Asking:
    """How many of each group spoke of each theme, of all who took part: a table as any other, with the same rules."""
    numbers = {name: pk for pk, name in names.items()}

    def answers(group: int | None) -> list[Answer]:
        return [Answer(theme.title, counts.get(theme.pk, {}).get(group, 0)) for theme in themes]

    tables = [
        GroupTable(name, name if name != NO_GROUP else None, size, answers(numbers.get(name)))
        for name, size in sizes.items()
        if name != EVERYBODY
    ]
    total = [Answer(theme.title, sum(counts.get(theme.pk, {}).values())) for theme in themes]
    tables.append(GroupTable(EVERYBODY, None, sum(sizes.values()), total))
    return Asking(f"{text} (themes)", THEMES, tables, pk)


def _questions(survey: Survey, names: dict[int, str], sizes: dict[str, int]) -> list[Asking]:
    found = {q.pk: Asking(q.text, q.kind, pk=q.pk) for q in survey.questions.all() if q.kind != "group"}
    rows = (
        Tally.objects.filter(table__source__survey=survey, table__source__state=SurveyImport.COUNTED)
        .exclude(table__question__kind="group")
        .order_by("table__question__position", "table__position", "choice__position")
        .values_list(
            "table__source__kind",
            "table__question",
            "table",
            "table__group",
            "table__name",
            "table__base",
            "table__top",
            "choice__label",
            "count",
            "percent",
        )
    )
    published: dict[int, GroupTable] = {}
    added: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for kind, question, table, group, name, base, top, label, count, percent in rows:
        if kind == SurveyImport.PUBLISHED:
            if table not in published:
                published[table] = GroupTable(name, names.get(group), base, [], top, is_published=True)
                found[question].tables.append(published[table])
            published[table].answers.append(Answer(label, count, float(percent) if percent is not None else None))
        else:
            into = added[question, names.get(group) or (NO_GROUP if NO_GROUP in sizes else EVERYBODY)]
            into[label] = into.get(label, 0) + (count or 0)
    labels: dict[int, dict[str, None]] = defaultdict(dict)
    for (question, _), counts in added.items():
        labels[question] |= dict.fromkeys(counts)
    for question, offered in labels.items():
        tables = found[question].tables
        per_group = {name: added[question, name] for name in sizes if (question, name) in added}
        for name, counts in per_group.items():
            if name != EVERYBODY:
                tables.append(
                    GroupTable(
                        name, name if name != NO_GROUP else None, sizes[name], [Answer(label, counts.get(label, 0)) for label in offered]
                    )
                )
        all_of = [Answer(label, sum(counts.get(label, 0) for counts in per_group.values())) for label in offered]
        tables.append(GroupTable(EVERYBODY, None, sum(sizes.values()), all_of))
    return list(found.values())


def _themes(survey: Survey, names: dict[int, str]) -> list[dict[str, Any]]:
    lists: dict[int, dict[str, Any]] = {}
    mine = Theme.objects.filter(list__source__survey=survey, list__source__state=SurveyImport.COUNTED)
    for pk, name, question, title, text in mine.order_by("list__position", "list", "position").values_list(
        "list", "list__name", "list__question__text", "title", "text"
    ):
        lists.setdefault(pk, {"name": name, "groups": [], "question": question or "", "themes": []})["themes"].append(
            {"title": title, "text": text}
        )
    through = Theme._meta.get_field("list").related_model.groups.through  # type: ignore[attr-defined]
    for pk, group in (
        through.objects.filter(themelist__in=lists).order_by("respondentgroup__position").values_list("themelist", "respondentgroup")
    ):
        lists[pk]["groups"].append(names[group])
    return list(lists.values())


def figures_of(results: Results) -> Figures:
    """What suppression has to weigh: by question and group."""
    sizes = dict(results.sizes)
    asked = []
    for question in results.questions:
        counts: dict[str, dict[str, int | None]] = {}
        for n, table in enumerate(question.tables):
            if table.name == EVERYBODY and not table.is_published and EVERYBODY not in sizes:
                continue
            name = table.group or table.name
            if name not in sizes:  # a published table that fits no group stands for itself
                name = f"{name} #{n}"
            counts[name] = {answer.label: answer.count for answer in table.answers}
        has_all = any(t.name == EVERYBODY and not t.is_published for t in question.tables) and EVERYBODY not in sizes
        asked.append(Asked(counts, exclusive=question.kind in EXCLUSIVE, has_all=has_all))
    return Figures(sizes, asked)


def as_json(results: Results, *, address: str, unsuppressed: bool = False) -> dict[str, Any]:
    """What `survey_results --json` prints. Without `unsuppressed` nothing that `suppression` hides is in it."""
    hidden = Hidden() if unsuppressed else protect(figures_of(results), minimum=results.survey.minimum_group)
    minimum = results.survey.minimum_group
    # Where nobody named a group, all respondents are the one group that there is.
    of_all = EVERYBODY if EVERYBODY in results.sizes else ALL
    named = {name: size for name, size in results.sizes.items() if name != EVERYBODY}
    found: dict[str, Any] = {
        "survey": address,
        "title": results.survey.title,
        "respondents": results.respondents if not hidden.everything else None,
        "published_figures": results.is_published,
        "minimum_group": minimum,
        "groups": [
            {"name": name} | ({"suppressed": True} if name in hidden.groups else {"respondents": size}) for name, size in named.items()
        ],
        "questions": [
            {"text": question.text, "kind": question.kind, "groups": [_table(n, table, hidden, of_all) for table in question.tables]}
            for n, question in enumerate(results.questions)
        ],
        "themes": [
            {**listed, "themes": []} | {"suppressed": True} if hidden.everything or set(listed["groups"]) & hidden.groups else listed
            for listed in results.themes
        ],
        "issues": [issue for issue in results.issues if unsuppressed or may_tell(issue, hidden)],
    }
    if hidden.groups or hidden.everything:
        said = f"Groups with fewer than {minimum} respondents are not shown, nor is what would give them away."
        found["issues"].append({"code": "suppressed", "severity": "info", "message": said})
    return found


TELLS_COUNTS = frozenset(
    [
        "look_alike", "split", "many_answers", "left_out", "known_rows", "typed_instead", "several_rows", "not_respondents", "last_row", "reachable", "unfinished",
        "missing_code", "formula_error", "same_numbers",
    ]
)  # fmt: skip
"""What was said of an import with figures of it, or with what stands in its rows."""


def may_tell(issue: dict[str, Any], hidden: Hidden) -> bool:
    """Issues carry figures too: those of answers are for staff, those of published figures go with their group."""
    if issue.get("of") == SurveyImport.RAW:
        return issue.get("code") not in TELLS_COUNTS
    return not hidden.everything and not any(group in issue.get("message", "") for group in hidden.groups)


def _table(n: int, table: GroupTable, hidden: Hidden, of_all: str | None) -> dict[str, Any]:
    is_all = table.name == EVERYBODY and not table.is_published
    head: dict[str, Any] = {"name": table.name, "group": table.group}
    group = of_all if is_all else table.group or table.name
    if hidden.everything or group in hidden.groups:
        return head | {"suppressed": True}
    choices, ranked = [], []
    for place, answer in enumerate(table.answers):
        said, rank = _answer(answer, table, hidden, (n, group, answer.label))
        choices.append(said)
        ranked.append((-rank, place, answer.label))
    top = table.top or [label for rank, _, label in sorted(ranked)[:TOP] if rank < 0]
    return head | {"base": table.base, "choices": choices, "top": top}


def _answer(answer: Answer, table: GroupTable, hidden: Hidden, key: tuple[int, str | None, str]) -> tuple[dict[str, Any], float]:
    """A choice as it may be shown, and what it is ranked by."""
    said: dict[str, Any] = {"label": answer.label, "count": answer.count, "percent": None}
    if key in hidden.cells or (key[1] is ALL and table.group is None and (key[0], ALL, key[2]) in hidden.cells):
        said |= {"count": None, "masked": True}
        if (bound := hidden.bounds.get(key)) and table.base is not None:
            low, high = bound
            said |= {"at_most": percent_of(high, table.base)} if low == 0 else {"at_least": percent_of(low, table.base)}
            return said, float(low)
        return said, 0.0
    if answer.count is None:
        return said, 0.0
    if answer.printed is not None:
        said["percent"] = int(answer.printed) if answer.printed == int(answer.printed) else answer.printed
    elif table.base:
        said["percent"] = percent_of(answer.count, table.base)
    return said, float(answer.count)


__all__ = ["EVERYBODY", "NO_GROUP", "Question", "Results", "as_json", "figures_of", "results_of"]
