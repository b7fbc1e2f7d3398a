"""The status scale: each rule both ways, what the audit keeps, and that pages made before are old."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.audit import Press
from accounts.models import AuditEntry
from goals import scale_services as scale
from goals.models import Plan, Status
from goals.scales import looks
from goals.services import create_plan
from tests.factories.people import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    statuses = [("Done", 3, "complete"), ("Going on", 2, "under_way"), ("To do", 1, "not_started"), ("On hold", None, "stopped")]
    return create_plan(organization=OrganizationFactory(), slug="devices", title="Devices", statuses=statuses, press=press())


def press(**more):
    return Press(AuditEntry.WEB, **more)


def named(plan, name):
    return Status.objects.get(scale__plan=plan, name=name)


def ladder(plan):
    """Highest first."""
    return list(Status.objects.filter(scale__plan=plan, is_retired=False, rank__isnull=False).order_by("-rank").values_list("name", "rank"))


def generation(plan):
    return Plan.objects.get(pk=plan.pk).generation


def test_a_status_goes_in_between_and_what_stood_there_moves_up(plan):
    before = generation(plan)
    said = press()
    scale.new_status(plan=plan, name="  Planned   in detail ", meaning="under_way", place=2, press=said)
    assert ladder(plan) == [("Done", 4), ("Going on", 3), ("Planned in detail", 2), ("To do", 1)]
    assert generation(plan) > before
    entries = AuditEntry.objects.filter(press=said.id).order_by("pk").values_list("verb", "old", "new")
    assert ("add status", {}, {"name": "Planned in detail", "rank": 2, "meaning": "under_way"}) in entries
    assert sorted(old["rank"] for verb, old, _ in entries if verb == "place status") == [2, 3]


@pytest.mark.parametrize(("place", "rank"), [(1, 1), (4, 4), (99, 4), (0, 1), (None, None)])
def test_a_new_status_stands_where_it_was_put(plan, place, rank):
    assert scale.new_status(plan=plan, name="Other", meaning="under_way", place=place, press=press()).rank == rank
    ranks = [rank for _, rank in ladder(plan)]
    assert ranks == list(range(len(ranks), 0, -1))


def test_the_same_press_twice_is_one_status(plan):
    said = press()
    first = scale.new_status(plan=plan, name="Other", meaning="under_way", place=1, press=said)
    assert scale.new_status(plan=plan, name="Other", meaning="under_way", place=1, press=said) == first
    assert Status.objects.filter(scale__plan=plan).count() == 5


@pytest.mark.parametrize("name", ["done", "DONE", " Done ", "On Hold"])
def test_a_name_is_there_once_whatever_its_case(plan, name):
    with pytest.raises(ValidationError) as refused:
        scale.new_status(plan=plan, name=name, meaning="complete", place=None, press=press())
    assert "already" in refused.value.message_dict["name"][0]
    with pytest.raises(ValidationError):
        scale.change_status(status=named(plan, "To do"), name=name, meaning="complete", press=press())
    assert Status.objects.filter(scale__plan=plan).count() == 4


def test_the_database_itself_keeps_a_name_once_whatever_its_case(plan):
    own = plan.scale
    Status.objects.create(scale=own, name="Done again", meaning="complete")
    for write in (
        lambda: Status.objects.create(scale=own, name="dONE", meaning="complete"),
        lambda: Status.objects.filter(scale=own, name="To do").update(name="DONE"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    Status.objects.filter(scale=own, name="Done").update(name="DONE")  # the same one in other letters
    other = create_plan(organization=plan.organization, slug="other", title="Other", statuses=[("Late", 1, "stopped")], press=press())
    Status.objects.create(scale=other.scale, name="done", meaning="complete")


def test_names_are_folded_beyond_ascii(plan):
    scale.new_status(plan=plan, name="Éclairé", meaning="complete", place=None, press=press())
    with pytest.raises(ValidationError):
        scale.new_status(plan=plan, name="éCLAIRÉ", meaning="complete", place=None, press=press())


def test_another_plan_may_use_the_same_name(plan):
    other = create_plan(organization=plan.organization, slug="other", title="Other", statuses=[("Done", 1, "complete")], press=press())
    assert scale.new_status(plan=other, name="To do", meaning="not_started", place=1, press=press()).rank == 1
    assert ladder(plan)[0] == ("Done", 3)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"name": " "}, "name"), ({"name": "x" * 81}, "name"), ({"meaning": "somehow"}, "meaning"), ({"meaning": ""}, "meaning")],
)
def test_what_cannot_be_is_refused_beside_its_field(plan, said, field):
    with pytest.raises(ValidationError) as refused:
        scale.new_status(plan=plan, **({"name": "Other", "meaning": "complete"} | said), place=1, press=press())
    assert field in refused.value.message_dict
    assert len(ladder(plan)) == 3


def test_a_ladder_ends_where_looks_end(plan):
    for n in range(4):
        scale.new_status(plan=plan, name=f"Step {n}", meaning="under_way", place=2, press=press())
    assert len(set(looks({s.pk: s.rank for s in plan.scale.statuses.exclude(rank=None)}).values())) == 7
    with pytest.raises(ValidationError) as refused:
        scale.new_status(plan=plan, name="One more", meaning="under_way", place=2, press=press())
    assert "told apart" in refused.value.message_dict["place"][0]
    with pytest.raises(ValidationError):
        scale.place_status(status=named(plan, "On hold"), place=1, press=press())
    scale.place_status(status=named(plan, "Done"), place=1, press=press())  # whoever is on it may still move


def test_moving_up_and_down_changes_places(plan):
    scale.place_status(status=named(plan, "To do"), place=2, press=press())
    assert ladder(plan) == [("Done", 3), ("To do", 2), ("Going on", 1)]
    scale.place_status(status=named(plan, "Done"), place=1, press=press())
    assert ladder(plan) == [("To do", 3), ("Going on", 2), ("Done", 1)]


def test_the_same_place_is_no_change(plan):
    before, entries = generation(plan), AuditEntry.objects.count()
    scale.place_status(status=named(plan, "To do"), place=1, press=press())
    scale.change_status(status=named(plan, "To do"), name="To do", meaning="not_started", press=press())
    assert (generation(plan), AuditEntry.objects.count()) == (before, entries)


def test_off_the_ladder_and_on_again(plan):
    scale.place_status(status=named(plan, "Going on"), place=None, press=press())
    assert ladder(plan) == [("Done", 2), ("To do", 1)]
    assert named(plan, "Going on").rank is None
    scale.place_status(status=named(plan, "On hold"), place=3, press=press())
    assert ladder(plan) == [("On hold", 3), ("Done", 2), ("To do", 1)]


def test_renaming_says_old_and_new(plan):
    before = generation(plan)
    scale.change_status(status=named(plan, "Done"), name="Complete", meaning="complete", press=press())
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.old["name"], entry.new["name"]) == ("change status", "Done", "Complete")
    assert generation(plan) > before


def test_the_case_of_the_own_name_may_change(plan):
    assert scale.change_status(status=named(plan, "Done"), name="DONE", meaning="complete", press=press()).name == "DONE"


def test_retired_is_kept_and_comes_back_to_its_place(plan):
    scale.retire_status(status=named(plan, "Going on"), press=press())
    status = named(plan, "Going on")
    assert (status.is_retired, status.rank) == (True, 2)
    scale.retire_status(status=status, press=press())
    assert AuditEntry.objects.filter(verb="retire status").count() == 1
    with pytest.raises(ValidationError):
        scale.place_status(status=status, place=1, press=press())
    scale.restore_status(status=status, press=press())
    assert ladder(plan) == [("Done", 3), ("Going on", 2), ("To do", 1)]


def test_back_in_use_off_the_ladder_where_the_place_is_taken(plan):
    scale.retire_status(status=named(plan, "Going on"), press=press())
    scale.new_status(plan=plan, name="Planned", meaning="under_way", place=2, press=press())
    scale.restore_status(status=named(plan, "Going on"), press=press())
    assert named(plan, "Going on").rank is None
    assert ladder(plan) == [("Done", 3), ("Planned", 2), ("To do", 1)]


def test_a_retired_name_is_taken_back_and_not_made_twice(plan):
    scale.retire_status(status=named(plan, "Done"), press=press())
    with pytest.raises(ValidationError) as refused:
        scale.new_status(plan=plan, name="done", meaning="complete", place=1, press=press())
    assert "take it back into use" in refused.value.message_dict["name"][0]


def test_one_status_stays(plan):
    for name in ("Done", "Going on", "On hold"):
        scale.retire_status(status=named(plan, name), press=press())
    with pytest.raises(ValidationError, match="last status"):
        scale.retire_status(status=named(plan, "To do"), press=press())
    assert not named(plan, "To do").is_retired


def test_who_did_it_stands_in_each_entry(plan):
    said = press(id=uuid.uuid4())
    scale.place_status(status=named(plan, "To do"), place=3, press=said)
    entries = AuditEntry.objects.filter(press=said.id)
    assert entries.count() == 3
    assert {e.organization_id for e in entries} == {plan.organization_id}
