"""A document that comes in again after staff reworded a part of the plan: no edit is lost, and each disagreement is named before anything is written."""

from datetime import date

import pytest

from accounts.audit import Press
from accounts.models import AuditEntry, Person
from actions.models import ActionStep
from actions.services.importing import preview_import
from goals.models import GoalArea, PlanNode, Strategy, Wording
from goals.wording_services import reword
from tests.actions.test_importing import AUGUST, BASE, JANUARY, MAY, base, bring, district, edition, step, titles  # noqa: F401

pytestmark = pytest.mark.django_db

JUNE, JULY = date(2021, 6, 1), date(2021, 7, 1)
OLD, THEIRS = BASE[1][1], "Buy what each school lacks"


def reword_step(on=JUNE, to=THEIRS):
    by = Person.objects.create(email=f"{to[:3]}@meadow.example".casefold())
    return reword(row=ActionStep.objects.get(title=OLD), press=Press(AuditEntry.WEB, by), as_of=on, title=to)


def conflicts(found):
    return [change for change in found.weighed.changes if change.what == "conflict"]


def again(day, title):
    """The document with another wording in the place of the second step's."""
    rows = [step(code, title if n == 1 else said, status) for n, (code, said, status) in enumerate(BASE)]
    return edition(day, *rows)


def test_a_later_document_that_still_has_the_old_wording_does_not_take_the_edit_away(district):  # noqa: F811
    bring(district, base(MAY))
    reword_step()
    seen = preview_import(base(AUGUST), organization=district, slug="devices")
    assert seen.weighed.counts() == {"added": 0, "changed": 0, "moved": 0, "removed": 0}
    (conflict,) = conflicts(seen)
    assert conflict.old == THEIRS
    assert "still has the one from before" in conflict.new
    assert [issue.code for issue in seen.weighed.issues] == ["wording-conflict"]
    bring(district, base(AUGUST))
    assert titles() == [BASE[0][1], THEIRS, BASE[2][1], BASE[3][1]]
    assert titles(MAY) == [said for _, said, _ in BASE]
    assert not conflicts(bring(district, again(date(2021, 9, 1), THEIRS)))  # a document that took the edit over


def test_a_document_that_agrees_on_nothing_on_the_same_day_keeps_the_edit(district):  # noqa: F811
    bring(district, base(MAY))
    reword_step(on=AUGUST)
    found = bring(district, again(AUGUST, "Order for each school what is missing there"))
    assert "another one for the same day" in conflicts(found)[0].new
    assert titles()[1] == THEIRS


def test_a_later_document_with_a_wording_of_its_own_counts_and_says_so_before(district):  # noqa: F811
    bring(district, base(MAY))
    reword_step()
    mine = "Order what is missing for each school and library"
    found = bring(district, again(AUGUST, mine))
    assert [issue.code for issue in found.weighed.issues] == ["reworded-again"]
    assert found.weighed.counts()["changed"] == 1
    assert (titles()[1], titles(JULY)[1], titles(MAY)[1]) == (mine, THEIRS, OLD)


def test_an_older_document_adds_history_and_leaves_the_edit(district):  # noqa: F811
    bring(district, base(MAY))
    reword_step()
    bring(district, again(JANUARY, "Order what is missing"))
    assert (titles()[1], titles(MAY)[1], titles(JANUARY)[1]) == (THEIRS, OLD, "Order what is missing")


def test_a_renumbered_step_keeps_its_edit_and_gets_its_new_code(district):  # noqa: F811
    bring(district, base(MAY))
    reword_step()
    rows = [step("1.1.7" if n == 1 else code, said, status) for n, (code, said, status) in enumerate(BASE)]
    bring(district, edition(AUGUST, *rows))
    row = ActionStep.objects.get(title=THEIRS)
    assert (row.code, row.reworded_on) == ("1.1.7", AUGUST)


def test_parts_above_steps_are_known_by_what_they_were_called(district):  # noqa: F811
    bring(district, base(MAY))
    for n, model in enumerate((GoalArea, Strategy)):
        by = Person.objects.create(email=f"{n}@meadow.example")
        reword(row=model.objects.get(), press=Press(AuditEntry.WEB, by), as_of=JUNE, title=f"Something else entirely {n}")
    nodes = PlanNode.objects.count()
    found = bring(district, base(AUGUST))
    assert (PlanNode.objects.count(), found.weighed.gone) == (nodes, [])
    assert [change.code for change in conflicts(found)] == ["Goal area 1", "Strategy 1.1"]
    assert GoalArea.objects.get().title == "Something else entirely 0"
    assert Wording.objects.filter(node=GoalArea.objects.get().pk).last().description == ""


def test_a_step_that_was_reworded_on_the_day_of_a_document_without_it_stays(district):  # noqa: F811
    bring(district, base(MAY))
    reword_step(on=AUGUST)
    found = bring(district, edition(AUGUST, *(step(*row) for n, row in enumerate(BASE) if n != 1)))
    assert [change.code for change in conflicts(found)] == ["1.1.2"]
    assert THEIRS in titles()
