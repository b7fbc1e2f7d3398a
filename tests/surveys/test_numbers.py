"""Answers that are numbers have a middle and an order, and no ranks."""

from dashboards.surveys import compared
from surveys.showing import numbers, sentences, tables
from surveys.showing.figures import read
from surveys.showing.matrix import matrix


def published(**groups):
    said = [
        {"name": name.replace("_", " "), "group": None if name == "All_respondents" else name, "base": 60, "top": [],
         "choices": [{"label": label, "count": n, "percent": n} | ({"masked": True} if n is None else {}) for label, n in counts.items()]}
        for name, counts in groups.items()
    ]  # fmt: skip
    names = [{"name": name, "respondents": 60} for name in groups if name != "All_respondents"]
    asked = [{"text": "How many years?", "kind": "number", "groups": said}]
    return read({"title": "", "respondents": 120, "minimum_group": 10, "themes": [], "groups": names, "questions": asked})


PARENTS = {"10": 20, "2": 5, "1,200": 1, "3": 4}
TEACHERS = {"10": 2, "2": 5, "1,200": 10, "3": 4}


def test_the_middle_is_what_half_gave_or_less():
    asked = published(Parents=PARENTS, Teachers=TEACHERS, All_respondents={"10": 22, "2": 10, "1,200": 11, "3": 8}).questions[0]
    assert [numbers.middle(table) for table in asked.tables] == ["10", "10", "10"]
    assert sentences.compared(asked) == (
        "The middle answer is 10: half of those who answered gave that or less. It is 10 in every group of which it can be told."
    )
    other = published(Parents=PARENTS, Teachers=TEACHERS | {"1,200": 90}).questions[0]
    assert sentences.compared(other).endswith("By group the middle answer goes from 10 (Parents) to 1,200 (Teachers).")


def test_a_withheld_or_odd_answer_leaves_no_middle():
    asked = published(Parents=PARENTS | {"3": None}, Teachers=TEACHERS | {"Other answers": 3}).questions[0]
    assert [numbers.middle(table) for table in asked.tables] == ["", ""]
    assert sentences.compared(asked) == numbers.NO_MIDDLE
    assert tables.headline(asked, asked.table_of("Parents")) == numbers.NO_MIDDLE


def test_numbers_stand_by_size_and_have_no_places():
    found = published(Parents=PARENTS, Teachers=TEACHERS)
    asked = found.questions[0]
    assert [line.label for line in tables.ranked(asked, asked.table_of("Parents")).lines] == ["2", "3", "10", "1,200"]
    table = matrix(asked, found)
    assert [row.label for row in table.rows] == ["2", "3", "10", "1,200"]
    assert not any(cell.rank or cell.look for row in table.rows for cell in row.cells)
    assert (table.title, table.has_spread, table.has_key) == ("Percent by group", False, False)
    assert "Ranks" not in table.note
    assert sentences.agreements(asked) == sentences.differences(asked) == []


def test_a_table_of_which_nothing_is_shown_is_no_table():
    said = published(Parents=PARENTS, Teachers=TEACHERS, All_respondents=dict.fromkeys(PARENTS, None))
    assert compared(1, said.questions[0], said, "/x/").everybody is None
    said = published(Parents=PARENTS, Teachers=TEACHERS, All_respondents=PARENTS | {"3": None})
    assert compared(1, said.questions[0], said, "/x/").everybody is not None


def test_many_numbers_are_taken_together_in_spans():
    parents = {str(n): n % 3 for n in range(45)}
    teachers = {str(n): (None if n == 7 else 1) for n in range(45)}
    said = published(Parents=parents, Teachers=teachers)
    spans = numbers.in_spans(said.questions[0])
    assert spans.labels == ["0–4", "5–9", "10–14", "15–19", "20–24", "25–29", "30–34", "35–39", "40–44"]
    assert [spans.tables[0].figures[span].count for span in spans.labels[:3]] == [4, 5, 6]
    assert [spans.tables[1].figures[span].kind for span in spans.labels[:3]] == ["known", "withheld", "known"]
    assert [line.label for line in tables.ranked(said.questions[0], said.questions[0].tables[0]).lines] == spans.labels
    assert len(matrix(said.questions[0], said).rows) == 9
    assert numbers.middle(said.questions[0].tables[0]) == "23"
    thousands = published(Parents={f"{n * 700:,}": 2 for n in range(20)})
    assert numbers.in_spans(thousands.questions[0]).labels[:2] == ["0–1,999", "2,000–3,999"]
    years = published(Parents={str(n): 2 for n in range(1988, 2003)})
    assert numbers.in_spans(years.questions[0]).labels[0] == "1988–1989"


def test_a_span_never_says_all_or_none_of_a_small_group():
    said = published(Parents={str(n): 1 for n in range(13)})
    said.questions[0].tables[0].base = 13
    few = numbers.in_spans(said.questions[0]).tables[0]
    assert few.figures["0–1"].kind == "known"
    said.questions[0].tables[0].figures |= {str(n): few.figures["0–1"].__class__("zero", 0, 0) for n in (4, 5)}
    assert numbers.in_spans(said.questions[0]).tables[0].figures["4–5"].kind == "withheld"


def test_fractions_and_numbers_below_zero_stay_as_they_are():
    for labels in ([f"{n}.5" for n in range(20)], [str(n) for n in range(-5, 15)]):
        asked = published(Parents=dict.fromkeys(labels, 2)).questions[0]
        assert numbers.in_spans(asked) is asked
