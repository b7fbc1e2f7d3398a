"""A plan's Markdown: a person may change it; what is not understood is named with its line and nothing else is taken along."""

import re
from dataclasses import replace
from datetime import date

import pytest
from markdown_it import MarkdownIt

from actions.picture import ObjectivePicture
from actions.reading import from_markdown
from actions.reading.draft import DraftStatus, NotAPlan
from actions.reading.marks import line, plain
from tests.actions.test_round_trip import ODD, holds, written
from tests.factories.pictures import GOING3, district_plan, nested_plan, odd_plan


def text_of(picture):
    return written(picture, "md").decode()


def read(text, **options):
    return from_markdown.read(text.encode(), **options)


def changed(picture, old, new):
    text = text_of(picture)
    assert text.count(old) == 1
    return read(text.replace(old, new))


def step_called(draft, title):
    return next(step for step in draft.all_steps() if step.title == title)


class TestShown:
    """What a Markdown viewer makes of it, by another library than ours."""

    def test_headings_and_steps_are_what_they_are_meant_to_be(self):
        shown = MarkdownIt().render(text_of(nested_plan()).split("---\n", 2)[2])
        assert re.findall(r"<h(\d)>(.*?)</h", shown) == [
            ("1", "Technology Leadership Plan"), ("2", "Goal Four: Leadership"), ("3", "Strategy 1: A shared vision of learning"),
        ]  # fmt: skip
        assert shown.count("<li>") == len(list(nested_plan().all_steps()))
        assert (
            "<strong>A</strong> Lead by using technology oneself<br />\nStatus: Implementation in Progress, as of 2024-03-06<br />" in shown
        )

    @pytest.mark.parametrize("text", [text for text in ODD if text.strip() and text.isprintable()])
    def test_no_text_is_taken_for_markup(self, text):
        tokens = MarkdownIt("commonmark", {"html": True}).parse(f"- **1** {line(text)}\n")
        kinds = {token.type for token in tokens}
        assert kinds == {
            "bullet_list_open",
            "list_item_open",
            "paragraph_open",
            "inline",
            "paragraph_close",
            "list_item_close",
            "bullet_list_close",
        }
        inline = next(token for token in tokens if token.type == "inline").children
        assert "".join(token.content for token in inline if token.type in ("text", "text_special")) == f"1 {text}"
        assert plain(line(text)) == text


class TestChangedByHand:
    def test_a_status_and_a_day(self):
        draft = changed(odd_plan(), "Status: On hold, as of 2026-03-01", "status:  Done, as of March 2, 2026")
        step = step_called(draft, "A task that waits")
        assert (step.status, step.as_of) == ("Done", date(2026, 3, 2))

    def test_a_new_status_is_told_or_known(self):
        text = text_of(odd_plan()).replace("Status: On hold,", "Status: Waiting,")
        assert read(text).statuses[-1] == DraftStatus("Waiting")
        assert read(text, known_statuses=[DraftStatus("waiting", None, "stopped")]).statuses[-1] == DraftStatus("waiting", None, "stopped")

    def test_new_steps_below_and_beside(self):
        draft = changed(
            odd_plan(),
            "- A task nobody has spoken of\n",
            "- A task nobody has spoken of\n    * **a:** Below it\n      goes on here\n      Due: 6/30/2027\n\n      And more.\n* **N** Beside it\n",
        )
        above = step_called(draft, "A task nobody has spoken of")
        assert [(step.code, step.title, step.due, step.description) for step in above.steps] == [
            ("a", "Below it goes on here", date(2027, 6, 30), "And more.")
        ]
        assert [step.code for step in draft.areas[0].steps] == ["", "", "", "N", ""]
        assert draft.issues == []

    def test_a_new_goal_strategy_and_objective(self):
        added = "\n## Goal 8 New things ##\nWhy it matters,\nand to whom.\n\n### performance objective 8A: Better\n\n#### Strategy 8.1: Under it\n\n### Strategy 8.2: Beside it\n\n- Do\n"
        area = read(text_of(district_plan()) + added).areas[-1]
        assert (area.code, area.title, area.description) == ("8", "New things", "Why it matters, and to whom.")
        assert [(o.code, [s.code for s in o.strategies]) for o in area.objectives] == [("8A", ["8.1"])]
        assert [(s.code, [step.title for step in s.steps]) for s in area.strategies] == [("8.2", ["Do"])]

    def test_what_editors_do_to_lines_changes_nothing(self):
        picture = nested_plan()
        text = text_of(picture)
        for edited in (
            text.replace("  \n", "\n"),
            text.replace("\n", "\r\n"),
            re.sub(r"\n\n(?= *- )", "\n", text),
            "\ufeff" + text,
            text.replace("  - ", "\t- "),
        ):
            draft = read(edited)
            holds(draft, picture)
            assert draft.lines()["unexplained"] == 0

    def test_lists_and_line_breaks_in_a_description(self):
        draft = changed(
            odd_plan(),
            "## Priority: First things & others\n",
            "## Priority: First things & others\n\nWhy:\n1. one\n2. two\\\nlast\n\nR & D\n",
        )
        assert draft.areas[0].description == "Why:\n1. one\n2. two\nlast\n\nR & D"

    def test_what_is_not_understood_is_named_with_its_line(self):
        text = text_of(odd_plan())
        text = text.replace("statuses:", "colour: blue\nstatuses:").replace(
            "## Priority: An area", "A stray line\n\n## Appendix\n\nfoo\n\n- bar\n\n## Priority: An area"
        )
        text = text.replace("as of 2026-03-01", "as of spring")
        draft, lines = read(text), text.split("\n")
        assert [(issue.code, lines[issue.line - 1]) for issue in draft.issues] == [
            ("unknown-line", "colour: blue"), ("loose-line", "A stray line"), ("heading", "## Appendix"), ("day", "  Status: On hold, as of spring"),
        ]  # fmt: skip
        unexplained = [lines[n - 1] for n, fate in draft.fates.items() if fate == "unexplained"]
        assert unexplained == ["colour: blue", "A stray line", "## Appendix", "foo", "- bar"]
        assert sorted(draft.fates) == [n for n, said in enumerate(draft.source, 1) if said.strip()]
        assert draft.counts() == {"goal_areas": 2, "objectives": 0, "strategies": 0, "action_steps": 4}


