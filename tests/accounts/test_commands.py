import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, Membership, Organization, Person

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    err = io.StringIO()
    out = io.StringIO()
    call_command(*words, stdout=out, stderr=err)
    assert out.getvalue() == ""
    return err.getvalue()


def test_a_district_is_made_once():
    run("create_district", "mdusd", "--name", "Mt. Diablo")
    said = run("create_district", "mdusd", "--name", "Another name")
    assert "nothing was changed" in said
    assert Organization.objects.get(slug="mdusd").name == "Mt. Diablo"
    entry = AuditEntry.objects.get()
    assert (entry.channel, entry.by, entry.verb) == ("command", None, "create organization")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("admin", "--name", "X"), "address of the product"),
        (("Upper", "--name", "X"), "lower-case"),
        (("a-school", "--name", "X", "--kind", "school"), "hangs under its district"),
        (("x", "--name", "X", "--parent", "nowhere"), "no organization “nowhere”"),
        (("x", "--name", ""), "blank"),
        (("x", "--name", "X", "--time-zone", "Mars/Base"), "not a time zone"),
    ],
)
def test_an_odd_district_is_refused_in_one_sentence(words, reason):
    with pytest.raises(CommandError, match=reason) as refused:
        run("create_district", *words)
    assert "\n" not in str(refused.value)
    assert not Organization.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_school_hangs_under_its_district_and_not_the_other_way_round():
    run("create_district", "d", "--name", "D")
    run("create_district", "d-s", "--name", "S", "--kind", "school", "--parent", "d")
    assert Organization.objects.get(slug="d-s").parent.slug == "d"
    with pytest.raises(CommandError, match="cannot hang under"):
        run("create_district", "e", "--name", "E", "--parent", "d-s")


def test_a_person_is_made_once_and_gets_a_link_to_choose_a_password(client):
    run("create_district", "d", "--name", "D")
    said = run("create_person", "Ada@Example.org", "--district", "d", "--role", "editor")
    link = said.rsplit(maxsplit=1)[-1]
    again = run("create_person", "ada@example.org", "--district", "d", "--role", "viewer")
    assert "exists already as editor" in again
    assert Membership.objects.get().role == "editor"
    assert sorted(AuditEntry.objects.values_list("verb", flat=True)) == ["add member", "create organization", "create person"]
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    done = client.post(page.request["PATH_INFO"], {"password1": "four plain words here", "password2": "four plain words here"})
    assert done.status_code == 302
    assert Person.objects.get().check_password("four plain words here")


def test_who_exists_already_joins_another_district():
    run("create_district", "d", "--name", "D")
    run("create_district", "e", "--name", "E")
    run("create_person", "ada@example.org", "--district", "d", "--role", "editor")
    assert "is now viewer in e" in run("create_person", "ada@example.org", "--district", "e", "--role", "viewer")
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("not-an-address", "--district", "d", "--role", "viewer"), "valid email"),
        (("a@example.org", "--district", "none", "--role", "viewer"), "no district “none”"),
        (("a@example.org", "--district", "d", "--role", "viewer", "--leads", "steps/1"), "--plan SLUG"),
        (("a@example.org", "--district", "d", "--role", "viewer", "--plan", "p", "--leads", "steps/1"), "no plan “d/p”"),
    ],
)
def test_an_odd_person_is_refused_and_nothing_is_written(words, reason):
    run("create_district", "d", "--name", "D")
    with pytest.raises(CommandError, match=reason):
        run("create_person", *words)
    assert not Person.objects.exists()


def test_a_password_from_standard_input_must_be_a_good_one(monkeypatch):
    run("create_district", "d", "--name", "D")
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        run("create_person", "a@example.org", "--district", "d", "--role", "viewer", "--password-stdin")
    assert not Person.objects.exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("four plain words here\n"))
    run("create_person", "a@example.org", "--district", "d", "--role", "viewer", "--password-stdin")
    assert Person.objects.get().check_password("four plain words here")
