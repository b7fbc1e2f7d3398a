"""A wrong e-mail address is corrected, and no account falls into other hands by it."""

import re
import smtplib
import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import addresses
from accounts.audit import Press
from accounts.models import AddressChange, AuditEntry, Person
from accounts.services import add_member, create_person, deactivate_person, set_role
from actions.models import Reminder, UpdateLink
from actions.services import reminders, sending
from actions.services.feeds import feed_of, make_feed
from planner.lib.logs import without_tokens
from tests.actions.test_cycles import stand
from tests.factories.links import asked_district, home_of
from tests.factories.people import PASSWORD, MembershipFactory, PersonFactory
from tests.factories.reviews import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    return MembershipFactory(person=PersonFactory(email="wrong@example.org", name="Ada Lovelace"), role="contributor")


@pytest.fixture
def admin(member):
    return MembershipFactory(organization=member.organization, role="admin").person


def correct(member, admin, email="right@example.org"):
    return addresses.correct_address(membership=member, email=email, press=Press("web", admin))[0]


def confirm(change):
    return addresses.confirm_address(change=change, press_id=uuid.uuid4())


def page(member):
    return f"/manage/{member.organization.slug}/people/{member.pk}/address/"


def send(client, member, **said):
    return client.post(page(member), {"press": uuid.uuid4(), **said})


def test_an_address_is_corrected_by_the_administrator_and_confirmed_by_its_owner(client, member, admin):
    client.force_login(admin)
    send(client, member, email="right@example.org")
    link = next(re.search(r"http://testserver(/\S+)", m.body)[1] for m in mail.outbox if m.to == ["right@example.org"])
    old = next(m for m in mail.outbox if m.to == ["wrong@example.org"])
    assert "right@example.org" not in old.body + old.subject
    assert "http" not in old.body
    client.logout()
    for look in (client.get, client.head, client.get):
        assert look(link).status_code == 200
    member.person.refresh_from_db()
    assert member.person.email == "wrong@example.org"
    done = client.post(link, {"press": uuid.uuid4()}).content.decode()
    member.person.refresh_from_db()
    assert member.person.email == "right@example.org"
    key = re.search(r'href="(/accounts/password/reset/key/[^"]+)"', done)[1]
    form = client.get(key, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "another four plain words", "password2": "another four plain words"})
    assert client.login(email="right@example.org", password="another four plain words")
    again = client.post(link, {"press": uuid.uuid4()})
    assert "Thank you" in again.content.decode()
    assert "reset/key" not in again.content.decode(), "a link that was used opens nothing"
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))[:4] == [
        "end sign-in",
        "correct address",
        "confirm address",
        "change address",
    ]
    assert "wrong@" not in str(list(AuditEntry.objects.values()))
    client.force_login(admin)
    assert "wrong@example.org to right@example.org" in client.get(page(member)).content.decode()


def test_until_it_is_confirmed_neither_address_signs_anybody_in(client, member, admin):
    assert client.login(email="wrong@example.org", password=PASSWORD)
    change = correct(member, admin)
    assert client.get("/my/").status_code == 302, "the session has ended"
    assert not client.login(email="wrong@example.org", password=PASSWORD)
    for email in ("wrong@example.org", "right@example.org"):
        client.post("/accounts/password/reset/", {"email": email})
    assert mail.outbox == []
    addresses.take_back(person=member.person, press=Press("web", admin))
    client.post("/accounts/password/reset/", {"email": "wrong@example.org"})
    assert [m.to for m in mail.outbox] == [["wrong@example.org"]]
    with pytest.raises(ValidationError):
        confirm(change)


def test_who_works_for_another_district_too_is_no_administrators_to_correct(client, member, admin):
    MembershipFactory(person=member.person)
    client.force_login(admin)
    assert "not yours to correct" in client.get(page(member)).content.decode()
    assert send(client, member, email="right@example.org").status_code == 422
    assert not AddressChange.objects.exists()
    assert send(client, MembershipFactory(), email="right@example.org").status_code == 404
    foreign = MembershipFactory()
    assert client.post(f"/manage/{member.organization.slug}/people/{foreign.pk}/address/").status_code == 404