class TestLevels:
    def test_words_that_are_alike_are_told_apart(self):
        picture = nested_plan()
        picture.levels = dict.fromkeys(picture.levels, "Goal area")
        picture.areas[0].objectives = [ObjectivePicture(1, 1, "o", "area", "One", strategies=picture.areas[0].strategies)]
        picture.areas[0].strategies = []
        text = text_of(picture)
        assert "### Goal area (performance objective) area: One" in text
        holds(read(text), picture)

    def test_a_code_that_reads_like_another_word_is_bold(self):
        picture = nested_plan()
        picture.levels |= {"strategy": "Goal area"}
        picture.areas[0].code = "area"
        assert "## Goal **area**: Leadership" in text_of(picture)
        holds(read(text_of(picture)), picture)

    def test_a_status_whose_name_holds_a_day(self):
        picture = odd_plan()
        odd = replace(GOING3, name="Planned, as of 2020-01-01")
        picture.statuses[1] = picture.areas[0].steps[0].status = odd
        picture.areas[0].steps[3].status, picture.areas[0].steps[3].as_of = odd, None
        holds(read(text_of(picture)), picture)


class TestRefused:
    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            ("format: district-planner-plan/1", "format: district-planner-plan/2", "version 2"),
            ("---\n\n# Plan", "\n\n# Plan", "beginning has no end"),
            ('{"name": "Done", "rank": 3, "meaning": "complete"}', "Done", "Line 9: “Done” is no status"),
            ("## Priority: First things & others\n", "", "Line 20: a step stands before any priority"),
            ("## Priority: First things", "## Strategy: First things", "Line 19: a strategy stands before any priority"),
            ("- A task to do  ", "- ** **", "neither a code nor a title"),
            ("- A task to do", "- 1\n  - 2\n    - 3\n      - 4\n        - 5\n          - 6", "deeper than 5"),
        ],
    )
    def test_what_is_no_plan_gets_a_sentence_with_its_line(self, old, new, sentence):
        text = text_of(odd_plan())
        assert old in text
        with pytest.raises(NotAPlan, match=sentence):
            read(text.replace(old, new))

    def test_a_plan_without_goals(self):
        with pytest.raises(NotAPlan, match="no heading such as “## Priority 1: …”"):
            read(text_of(odd_plan()).split("## ")[0])

    @pytest.mark.parametrize("data", [b"", b"---", b"# A plan\n", b"---\ntitle: x\n---\n", b"\xff\xfe-", b"Dear families,\n"])
    def test_other_texts_are_not_taken_for_one(self, data):
        assert not from_markdown.looks_like(data)
        with pytest.raises(NotAPlan, match=r"does not begin|cannot be read|zero bytes"):
            from_markdown.read(data)
