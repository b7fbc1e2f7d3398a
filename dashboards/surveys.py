"""Pages of a published survey, put together from its stored tables alone. Pure, but for who is asked in `dashboards.survey_answers`."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from dashboards.pages import Export, Take
from dashboards.presenters import Notice
from dashboards.survey_answers import Answers, Key, Part, answers
from planner.lib.dates import us_date
from planner.lib.shell import NavItem, Shell, accent_of
from surveys.beside import KEY
from surveys.models import SurveyPublication
from surveys.showing import matrix as matrices
from surveys.showing import sentences, tables, words
from surveys.showing.figures import Group, Published, Question, read
from surveys.showing.scales import Scale, scale

RIBBON = "Groups, counts and percents are published ones. Names of priorities and themes are short words of ours; the plan and what answers what are made up."
MANY = 40
"""Questions on one page; a longer survey shows the first ones and has the others in its files."""
OTHERS = ("themes/", "we-did/", "earlier/")
"""Pages beside those of the results."""


@dataclass(frozen=True, slots=True)
class Tab:
    words: str
    n: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One question over all groups."""

    n: int
    id: str
    text: str
    headline: str
    agree: list[str]
    differ: list[str]
    matrix: matrices.Matrix | None
    scale: Scale | None
    everybody: tables.Ranked | None
    minis: list[tuple[tables.Short, str]]
    no_table: str
    files: str
    """Address of its table without the ending."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one group."""

    text: str
    table: tables.Ranked
    others: list[tuple[tables.Short, str]]
    answers: Answers | None


@dataclass(frozen=True, slots=True)
class Themes:
    id: str
    title: str
    question: str
    who: str
    rows: list[dict[str, str]]


def base_of(publication: SurveyPublication) -> str:
    return f"/{publication.survey.organization.slug}/surveys/{publication.survey.slug}/"


def shell_of(organization: Any, *, has_plans: bool = True) -> Shell:
    home = f"/{organization.slug}/"
    nav = [NavItem("Plans", home)] if has_plans else []
    nav.append(NavItem("Surveys", f"{home}surveys/", is_current=True))
    return Shell(organization.name, home, accent_of(organization.accent), nav, RIBBON if organization.is_sample else "")


def newest_of_organization(organization: Any) -> list[SurveyPublication]:
    """Of each of its surveys what is public now, newest first. One statement, without the tables of replaced ones."""
    standing = SurveyPublication.objects.standing().filter(survey__organization=organization)
    newest = standing.values("survey").annotate(newest=Max("pk")).values("newest")
    return list(SurveyPublication.objects.filter(pk__in=newest).select_related("survey__organization").order_by("-pk"))


def list_page(organization: Any, publications: list[SurveyPublication]) -> dict[str, Any]:
    """Context of the list of a district's public surveys, newest first."""
    crumbs = [("Plans", f"/{organization.slug}/"), ("Surveys", "")]
    return {"page": {"surveys": list_rows(publications), "crumbs": crumbs}, "shell": shell_of(organization)}


def list_rows(publications: list[SurveyPublication]) -> list[dict[str, str]]:
    """Each with the sentence that compares its groups, and who took part."""
    rows = []
    for publication in publications:
        published = read(publication.tree)
        question = next((q for q in published.questions if len(q.groups) > 1), None)
        rows.append(
            {
                "title": publication.survey.title,
                "href": base_of(publication),
                "headline": sentences.compared(question) if question else "",
                "says": f"{took_part(published)} Published {day_of(publication)}.",
            }
        )
    return rows


def day_of(publication: SurveyPublication) -> str:
    return us_date(publication.published_on)


def took_part(published: Published) -> str:
    """ "8,399 people in seven groups took part." """
    if published.respondents is None:
        return f"Fewer than {published.minimum} people took part."
    groups = f" in {words.number(len(published.groups))} groups" if len(published.groups) > 1 else ""
    return f"{published.respondents:,} {'person' if published.respondents == 1 else 'people'}{groups} took part."