@pytest.mark.parametrize(
    "meanwhile", ["joined another district", "admin was demoted", "admin left", "became operator", "left", "asked anew"]
)
def test_a_confirmation_that_comes_after_things_changed_is_nothing(client, member, admin, meanwhile):
    change = correct(member, admin)
    other = MembershipFactory(organization=member.organization, role="admin")
    press = Press("web", other.person)
    if meanwhile == "joined another district":
        add_member(person=member.person, organization=MembershipFactory().organization, role="viewer", press=press)
    elif meanwhile == "admin was demoted":
        set_role(membership=admin.memberships.get(), role="editor", department=None, press=press)
    elif meanwhile == "admin left":
        deactivate_person(membership=admin.memberships.get(), press=press)
    elif meanwhile == "became operator":
        Person.objects.filter(pk=member.person_id).update(is_operator=True)
    elif meanwhile == "left":
        deactivate_person(membership=member, press=press)
    else:
        correct(member, other.person, "third@example.org")
    with pytest.raises(ValidationError):
        confirm(AddressChange.objects.get(pk=change.pk))
    assert client.post(f"/accounts/address/{addresses.token_of(change)}/", {"press": uuid.uuid4()}).status_code == 404
    assert Person.objects.get(pk=member.person_id).email == "wrong@example.org"


def test_an_address_with_an_account_is_given_to_nobody_and_only_its_owner_hears_of_it(client, member, admin):
    victim = PersonFactory(email="Right@example.org")
    client.force_login(admin)
    assert send(client, member, email="right@example.org").status_code == 302
    change = AddressChange.objects.get()
    answer = client.post(f"/accounts/address/{addresses.token_of(change)}/", {"press": uuid.uuid4()})
    assert "has an account already" in answer.content.decode()
    assert "reset/key" not in answer.content.decode()
    victim.refresh_from_db()
    assert (victim.email, Person.objects.get(pk=member.person_id).email) == ("Right@example.org", "wrong@example.org")
    assert victim.check_password(PASSWORD)
    colleague = MembershipFactory(organization=member.organization).person
    assert "Somebody else who works here" in send(client, member, email=colleague.email.upper()).content.decode()


def test_a_token_is_worth_nothing_altered_or_late(client, member, admin, settings):
    change = correct(member, admin)
    token = addresses.token_of(change)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), ("Mw" if token[:2] == "Mg" else "Mg") + token[2:], token + "x", "x"):
        assert client.get(f"/accounts/address/{wrong}/").status_code == 404
    assert client.get(f"/accounts/address/{token}/").status_code == 200
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert client.post(f"/accounts/address/{token}/", {"press": uuid.uuid4()}).status_code == 404


def test_the_same_press_twice_is_one_correction_and_nobody_corrects_the_own(member, admin):
    press = Press("web", admin)
    first, again = (addresses.correct_address(membership=member, email="right@example.org", press=press) for _ in range(2))
    assert (first[1], again) == (True, (first[0], False))
    with pytest.raises(ValidationError, match="Another administrator"):
        correct(admin.memberships.get(), admin)
    with pytest.raises(IntegrityError), transaction.atomic():
        AddressChange.objects.create(
            person=member.person,
            organization=member.organization,
            by=admin,
            press=uuid.uuid4(),
            old_email="a@b.example",
            new_email="c@b.example",
        )


def day_of(district, on):
    """What a day's run sends."""
    stand(district.organization, on)
    district.organization.refresh_from_db()
    before = len(mail.outbox)
    reminders.run_organization(organization=district.organization, on=on, press=Press("command"))
    sending.send_due(on=on)
    return mail.outbox[before:]


