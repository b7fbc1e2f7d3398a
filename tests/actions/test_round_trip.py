"""What is taken away comes back: generated plans through JSON, CSV, XLSX and Markdown, compared with the plan itself."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions.picture import LEVELS, AreaPicture, ObjectivePicture, PlanPicture, StatusWord, StepPicture, StrategyPicture
from actions.reading import from_csv, from_json, from_markdown, from_xlsx
from actions.reading.files import read as read_any
from actions.writing.formats import FORMATS
from tests.factories.pictures import district_plan, nested_plan, odd_plan

READERS = {"json": from_json.read, "csv": from_csv.read, "xlsx": from_xlsx.read, "md": from_markdown.read}

ODD = [
    '=HYPERLINK("http://example.org","x") stays text', "+1 tutoring hour for each pupil", "-5 % energy in every school", "@home access for families",
    "# not a heading", "2. not a list", "2) not a list", "Goal 9: not a goal", 'Reading | writing; "arithmetic", Ñandú – <i>not markup</i> & more', "'=1+1",
    "''+x", "'\tx", "'plain apostrophes'", "\u3000＝1", "－2", "--", "---", "===", "***", "> quoted", "| a | b |", "- an item\n  - one below", "**4.1** bold",
    "Status: not a status", "led by : nobody", "Due:", "a\\", "\\", "\\\\n", "line one\nline two\r\nline three", "a\n\n\n\nb", "a\n \nb  \n  c", "&amp; &#65; &lt;br&gt;",
    "a<br>b", "`code`", "[x](http://example.org)", "_x0041_ and _x000D_", "_x005F_x0041_", "x005F_", "\x0b\x0c\x1f", "\ufffe\uffff", "🏫👩🏽‍🏫", "שלום עולם", "\u202eevil",
    "# ends with ##", "#", "C#", "1.", "1. ", "a, as of 2021-08-03", "off, complete, x", "“quotes”", '"', "''", "sep=;", "\u2028\u2029", "\x85\xa0x\xa0", "{}", "~~gone~~",
    "<r></r>", "<r></is></c><c t='str'><f>1+1</f><v>2</v></c><c t='inlineStr'><is></r>",
]  # fmt: skip
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60)
some_text = st.one_of(st.sampled_from(ODD), anything, st.lists(st.sampled_from(ODD), min_size=2, max_size=3).map("\n".join))
texts = some_text.filter(str.strip)
one_line = texts.map(lambda text: " ".join(text.split()))
codes = st.one_of(st.just(""), st.sampled_from(["1", "4.1.5", "A", "a", "1A", "01", "-1", "=1", "area", "a:b", "**", "  "]), texts)
days = st.dates(date(1899, 1, 1), date(2099, 12, 31))
leads = st.one_of(st.just(""), st.just(""), st.sampled_from(["Curriculum", "Principals, with IT"]), one_line)


@st.composite
def scales(draw):
    names = draw(st.lists(one_line, max_size=6, unique_by=lambda name: " ".join(name.split()).casefold()))
    ladder = draw(st.integers(0, len(names)))
    meanings = st.sampled_from(["not_started", "under_way", "complete", "stopped"])
    return [
        StatusWord(n, name, f"s{n}", ladder - n if n < ladder else None, draw(meanings), "st2" if n < ladder else "stx")
        for n, name in enumerate(names)
    ]


@st.composite
def plans(draw):
    statuses = draw(scales())
    count = iter(range(1, 10_000))

    def head():
        n = next(count)
        return {"node": n, "id": n, "address": str(n), "code": draw(codes), "title": draw(texts), "lead": draw(leads)} | {
            "description": draw(st.one_of(st.just(""), some_text))
        }

    def steps(most, depth):
        found = []
        for _ in range(draw(st.integers(0, most)) if depth <= 5 else 0):
            status = draw(st.sampled_from([None, *statuses]))
            found.append(
                StepPicture(
                    **head(),
                    status=status,
                    as_of=draw(days) if status else None,
                    due=draw(st.one_of(st.none(), days)),
                    public_note=draw(st.one_of(st.just(""), some_text)),
                    is_confirmed=draw(st.booleans()),
                    steps=steps(1 if depth > 1 else 2, depth + 1),
                )
            )
        return found

    def strategies(most):
        return [StrategyPicture(**head(), steps=steps(2, 1)) for _ in range(draw(st.integers(0, most)))]

    areas = []
    for _ in range(draw(st.integers(1, 3))):
        objectives = [ObjectivePicture(**head(), strategies=strategies(1), steps=steps(1, 1)) for _ in range(draw(st.integers(0, 1)))]
        areas.append(AreaPicture(**head(), objectives=objectives, strategies=strategies(2), steps=steps(2, 1)))
    level_words = st.one_of(st.sampled_from(["Goal", "goal", "Goal area", "Strategy", "Action step", "Pillar: x", "A*"]), one_line)
    plan = PlanPicture(
        1,
        "d",
        "District",
        "p",
        draw(texts),
        {level: draw(level_words) for level in LEVELS},
        statuses,
        draw(days),
        date(2021, 6, 1),
        date(2026, 1, 1),
        description=draw(st.one_of(st.just(""), some_text)),
        areas=areas,
    )
    for area in areas:
        pass_lead_down(area)
    return plan


def below(home):
    return [(key, one) for key in ("objectives", "strategies", "steps") for one in getattr(home, key, ())]


def pass_lead_down(home):
    for _, one in below(home):
        one.lead = one.lead or home.lead
        pass_lead_down(one)


def said(home, lead_above=""):
    """What has to come back of a part and of all below it, of a picture and of a draft alike."""
    lead = home.lead or lead_above
    status = getattr(home, "status", None)
    return (
        home.code.strip(),
        home.title.strip(),
        home.description.strip(),
        lead,
        getattr(status, "name", status),
        getattr(home, "as_of", None),
        getattr(home, "due", None),
        getattr(home, "public_note", "").strip(),
        [(key, said(one, lead)) for key, one in below(home)],
    )


def written(picture, form, **options):
    out = BytesIO()
    FORMATS[form].write(picture, out, **options)
    return out.getvalue()


def holds(draft, picture):
    assert [said(area) for area in draft.areas] == [said(area) for area in picture.areas]
    assert (draft.title, draft.description, draft.as_of) == (picture.title.strip(), picture.description.strip(), picture.as_of)
    assert draft.levels == picture.levels
    assert [(s.name, s.rank, s.meaning) for s in draft.statuses] == [(s.name, s.rank, s.meaning) for s in picture.statuses][::-1]
    assert not draft.issues


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("picture", [district_plan(), nested_plan(), odd_plan()], ids=lambda picture: picture.slug)
def test_a_plan_comes_back(form, picture):
    draft = READERS[form](written(picture, form))
    holds(draft, picture)
    assert draft.lines()["unexplained"] == 0
    assert draft.format == {"md": "markdown"}.get(form, form)


@pytest.mark.parametrize("form", READERS)
def test_odd_texts_come_back_everywhere_they_may_stand(form):
    picture = district_plan()
    shapes = [*picture.areas, *picture.all_strategies(), *picture.all_steps()]
    for n, shape in enumerate(shapes):
        shape.title = shape.description = ODD[n % len(ODD)] if ODD[n % len(ODD)].strip() else "x"
        shape.code = ODD[(n + 7) % len(ODD)]
    assert len(shapes) > len(ODD)
    holds(READERS[form](written(picture, form)), picture)


@pytest.mark.parametrize("form", READERS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(picture=plans())
def test_any_plan_comes_back(form, picture):
    holds(READERS[form](written(picture, form)), picture)


@pytest.mark.parametrize("form", READERS)
def test_texts_longer_than_a_cell_come_back(form):
    picture = odd_plan()
    picture.areas[0].steps[0].description = "a long story " * 6_000 + "the end"
    picture.areas[0].steps[1].title = " ".join(f"=word{n}" for n in range(5_000))
    holds(READERS[form](written(picture, form)), picture)


@pytest.mark.parametrize("form", READERS)
def test_a_file_is_known_by_what_is_in_it(form):
    assert read_any(written(odd_plan(), form), "file.bin").counts() == {
        "goal_areas": 2,
        "objectives": 0,
        "strategies": 0,
        "action_steps": 4,
    }


def test_a_byte_order_mark_is_no_text():
    plain, marked = written(odd_plan(), "csv"), written(odd_plan(), "csv", bom=True)
    assert marked == b"\xef\xbb\xbf" + plain
    holds(from_csv.read(marked), odd_plan())
    assert from_csv.looks_like(marked)


@pytest.mark.parametrize("form", READERS)
def test_a_part_of_a_plan_says_so(form):
    picture = odd_plan()
    picture.narrowed_to = "status is “Done”, text has =1"
    draft = READERS[form](written(picture, form))
    assert [(issue.code, issue.severity) for issue in draft.issues] == [("part-of-a-plan", "warn")]
    assert picture.narrowed_to in draft.issues[0].message


@pytest.mark.parametrize("form", READERS)
def test_the_same_plan_gives_the_same_bytes(form):
    assert written(district_plan(), form) == written(district_plan(), form)


@pytest.mark.parametrize("form", ["csv", "md"])
def test_every_line_is_accounted_for(form):
    draft = READERS[form](written(district_plan(), form))
    assert sorted(draft.fates) == [n for n, line in enumerate(draft.source, 1) if line.strip()]
    assert all(step.title in draft.source[step.line - 1] for step in draft.all_steps())


@given(data=st.binary(max_size=400))
@settings(max_examples=200)
def test_any_bytes_are_looked_at_safely(data):
    for head in (b"", b"---\nformat: district-planner-plan/", b"Level,Code,Title,Status\n", b"\xff\xfe"):
        assert from_csv.looks_like(head + data) in (True, False)
        assert from_markdown.looks_like(head + data) in (True, False)