def around(publication: SurveyPublication, published: Published, *, current: str, title: str, crumb: str = "") -> dict[str, Any]:
    """What all pages of a survey share."""
    organization, survey = publication.survey.organization, publication.survey
    base = base_of(publication)
    crumbs = [("Plans", f"/{organization.slug}/"), ("Surveys", f"/{organization.slug}/surveys/"), (survey.title, base)]
    source = "Published figures" if published.are_figures else "Counted from the answers"
    return {
        "title": title,
        "survey": survey.title,
        "eyebrow": f"{survey.title}, published {day_of(publication)}",
        "lede": took_part(published),
        "canonical": base + (f"?group={current}" if published.group(current) else ""),
        "crumbs": [*crumbs, (crumb, "")] if crumb else [*crumbs[:-1], (survey.title, "")],
        "tabs": [] if current in OTHERS else tabs(published, base, current),
        "pages": pages(published, base, current, is_compared=bool(publication.tree.get(KEY))),
        "notices": notices(published),
        "withheld": words.sentence(matrices.withheld_words(published)),
        "footer": f"{source}.",
        "footer_rest": f"Published {day_of(publication)}; single answers are not shown. Fingerprint",
        "fingerprint": publication.fingerprint,
        "base": base,
        "take": take(base, published),
    }


def tabs(published: Published, base: str, current: str) -> list[Tab]:
    total = "" if published.respondents is None else f"{published.respondents:,}"
    found = [Tab("All groups", total, base, current == "")]
    found += [Tab(g.name, f"{g.respondents:,}", f"{base}?group={g.slug}", current == g.slug) for g in published.with_tables()]
    return found


def pages(published: Published, base: str, current: str, *, is_compared: bool) -> list[Tab]:
    """What else there is of this survey."""
    found = [Tab("Results", "", base, current not in OTHERS)]
    if any(listed["themes"] for listed in published.themes):
        found.append(Tab("In their own words", "", f"{base}themes/", current == "themes/"))
    if any(question.kind == "multi" for question in published.questions):
        found.append(Tab("You said, we did", "", f"{base}we-did/", current == "we-did/"))
    if is_compared:
        found.append(Tab("Earlier survey", "", f"{base}earlier/", current == "earlier/"))
    return found


def notices(published: Published) -> list[Notice]:
    said = matrices.too_small(published)
    return [Notice("warn", "Some groups are too small to be shown", said)] if said else []


def take(base: str, published: Published) -> Take:
    exports = [
        Export(f"{base}report.pdf", "All of it (PDF)", "for print, and tagged for screen readers"),
        Export(f"{base}results.xlsx", "All of it (Excel)", "a sheet for each table"),
        Export(f"{base}groups.csv", "Groups (CSV)", "and how many took part"),
    ]
    if any(listed["themes"] for listed in published.themes):
        exports.append(Export(f"{base}themes.csv", "Themes (CSV)", "of the open answers"))
    return Take("Take it with you", tuple(exports))


def overview_page(publication: SurveyPublication) -> dict[str, Any]:
    """Context of the page over all groups: sentences, matrix, scales, the first five of each group."""
    published = read(publication.tree)
    base = base_of(publication)
    page = around(publication, published, current="", title="What people asked for")
    page["questions"] = [compared(n, question, published, base) for n, question in enumerate(published.questions[:MANY], 1)]
    page["more"] = max(0, len(published.questions) - MANY)
    page["has_themes"] = any(listed["themes"] for listed in published.themes)
    return {"page": page, "shell": shell_of(publication.survey.organization)}


def compared(n: int, question: Question, published: Published, base: str) -> Compared:
    groups = question.groups
    bars = scale(question, id=f"scale-{n}")
    is_matrix = bool(groups) and not bars
    everybody = question.everybody
    top = tables.ranked(question, everybody, id=f"all-{n}") if everybody and not everybody.is_withheld and not bars else None
    headline = sentences.compared(question) if is_matrix else ""
    slugs = {group.name: group.slug for group in published.groups}
    has_minis = is_matrix and not tables.is_ordered(question) and len(question.labels) > 5
    return Compared(
        n,
        f"q{n}",
        question.text,
        headline or (bars.headline if bars else top.headline if top else ""),
        sentences.agreements(question) if is_matrix else [],
        sentences.differences(question) if is_matrix else [],
        matrices.matrix(question, published, id=f"matrix-{n}") if is_matrix else None,
        bars,
        top,
        [(tables.short(table), f"{base}?group={slugs[table.name]}") for table in groups] if has_minis else [],
        matrices.no_table(question, published),
        f"{base}questions/{n}",
    )


