"""Open answers for those who work on a survey: read, searched, marked with themes. None of it is ever public but the themes."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import StaffRequest, press_of
from planner.lib.keys import keys_of
from surveys import open_answers, phrases
from surveys.forms import ThemeForm
from surveys.models import AnswerTheme, OpenAnswer, Question, Survey
from surveys.open_answers import Search
from surveys.perms import get_survey_or_404
from surveys.results import THEMES, Results, as_json, group_sizes, theme_counts, theme_table
from surveys.services import themes as services
from surveys.showing.crosstable import crosstable
from surveys.showing.figures import read
from surveys.views.around import around

NO_THEME = "none"
NOT_HERE = "There is no such question in this survey. Choose one from the list of its open questions."


def question_or_404(asked: list[tuple[Question, int]], said: QueryDict) -> Question | None:
    """The one of the open questions that is asked for, or the one that most people answered; None where the survey has none."""
    if not said.get("question"):
        return max(asked, key=lambda pair: pair[1])[0] if asked else None
    found = next((question for question, _ in asked if str(question.pk) == said["question"]), None)
    if found is None:
        raise Http404(NOT_HERE)
    return found


def theme_or_404(survey: Survey, pk: int) -> AnswerTheme:
    found = AnswerTheme.objects.filter(question__survey=survey, pk=pk).select_related("question").first()
    if found is None:
        raise Http404("There is no such theme. It may have been merged with another one.")
    return found


def search_of(said: QueryDict, survey: Survey, question: Question, groups: dict[int, str]) -> Search:
    """What is looked for. Raises Http404 for a group or theme that is not there."""
    found = Search(query=said.get("q", "")[:300], without_theme=said.get("theme") == NO_THEME)
    if pk := said.get("group"):
        found.group = survey.groups.filter(pk__in=groups, pk=pk if pk.isdecimal() else 0).first()
        if found.group is None:
            raise Http404("There is no such group in this survey, or it is too small to be read by itself.")
    if (pk := said.get("theme")) and pk != NO_THEME:
        found.theme = AnswerTheme.objects.filter(question=question, pk=pk if pk.isdecimal() else 0).first()
        if found.theme is None:
            raise Http404("There is no such theme of this question.")
    return found


def kept(said: QueryDict, *names: str) -> str:
    """What the address says of the search, for links back to it."""
    return urlencode([(name, said[name]) for name in names if said.get(name)])


@never_cache
@require_GET
def answer_list(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """A page of answers to one open question, as they are searched for."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    context, asked = around(request.user, found, "open-answers"), open_answers.open_questions(found)
    question = question_or_404(asked, request.GET)
    if question is None:
        return render(request, "surveys/open_answers.html", context | {"question": None})
    groups = open_answers.group_names(found)
    search = search_of(request.GET, found, question, groups)
    rows = open_answers.found(question, search)
    after = request.GET.get("after", "")
    page = open_answers.page_of(rows, after, groups)
    query = kept(request.GET, "question", "q", "group", "theme")
    number = dict(asked)[question] if search.is_any else open_answers.number_of(rows, after, page)
    context |= {
        "asked": asked,
        "question": question,
        "search": search,
        "groups": groups,
        "themes": list(question.answer_themes.all()),
        "page": page,
        "number": number,
        "says": says(number, search),
        "can_mark_all": 0 < number <= services.MOST_AT_ONCE,
        "query": query,
        "after": after,
        "title": request.GET.get("title", "")[:300],
        "places": places(found, question),
    }
    return render(request, "surveys/open_answers.html", context)


def says(number: int, search: Search) -> str:
    """ "213 answers fit." """
    fits = bool(search.query or search.group or search.theme or search.without_theme)
    noun = "answer" if number == 1 else "answers"
    return f"{number:,} {noun} {'fits' if number == 1 else 'fit'}." if fits else f"{number:,} {noun}."


def places(survey: Survey, question: Question) -> list[tuple[str, str]]:
    """(words, address) of what else there is about the answers to a question."""
    at = [survey.organization.slug, survey.slug]
    names = (("open-answers", "Answers"), ("theme-list", "Themes"), ("theme-suggestions", "Suggestions"))
    return [(words, f"{reverse(f'surveys:{name}', args=at)}?question={question.pk}") for name, words in names]


