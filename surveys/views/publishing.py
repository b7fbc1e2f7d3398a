"""What of a survey is public: a fixed list of tables and themes that the cabinet chooses, and the way to take it back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import StaffRequest, press_of
from planner.lib.keys import key_of
from surveys import linking
from surveys.beside import KEY, beside_of, may_stand_beside
from surveys.models import Choice, PriorityLink, Survey, SurveyPublication
from surveys.perms import get_survey_or_404
from surveys.services.publications import link_priority, offered, publish_tables, unlink_priority, withdraw_publications
from surveys.views.around import around


@never_cache
@require_http_methods(["GET", "POST"])
def survey_publish(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """Choose the tables; each is shown as it would be public, with small groups hidden."""
    found = get_survey_or_404(request.user, district, survey, "publish")
    errors: list[str] = []
    if request.method == "POST":
        try:
            publish_tables(
                survey=found, chosen=request.POST.getlist("table"), beside=request.POST.get("beside", ""), press=press_of(request)
            )
        except ValidationError as error:
            errors = error.messages
        else:
            messages.success(request, "The tables are public now.")
            return redirect("surveys:survey-publish", district, survey)
    return _page(request, found, errors, chosen=request.POST.getlist("table") if errors else None)


@never_cache
@require_POST
def survey_withdraw(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """Everything of the survey out of public view, with a reason that is kept."""
    found = get_survey_or_404(request.user, district, survey, "publish")
    try:
        number = withdraw_publications(survey=found, reason=request.POST.get("reason", ""), press=press_of(request))
    except ValidationError as error:
        return _page(request, found, error.messages)
    messages.success(request, "Nothing of this survey is public any more." if number else "Nothing of it was public.")
    return redirect("surveys:survey-publish", district, survey)


def _page(request: StaffRequest, survey: Survey, errors: list[str], chosen: list[str] | None = None) -> HttpResponse:
    tree, newest = offered(survey), survey.publications.standing().last()
    kept = newest.tree.get(KEY, {}).get("survey", "") if newest else ""
    earlier, beside = may_stand_beside(survey), kept if chosen is None else request.POST.get("beside", "")
    if chosen is None:
        chosen = _keys(newest) if newest else []
    questions = [question for question in tree["questions"] if question["groups"]]
    for question in questions:
        for table in question["groups"]:
            table |= {"is_chosen": table["key"] in chosen, "says": _says(table)}
    for listed in tree["themes"]:
        number = len(listed["themes"])
        listed |= {"is_chosen": listed["key"] in chosen, "says": f"{number} themes" if number != 1 else "1 theme"}
    context = around(request.user, survey, "survey-publish") | {
        "questions": questions,
        "themes": tree["themes"],
        "earlier": earlier,
        "beside": beside if any(one.survey.slug == beside for one, is_said in earlier if is_said) else "",
        "is_old": bool(newest and kept and beside_of(newest) is None),
        "newest": newest,
        "odd": [issue for issue in tree["issues"] if issue["severity"] != "info"],
        "errors": errors,
        "public": f"/{survey.organization.slug}/surveys/{survey.slug}/",
    }
    return render(request, "surveys/survey_publish.html", context, status=422 if errors else 200)


def _keys(publication: SurveyPublication) -> list[str]:
    tables = [table["key"] for question in publication.tree["questions"] for table in question["groups"]]
    return tables + [listed["key"] for listed in publication.tree["themes"]]


def _says(table: dict) -> str:
    """What stands beside the name of a table."""
    if table.get("suppressed"):
        return "withheld: it stands there without figures"
    masked = sum(1 for choice in table["choices"] if choice.get("masked"))
    base = "" if table["base"] is None else f"of {table['base']:,}"
    return f"{base}, {masked} figures withheld" if masked else base


@never_cache
@require_http_methods(["GET", "POST"])
def survey_links(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """You said, we did: which parts of the plans answer each priority. What is said here stands on the public page at once."""
    found = get_survey_or_404(request.user, district, survey, "publish")
    if request.method == "POST":
        try:
            messages.success(request, _link(request, found))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("surveys:survey-links", district, survey)
    parts = linking.parts_of(found.organization)
    questions = linking.priorities(found, parts)
    context = around(request.user, found, "survey-links") | {
        "questions": questions,
        "parts": parts,
        "chosen": key_of(request.GET.get("choice")) or 0,
        "public": f"/{found.organization.slug}/surveys/{found.slug}/we-did/" if found.publications.standing().exists() else "",
    }
    return render(request, "surveys/survey_links.html", context)


def _link(request: StaffRequest, survey: Survey) -> str:
    """Set a link or take one away, and say so."""
    press, taken = press_of(request), key_of(request.POST.get("take"))
    if taken is not None:
        link = PriorityLink.objects.filter(choice__question__survey=survey, pk=taken).select_related("choice__question__survey").first()
        if link is not None:
            unlink_priority(link=link, press=press)
        return "It is not said to answer this any more."
    asked, answers = key_of(request.POST.get("choice")), key_of(request.POST.get("node"))
    if asked is None or answers is None:
        raise ValidationError("Choose a part of a plan first; nothing was changed.")
    choice = Choice.objects.filter(question__survey=survey, pk=asked).select_related("question__survey").first()
    node = linking.node_of(survey.organization, answers)
    if choice is None or node is None:
        raise ValidationError("This priority or this part of a plan is not there any more. Load the page again.")
    link_priority(choice=choice, node=node, press=press)
    return f"Said: it answers “{choice.label}”."