def group_page(publication: SurveyPublication, group: Group, links: dict[Key, list[Part]]) -> dict[str, Any]:
    """Context of one group's page: its tables, the other groups beside it, what answers it, its themes."""
    published = read(publication.tree)
    base = base_of(publication)
    page = around(publication, published, current=group.slug, title="What people asked for", crumb=group.name)
    page["group"] = group.name
    page["questions"] = []
    if group.respondents is None:
        page["notices"] = [Notice("warn", f"{group.name} is not shown", matrices.too_small(published))]
    slugs = {one.name: one.slug for one in published.groups}
    for n, question in enumerate(published.questions[:MANY], 1):
        if table := question.table_of(group.name):
            listed = [] if tables.is_ordered(question) else question.groups
            others = [(tables.short(one), f"{base}?group={slugs[one.name]}") for one in listed if one is not table]
            page["questions"].append(
                {
                    "text": question.text,
                    "table": tables.ranked(question, table, id=f"top-{n}"),
                    "others": others,
                    "others_title": sentences.first_places(question.groups).removesuffix(".") if others else "",
                    "others_id": f"others-{n}",
                    "no_table": matrices.no_table(question, published),
                    "answers": answers(question, table, links, published, id=f"said-{n}") if question.kind == "multi" else None,
                }
            )
    page["files"] = f"{base}group/{group.slug}"
    page["themes"] = [_themes(n, listed) for n, listed in enumerate(published.themes_of(group.name), 1)]
    return {"page": page, "shell": shell_of(publication.survey.organization)}


def _themes(n: int, listed: dict[str, Any]) -> Themes:
    names = listed["groups"] or [listed["name"]]
    several = f" The list is for {words.joined([words.group(name) for name in names])} together." if len(names) > 1 else ""
    intro = (
        f"The themes stand in the order in which they were published, without saying how many people are behind each. "
        f"Single answers are never shown.{several}"
    )
    return Themes(f"themes-{n}", words.joined(names), listed["question"], intro, listed["themes"])


def themes_page(publication: SurveyPublication) -> dict[str, Any]:
    """Context of the page of all published themes."""
    published = read(publication.tree)
    page = around(publication, published, current="themes/", title="In their own words", crumb="Themes")
    page["themes"] = [_themes(n, listed) for n, listed in enumerate(published.themes, 1) if listed["themes"]]
    page["hidden"] = [listed["name"] for listed in published.themes if not listed["themes"]]
    page["files"] = f"{base_of(publication)}themes"
    return {"page": page, "shell": shell_of(publication.survey.organization)}


def answers_page(publication: SurveyPublication, links: dict[Key, list[Part]]) -> dict[str, Any]:
    """Context of the page of what each group asked for and what answers it."""
    published = read(publication.tree)
    page = around(publication, published, current="we-did/", title="You said, we did", crumb="You said, we did")
    page["answers"] = answers_of(published, links)
    page["files"] = f"{base_of(publication)}we-did"
    return {"page": page, "shell": shell_of(publication.survey.organization)}


def answers_of(published: Published, links: dict[Key, list[Part]]) -> list[Answers]:
    """Of each table of priorities, that of all respondents first."""
    found: list[Answers] = []
    for question in published.questions:
        if question.kind == "multi":
            own = sorted(question.tables, key=lambda table: not table.is_all)
            found += [answers(question, table, links, published, id=f"said-{len(found) + n}") for n, table in enumerate(own, 1)]
    return found


__all__ = ["answers_page", "group_page", "list_page", "overview_page", "themes_page"]