@never_cache
@require_POST
def answers_mark(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """Give chosen answers themes, or take them away: those that are ticked, or all that a search finds."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    question = question_or_404(open_answers.open_questions(found), request.POST)
    if question is None:
        raise Http404(NOT_HERE)
    back = f"{reverse('surveys:open-answers', args=[district, survey])}?{request.POST.get('back', '')}"
    if request.POST.get("from") == "suggestions":
        back = f"{reverse('surveys:theme-suggestions', args=[district, survey])}?{request.POST.get('back', '')}"
    try:
        changed, given = _mark(request, found, question)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    noun = "answer" if changed == 1 else "answers"
    words = " and ".join(f"“{theme.title}”" for theme in given)
    if request.POST.get("do") == "take":
        messages.success(request, f"{words} was taken from {changed:,} {noun}.")
    else:
        messages.success(
            request, f"{changed:,} {noun} got {words}." if changed else f"Nothing changed: these answers have {words} already."
        )
    return redirect(back)


@transaction.atomic
def _mark(request: StaffRequest, survey: Survey, question: Question) -> tuple[int, list[AnswerTheme]]:
    said, press = request.POST, press_of(request)
    if said.get("all") == "yes":
        search = search_of(said, survey, question, open_answers.group_names(survey))
        answers = list(open_answers.found(question, search).values_list("pk", flat=True)[: services.MOST_AT_ONCE + 1])
    else:
        answers = keys_of(said.getlist("answer"))
    given = list(AnswerTheme.objects.filter(question=question, pk__in=keys_of(said.getlist("give"))))
    take_away = said.get("do") == "take"
    if (title := said.get("new", "").strip()) and not take_away:
        given.append(services.create_theme(question=question, title=title, press=press))
    if not answers:
        raise ValidationError("Tick at least one answer first; nothing was changed.")
    if not given:
        raise ValidationError("Choose a theme, or write a new one; nothing was changed.")
    return services.mark_answers(question=question, answers=answers, themes=given, press=press, take_away=take_away), given


@never_cache
@require_http_methods(["GET", "POST"])
def theme_list(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """The themes of an open question, how many of each group spoke of them, and a new one."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    asked = open_answers.open_questions(found)
    question = question_or_404(asked, request.GET)
    context = around(request.user, found, "open-answers", crumb="Themes")
    if question is None:
        return render(request, "surveys/open_answers.html", context | {"question": None})
    form = ThemeForm(request.POST if request.method == "POST" and "counts" not in request.POST else None)
    at = f"{reverse('surveys:theme-list', args=[district, survey])}?question={question.pk}"
    if "counts" in request.POST:
        services.let_counts_show(question=question, shown=request.POST["counts"] == "on", press=press_of(request))
        return redirect(at)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_theme(question=question, press=press_of(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "The theme was made. Give it to answers now.")
            return redirect(at)
    context |= counted(found, question, every=dict(asked)[question]) | {"form": form, "asked": asked, "question": question}
    context |= {"places": places(found, question), "at": at}
    return render(request, "surveys/theme_list.html", context, status=422 if form.errors else 200)


def counted(survey: Survey, question: Question, *, every: int) -> dict:
    """Themes with the answers that speak of them, and the table of them by group, guarded as all tables are."""
    themes, counts = list(question.answer_themes.all()), theme_counts(survey)
    totals = {theme.pk: sum(counts.get(theme.pk, {}).values()) for theme in themes}
    themes.sort(key=lambda theme: (-totals[theme.pk], theme.pk))
    sizes = group_sizes(survey)
    names = {group.pk: group.name for group in survey.groups.all()}
    table = theme_table(question.pk, question.text, themes, counts, sizes, names)
    results = Results(survey, sum(sizes.values()), sizes, [table], [], [], is_published=False)
    published = read(as_json(results, address=""))
    asked = next((q for q in published.questions if q.kind == THEMES), None) if themes else None
    marked = open_answers.answers_of(question).filter(marks__isnull=False).distinct().count()
    return {
        "themes": [
            {"theme": theme, "number": f"{totals[theme.pk]:,}", "is_rare": 0 < totals[theme.pk] < survey.minimum_group} for theme in themes
        ],
        "cross": crosstable(asked, published) if asked else None,
        "read": f"{marked:,} of {every:,} answers have a theme.",
    }


@never_cache
@require_http_methods(["GET", "POST"])
def theme(request: StaffRequest, district: str, survey: str, pk: int) -> HttpResponse:
    """Rename or describe a theme, merge it with another one, or take it away."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    row = theme_or_404(found, pk)
    back = f"{reverse('surveys:theme-list', args=[district, survey])}?question={row.question_id}"
    is_change = request.method == "POST" and request.POST.get("do") not in ("merge", "delete")
    form = ThemeForm(request.POST if is_change else None, initial={"title": row.title, "text": row.text})
    if request.method == "POST":
        try:
            if said := _change(request, found, row, form):
                messages.success(request, said)
                return redirect(back)
        except ValidationError as error:
            form = form if form.is_bound else ThemeForm({"title": row.title, "text": row.text})
            form.add_error(None, error)
    others = AnswerTheme.objects.filter(question=row.question_id).exclude(pk=row.pk)
    context = around(request.user, found, "open-answers", crumb=row.title) | {"theme": row, "form": form, "others": others, "back": back}
    return render(request, "surveys/theme.html", context | {"number": row.marks.count()}, status=422 if form.errors else 200)


def _change(request: StaffRequest, survey: Survey, row: AnswerTheme, form: ThemeForm) -> str:
    """What was done, in a sentence; empty where the form has to come back."""
    press, do = press_of(request), request.POST.get("do")
    if do == "delete":
        services.delete_theme(theme=row, press=press)
        return f"“{row.title}” was deleted."
    if do == "merge":
        other = request.POST.get("into", "")
        if not other.isdecimal():
            raise ValidationError("Choose the theme that it is to be merged with.")
        into = services.merge_themes(theme=row, into=theme_or_404(survey, int(other)), press=press)
        return f"“{row.title}” is part of “{into.title}” now."
    if not form.is_valid():
        return ""
    services.change_theme(theme=row, press=press, **form.cleaned_data)
    return "The theme was changed."


@never_cache
@require_GET
def theme_suggestions(request: StaffRequest, district: str, survey: str) -> HttpResponse:
    """Phrases that stand in many answers without a theme; or for one theme the answers whose words are most like those that have it."""
    found = get_survey_or_404(request.user, district, survey, "import_survey")
    asked = open_answers.open_questions(found)
    question = question_or_404(asked, request.GET)
    context = around(request.user, found, "open-answers", crumb="Suggestions")
    if question is None:
        return render(request, "surveys/open_answers.html", context | {"question": None})
    themes = list(question.answer_themes.all())
    text = request.GET.get("theme", "")
    chosen = next((row for row in themes if str(row.pk) == text), None)
    if text and chosen is None:
        raise Http404("There is no such theme of this question.")
    context |= {"asked": asked, "question": question, "themes": themes, "chosen": chosen}
    context |= {"places": places(found, question), "query": kept(request.GET, "question", "theme")}
    if chosen:
        context["near"] = near(found, chosen)
    else:
        known = [row.key for row in themes]
        context["phrases"] = phrases.frequent(open_answers.texts_for_phrases(question), known=known)
    return render(request, "surveys/theme_suggestions.html", context)


def near(survey: Survey, chosen: AnswerTheme) -> list[open_answers.Shown]:
    inside, outside = open_answers.texts_for_theme(chosen)
    found = phrases.nearest(inside, outside)
    texts = {
        pk: (group, text)
        for pk, group, text in OpenAnswer.objects.filter(pk__in=[one.pk for one in found]).values_list("pk", "group", "text")
    }
    rows = [(one.pk, *texts[one.pk], ", ".join(one.because)) for one in found if one.pk in texts]
    return open_answers.shown(rows, names=open_answers.group_names(survey))
