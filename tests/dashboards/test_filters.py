import pytest
from django.http import QueryDict

from dashboards import filters
from tests.factories.pictures import district_plan, nested_plan, odd_plan


def shown(query, picture=None):
    picture = picture or district_plan()
    return filters.kept(filters.read(QueryDict(query), picture), picture)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 80),
        ("status=not-started", 29),
        ("status=not-started&status=fully-implemented", 34),
        ("goal=4", 20),
        ("goal=4&status=not-started", 11),
        ("freshness=unconfirmed", 9),
        ("freshness=confirmed", 71),
        ("department=user-support&q=support", 1),
        ("q=WI-FI", 1),
        ("q=network+equipment", 2),
        ("q=4.1.5", 2),
        ("q=nowhere-to-be-found", 0),
    ],
)
def test_each_question_has_its_number_of_steps(query, count):
    assert len(shown(query)) == count


@pytest.mark.parametrize("query", ["status=gone", "goal=99", "department=nobody", "freshness=perhaps", "q=+++"])
def test_what_the_plan_does_not_know_is_left_out(query):
    read = filters.read(QueryDict(query), district_plan())
    assert not read
    assert read.query() == ""


def test_steps_of_which_nobody_said_anything_can_be_asked_for():
    assert len(shown("status=none", odd_plan())) == 1


def test_one_question_has_one_address():
    picture = district_plan()
    one = filters.read(QueryDict("q=net&status=not-started&status=fully-implemented&goal=4"), picture)
    other = filters.read(QueryDict("goal=4&status=fully-implemented&q=++net&status=not-started&department="), picture)
    assert one.query(as_of="2021-08-03") == other.query(as_of="2021-08-03")
    assert one.query() == "?status=fully-implemented&status=not-started&goal=4&q=net"


def test_the_address_brings_the_same_question_back():
    picture = district_plan()
    read = filters.read(QueryDict("q=a+%26+b%3D&freshness=unconfirmed"), picture)
    assert filters.read(QueryDict(read.query()[1:]), picture) == read


def test_a_filter_can_be_taken_away():
    read = filters.read(QueryDict("q=net&status=not-started&goal=4"), district_plan())
    assert read.without("status").query() == "?goal=4&q=net"
    assert read.without("q").query() == "?status=not-started&goal=4"
    assert not read.without("status").without("goal").without("q")


def test_departments_by_name_once_each():
    names = [name for _, name in filters.departments(district_plan())]
    assert names == sorted(set(names), key=str.casefold)
    assert "Network Services" in names


def test_narrowed_keeps_what_passes_and_what_it_hangs_under():
    plan = district_plan()
    asked = filters.read(QueryDict("status=not-started&goal=4"), plan)
    narrow = filters.narrowed(plan, asked)
    assert [area.code for area in narrow.areas] == ["4"]
    assert {step.node for step in narrow.all_steps()} == filters.kept(asked, plan)
    assert len(list(plan.all_steps())) == 80, "the picture itself stays as it is"
    assert filters.narrowed(plan, filters.NONE) is plan


def test_narrowed_keeps_the_parents_of_a_nested_step():
    plan = nested_plan()
    child = next(step for parent in plan.all_steps() for step in parent.steps)
    asked = filters.read(QueryDict(f"q={child.title.split()[-1]}"), plan)
    kept = {step.node for step in filters.narrowed(plan, asked).all_steps()}
    assert child.node in kept
    assert len(kept) < len(list(plan.all_steps()))
