"""Open answers: found without accents, marked with themes, counted, published as themes alone."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.audit import Press
from accounts.models import AuditEntry
from surveys.folding import folded, terms
from surveys.models import AnswerTheme, OpenAnswer, Survey, ThemeMark, ThemeTally
from surveys.open_answers import Search, found, page_of, texts_for_phrases
from surveys.phrases import frequent, nearest
from surveys.results import as_json, results_of
from surveys.services.importing import import_file
from surveys.services.publications import offered, publish_tables
from surveys.services.surveys import delete_answers, delete_survey
from surveys.services.themes import change_theme, create_theme, delete_theme, let_counts_show, mark_answers, merge_themes
from tests.factories.people import OrganizationFactory

PRESS = Press("command")
ASKED = "What should we begin?"


# pure


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The buses are LATE!", " the buses are late "),
        ("Más clases de música, por favor…", " mas clases de musica por favor "),
        ("I don’t know", " i dont know "),
        ("Straße – Łódź", " strasse lodz "),
        ("हिन्दी पढ़ाओ", None),
        ("100% of_it", " 100 of it "),
        ("", "  "),
    ],
)
def test_folding(text, wanted):
    said = folded(text)
    assert said == wanted if wanted is not None else len(said) > 2
    assert folded(said) == said, "folded twice is folded once"
    assert "%" not in said
    assert "_" not in said


def test_terms():
    assert terms('Música "late bus" bus') == [" musica", " late bus", " bus"]
    assert terms(" %% __ ") == []
    assert len(terms(" ".join(f"w{n}" for n in range(50)))) == 10


def test_frequent_phrases_count_answers_and_leave_parts_out():
    texts = [
        folded(t)
        for t in ["The late bus again", "A late bus. Late bus!", "late bus and cold food", "cold food", "Cold food please", "more art"]
    ]
    said = [(p.words, p.answers) for p in frequent(texts)]
    assert said == [("cold food", 3), ("late bus", 3)]
    assert frequent(texts, known=["late bus"])[0].words == "cold food"


def test_pieces_of_a_sentence_that_many_wrote_alike_are_one_suggestion():
    alike = [folded("My child likes the new library")] * 4
    assert [(p.words, p.answers) for p in frequent(alike)] == [("likes the new", 4)]
    also = [*alike, *[folded("a new library in the town")] * 4]
    assert [(p.words, p.answers) for p in frequent(also)] == [("new library", 8), ("likes the new", 4), ("town", 4)]


def test_nearest_answers_say_why():
    inside = [(1, folded("the bus comes late")), (2, folded("late bus in the morning"))]
    outside = [
        (3, folded("our bus is often late")),
        (4, folded("more music lessons")),
        (5, folded("food is cold")),
        (6, folded("morning bus crowded")),
    ]
    near = nearest(inside, outside)
    assert {one.pk: set(one.because) for one in near} == {3: {"bus", "late"}, 6: {"bus", "morning"}}
    assert nearest([], outside) == []


# with a database

TEXTS = {
    "Parent": ["The buses come late", "Más clases de música", "Late bus, cold lunch", "Safer crossing at the school"],
    "Student": ["Music lessons!", "late buses again", "More MUSIC please"],
    "Teacher": ["Smaller classes"],
}


def bring(organization, tmp_path, slug="spring", rows=None, **more):
    lines = [f"ID,Which group are you in?,Is it safe?,{ASKED}"]
    n = 0
    for group, texts in (rows or TEXTS).items():
        for m in range(20):
            n += 1
            said = texts[m] if m < len(texts) else ""
            lines.append(f'{n},{group},{"Yes" if m % 2 else "No"},"{said}"')
    path = tmp_path / f"{slug}.csv"
    path.write_text("\n".join(lines))
    return import_file(path, organization=organization, slug=slug, press=PRESS, **more).source


@pytest.fixture
def meadow(db):
    return OrganizationFactory(slug="meadow")


@pytest.fixture
def survey(meadow, tmp_path):
    bring(meadow, tmp_path)
    return Survey.objects.select_related("organization").get(slug="spring")


@pytest.fixture
def question(survey):
    return survey.questions.get(text=ASKED)


def texts_of(rows):
    return sorted(rows.values_list("text", flat=True))


def test_search_knows_no_accents_and_finds_beginnings_of_words(question):
    def search(query, **more):
        return texts_of(found(question, Search(query, **more)))

    assert search("MUSICA") == ["Más clases de música"]
    assert search("music") == ["More MUSIC please", "Music lessons!", "Más clases de música"]
    assert search("late bus") == ["Late bus, cold lunch", "The buses come late", "late buses again"]
    assert search('"late bus"') == ["Late bus, cold lunch", "late buses again"]
    assert search("us") == [], "the middle of a word is none"
    assert search("bus", group=question.survey.groups.get(name="Student")) == ["late buses again"]
    assert len(search("")) == 8


def test_pages_follow_each_other(question, monkeypatch):
    monkeypatch.setattr("surveys.open_answers.EACH", 3)
    after, seen = "", []
    for _ in range(3):
        page = page_of(found(question, Search()), after, {})
        seen += [one.text for one in page.answers]
        after = page.after
    assert after == ""
    assert sorted(seen) == texts_of(found(question, Search()))


def test_answers_get_several_themes_many_at_once_and_the_audit_holds_no_text(question):
    late, food = (
        create_theme(question=question, title="Late buses", press=PRESS),
        create_theme(question=question, title="Food", press=PRESS),
    )
    rows = found(question, Search("late"))
    press = Press("web")
    assert mark_answers(question=question, answers=list(rows.values_list("pk", flat=True)), themes=[late, food], press=press) == 3
    assert mark_answers(question=question, answers=list(rows.values_list("pk", flat=True)), themes=[late], press=Press("web")) == 0
    entries = AuditEntry.objects.filter(press=press.id)
    assert {entry.kind for entry in entries} == {"surveys.ThemeMark"}
    assert sorted((e.new["answer"], e.new["theme"]) for e in entries) == sorted((row.pk, t.pk) for row in rows for t in (late, food))
    wrong = found(question, Search("late buses")).get(text="late buses again")
    assert mark_answers(question=question, answers=[wrong.pk], themes=[food], press=Press("web"), take_away=True) == 1
    assert texts_of(found(question, Search(theme=food))) == ["Late bus, cold lunch", "The buses come late"]
    assert len(texts_of(found(question, Search(without_theme=True)))) == 5
    said = json.dumps(list(AuditEntry.objects.values_list("old", "new")), ensure_ascii=False)
    assert not any(text in said for texts in TEXTS.values() for text in texts)


def test_answers_of_another_survey_are_not_marked(question, meadow, tmp_path):
    bring(meadow, tmp_path, slug="other")
    theme = create_theme(question=question, title="Late buses", press=PRESS)
    foreign = OpenAnswer.objects.filter(question__survey__slug="other").first()
    assert mark_answers(question=question, answers=[foreign.pk], themes=[theme], press=PRESS) == 0
    other = foreign.question
    with pytest.raises(ValidationError, match="another question"):
        mark_answers(question=other, answers=[foreign.pk], themes=[theme], press=PRESS)
    with pytest.raises(IntegrityError, match="another question"), transaction.atomic():
        ThemeMark.objects.create(answer=foreign, theme=theme)


def test_titles_are_once_and_themes_are_renamed_merged_and_deleted(question):
    late, bus = create_theme(question=question, title="Late buses", press=PRESS), create_theme(question=question, title="Bus", press=PRESS)
    for title in ("late  BUSES", "Láte buses!"):
        with pytest.raises(ValidationError, match="already"):
            create_theme(question=question, title=title, press=PRESS)
    with pytest.raises(ValidationError, match="title of a few words"):
        create_theme(question=question, title=" … ", press=PRESS)
    assert change_theme(theme=late, title="Late Buses", text="They come late.", press=PRESS).title == "Late Buses"
    answers = list(found(question, Search("bus")).values_list("pk", flat=True))
    mark_answers(question=question, answers=answers, themes=[bus], press=PRESS)
    mark_answers(question=question, answers=answers[:1], themes=[late], press=PRESS)
    merge_themes(theme=bus, into=late, press=PRESS)
    assert set(late.marks.values_list("answer", flat=True)) == set(answers)
    assert not AnswerTheme.objects.filter(title="Bus").exists()
    with pytest.raises(ValidationError):
        merge_themes(theme=late, into=late, press=PRESS)
    delete_theme(theme=late, press=PRESS)
    assert not ThemeMark.objects.exists()
    assert AuditEntry.objects.filter(verb="delete theme", old__marks=len(answers)).exists()


def mark(question, title, query):
    theme = AnswerTheme.objects.filter(question=question, title=title).first() or create_theme(question=question, title=title, press=PRESS)
    answers = found(question, Search(query)).values_list("pk", flat=True)
    mark_answers(question=question, answers=list(answers), themes=[theme], press=PRESS)
    return theme


def test_published_is_the_theme_and_its_counts_only_where_that_is_switched_on(survey, question):
    mark(question, "Late buses", "late")
    mark(question, "Music", "music")
    create_theme(question=question, title="Nobody said it", press=PRESS)
    tree = as_json(results_of(survey), address="x")
    assert [t["title"] for t in tree["themes"][0]["themes"]] == ["Late buses", "Music"]
    assert not any(q["kind"] == "themes" for q in tree["questions"])
    assert let_counts_show(question=question, shown=True, press=PRESS)
    assert not let_counts_show(question=question, shown=True, press=PRESS)
    table = next(q for q in as_json(results_of(survey), address="x")["questions"] if q["kind"] == "themes")
    counts = {t["name"]: {c["label"]: (c["count"], c["percent"]) for c in t["choices"]} for t in table["groups"]}
    assert counts["All respondents"] == {"Late buses": (3, 5), "Music": (3, 5)}
    assert counts["Student"] == {"Late buses": (1, 5), "Music": (2, 10)}
    assert counts["Teacher"]["Music"] == (0, 0)


def test_no_answer_reaches_what_is_published(survey, question, client, meadow):
    """Pages, files, the JSON of the command and the audit hold themes, and no text of anybody."""
    mark(question, "Late buses", "late")
    let_counts_show(question=question, shown=True, press=PRESS)
    tree = offered(survey)
    chosen = [t["key"] for q in tree["questions"] for t in q["groups"]] + [t["key"] for t in tree["themes"]]
    made = publish_tables(survey=survey, chosen=chosen, press=PRESS)
    seen = json.dumps(made.tree, ensure_ascii=False) + json.dumps(
        as_json(results_of(survey), address="x", unsuppressed=True), ensure_ascii=False
    )
    for part in (
        "",
        "themes/",
        "we-did/",
        "?group=parent",
        "themes.csv",
        "groups.csv",
        "questions/1.csv",
        "questions/2.csv",
        "group/parent.csv",
        "we-did.csv",
    ):
        answer = client.get(f"/meadow/surveys/spring/{part}")
        assert answer.status_code == 200, part
        seen += answer.content.decode()
    assert "Late buses" in seen
    assert not any(text in seen for texts in TEXTS.values() for text in texts)


def test_counts_stay_when_answers_are_deleted(survey, question):
    late = mark(question, "Late buses", "late")
    let_counts_show(question=question, shown=True, press=PRESS)
    before = as_json(results_of(survey), address="x")
    delete_answers(source=survey.imports.get(), press=PRESS)
    assert not OpenAnswer.objects.exists()
    assert not ThemeMark.objects.exists()
    assert sum(ThemeTally.objects.filter(theme=late).values_list("count", flat=True)) == 3
    assert as_json(results_of(survey), address="x") == before


def test_a_later_export_that_replaces_keeps_the_themes_of_the_same_words(survey, question, meadow, tmp_path):
    late = mark(question, "Late buses", "late")
    later = TEXTS | {"Teacher": ["Smaller classes", "late buses again"], "Parent": TEXTS["Parent"][1:]}
    bring(meadow, tmp_path, rows=later, replace=True)
    assert texts_of(found(question, Search(theme=late))) == ["Late bus, cold lunch", "late buses again", "late buses again"]
    assert ThemeMark.objects.count() == 3


def test_a_survey_with_themes_is_deleted_whole(survey, question):
    mark(question, "Late buses", "late")
    delete_survey(survey=survey, press=PRESS)
    assert not AnswerTheme.objects.exists()
    assert not OpenAnswer.objects.exists()


def test_suggestions_come_from_answers_without_a_theme(question):
    assert "late" in {word for p in frequent(texts_for_phrases(question)) for word in p.words.split()}
    mark(question, "Late buses", "late")
    assert "late" not in {word for p in frequent(texts_for_phrases(question)) for word in p.words.split()}
