"""Each tool's export is read to the tallies that it was made from."""

from collections import Counter

import pytest

from surveys.reading.draft import GROUP as GROUP_KIND
from surveys.reading.reading import read
from tests.surveys import exports


def understood(path, **more):
    with read(path, **more) as (draft, _):
        return draft


def chosen(draft, kind):
    return [q for q in draft.questions if q.kind == kind]


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx"])
@pytest.mark.parametrize("name", exports.FORMATS)
def test_a_small_export_of_each_tool(tmp_path, name, ending):
    people = exports.few()
    draft = understood(exports.write(tmp_path / f"export.{ending}", exports.FORMATS[name](people)))
    wanted = exports.expected(people)
    assert draft.format == name
    assert draft.rows == len(people)
    assert draft.group.counts == wanted[exports.GROUP]
    multi = chosen(draft, "multi")
    assert len(multi) == 1
    assert multi[0].counts == wanted[exports.CHOOSE]
    by_text = {q.text: q for q in draft.questions}
    assert by_text[exports.COMING].kind == "single"
    assert by_text[exports.COMING].counts == wanted[exports.COMING]
    assert by_text[exports.AGREE].kind == "scale"
    assert by_text[exports.AGREE].choices == [label for label in exports.LADDER if label in wanted[exports.AGREE]]
    assert by_text[exports.AGREE].counts == wanted[exports.AGREE]
    assert by_text[exports.SAY].kind == "text"
    stored = {q.text for q in draft.questions if q.kind != "metadata"}
    assert stored <= {*wanted, exports.SAY, multi[0].text}, "what the tool writes of its own is not stored"
    if name != "typeform":  # whose export does not hold the question
        assert multi[0].text == exports.CHOOSE


@pytest.mark.parametrize(
    ("name", "ending"), [("google-forms", "csv"), ("microsoft-forms", "xlsx"), ("surveymonkey", "csv"), ("qualtrics", "tsv")]
)
def test_8399_rows_have_the_published_tallies(tmp_path, name, ending):
    people = exports.deck_respondents()
    encoding = {"encoding": "utf-16"} if ending == "tsv" else {}
    draft = understood(exports.write(tmp_path / f"export.{ending}", exports.FORMATS[name](people), **encoding))
    assert draft.rows == 8399
    assert draft.group.counts == exports.SIZES
    wanted: Counter = Counter()
    for counts in exports.deck_tallies().values():
        wanted.update(counts)
    assert chosen(draft, "multi")[0].counts == wanted
    assert not [issue for issue in draft.issues if issue.severity == "doubt"]


def test_rows_that_are_no_answers_are_left_out_with_their_reason(tmp_path):
    draft = understood(exports.write(tmp_path / "q.csv", exports.qualtrics(exports.few())))
    assert draft.left_out == {"a preview of the survey, not an answer": 1}
    draft = understood(exports.write(tmp_path / "a.csv", exports.alchemer(exports.few())))
    assert draft.left_out == {"disqualified by the survey": 1}


def test_only_one_question_is_the_group(tmp_path):
    people = exports.few()
    rows = exports.google(people)
    rows = [[*row, row[1]] for row in rows]
    rows[0][-1] = "Which group do you speak for?"
    draft = understood(exports.write(tmp_path / "two.csv", rows))
    assert len(chosen(draft, GROUP_KIND)) == 1
    doubt = next(issue for issue in draft.issues if issue.code == "which_group")
    assert "Which group do you speak for?" in (doubt.taken, doubt.other)