def test_a_refused_address_is_listed_and_what_did_not_arrive_goes_to_the_new_one_once(client):
    district = asked_district()
    owner, admin = district.people["owner"], district.people["admin"]
    home, member = home_of(district), owner.memberships.get()
    make_feed(person=owner, press=Press("web", owner))
    on = MONDAY + timedelta(days=7)
    stand(district.organization, on)
    reminders.run_organization(organization=district.organization, on=on, press=Press("command"))
    refused = {"state": Reminder.REFUSED, "error": "550 5.1.1 no such user", "ended_at": timezone.now()}
    assert Reminder.objects.filter(person=owner, state=Reminder.PLANNED).update(**refused) == 1
    client.force_login(admin)
    assert "550 5.1.1 no such user" in client.get(f"/manage/{district.organization.slug}/people/").content.decode()
    change = correct(member, admin)
    assert "right@example.org is not confirmed yet" in client.get(f"/manage/{district.organization.slug}/people/").content.decode()
    client.logout()
    assert client.get(home).status_code == 404
    assert not UpdateLink.objects.filter(person=owner, revoked_at=None).exists()
    assert feed_of(owner) is None
    assert owner.email not in str([m.to for m in day_of(district, on)])
    assert confirm(change)
    (one,) = (m for m in day_of(district, on + timedelta(days=1)) if m.to == ["right@example.org"])
    link = re.search(r"(/u/[\w-]{65}/)", one.body)[1]
    assert link != home
    assert client.get(link).status_code == 200
    assert "still wait for your word" in one.subject
    assert not [m for m in day_of(district, on + timedelta(days=2)) if m.to == ["right@example.org"]]
    client.force_login(admin)
    assert "550 5.1.1" not in client.get(f"/manage/{district.organization.slug}/people/").content.decode()


def test_what_waits_to_be_sent_waits_for_the_confirmation():
    district = asked_district()
    owner, on = district.people["owner"], MONDAY + timedelta(days=7)
    change = correct(owner.memberships.get(), district.people["admin"])
    assert not [m for m in day_of(district, on) if m.to in (["right@example.org"], [owner.email])]
    assert Reminder.objects.filter(person=owner, state=Reminder.PLANNED).count() == 1
    confirm(change)
    assert [m.to for m in day_of(district, on)] == [["right@example.org"]]
    assert not [m for m in day_of(district, on + timedelta(days=1)) if m.to == ["right@example.org"]], "it went already"


def test_the_old_address_need_not_take_the_mail_that_it_is_over(client, member, admin, monkeypatch):
    def refuse(subject, text, sender, to):
        if to == ["wrong@example.org"]:
            raise smtplib.SMTPRecipientsRefused({to[0]: (550, b"no such user")})
        mail.outbox.append(to)

    monkeypatch.setattr("accounts.links.send_mail", refuse)
    client.force_login(admin)
    assert "gets a mail" in client.post(page(member), {"press": uuid.uuid4(), "email": "right@example.org"}, follow=True).content.decode()
    assert mail.outbox == [["right@example.org"]]


@pytest.mark.django_db(transaction=True)
def test_an_invitation_to_another_district_at_the_same_moment_wins(member, admin):
    change, elsewhere = correct(member, admin), MembershipFactory().organization
    asked, said = threading.Event(), []

    def confirm_now():
        asked.set()
        try:
            said.append(confirm(change))
        except ValidationError:
            said.append("over")
        finally:
            connection.close()

    other = threading.Thread(target=confirm_now)
    with transaction.atomic():
        person, is_new = create_person(email="wrong@example.org", press=Press("command"))
        other.start()
        asked.wait()
        time.sleep(0.3)
        add_member(person=person, organization=elsewhere, role="viewer", press=Press("command"))
    other.join()
    assert (is_new, said) == (False, ["over"])
    person.refresh_from_db()
    assert person.email == "wrong@example.org"


def test_the_token_is_not_written_down(member, admin):
    line = f"Not Found: /accounts/address/{addresses.token_of(correct(member, admin))}/"
    assert without_tokens(line) == "Not Found: /accounts/address/***/"
