"""The doors by which a wrong e-mail address is corrected. See docs/decisions/0018.

An administrator asks, the owner of the new address confirms. From the first moment on the old address is worth nothing: the password, sessions and
links end, no password link is mailed and reminders wait. Whether the administrator may is asked at both ends, since people change districts meanwhile.
All raise ValidationError with a sentence for people. Audit entries hold keys and the part after the @; the addresses stand in the change's own row.
"""

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit, reach
from accounts.audit import Press
from accounts.models import AddressChange, AuditEntry, Membership, Person
from accounts.roles import may
from planner.lib.db import Clock

SALT = "accounts.address-change"
OVER = "The correction was confirmed or replaced meanwhile. Load the page again."


def token_of(change: AddressChange) -> str:
    """For the mail to the new address alone."""
    return signing.dumps(change.pk, salt=SALT)


def change_of(token: str, *, seconds: int) -> AddressChange | None:
    """The change of a token that was made not longer ago. None for what is guessed, altered, too old, or neither open nor confirmed."""
    try:
        key = signing.loads(token, salt=SALT, max_age=seconds)
    except signing.BadSignature:
        return None
    found = AddressChange.objects.select_related("person", "by", "organization").filter(pk=key).first()
    return found if found and (found.is_confirmed or (found.is_open and not why_not(found.by, found.person))) else None


def open_change(person: Person) -> AddressChange | None:
    """The one that waits for its confirmation."""
    return AddressChange.objects.open().filter(person=person).first()


def why_not(by: Person, person: Person) -> str:
    """Why somebody may not correct a person's address; empty where they may. Only who administers every place where the person works may."""
    if by.pk == person.pk:
        return "Another administrator corrects yours."
    if not person.is_active or not by.is_active:
        return "The account is closed."
    if by.is_operator:
        return ""
    places = [member.organization for member in Membership.objects.filter(person=person).select_related("organization__parent__parent")]
    if person.is_operator or not places or not all(may(by.role_in(place), "manage_people") for place in places):
        return (
            "This account reaches further than what you administer, so its address is not yours to correct. Remove the person here and invite "
            "the right address, or ask whoever runs the installation."
        )
    return ""


@transaction.atomic
def correct_address(*, membership: Membership, email: str, press: Press) -> tuple[AddressChange, bool]:
    """Ask that a person's address be another one, and whether that was new. The account is nobody's to use until the new address is confirmed.

    Whether the address has an account already is said for colleagues alone: of others its owner hears, at the confirmation.
    """
    if press.by is None:
        raise ValueError("somebody asks")
    person = Person.objects.select_for_update().get(pk=membership.person_id)
    if there := AddressChange.objects.filter(person=person, press=press.id).first():
        return there, False
    if refused := why_not(press.by, person):
        raise ValidationError(refused)
    email = email.strip()
    if email.lower() == person.email.lower():
        raise ValidationError({"email": "That is the address already."})
    if Membership.objects.filter(organization=membership.organization_id, person__email__iexact=email).exists():
        raise ValidationError({"email": "Somebody else who works here has this address."})
    end_open(person=person, press=press)
    _end_sign_in(person, press, membership.organization_id)
    reach.end_keys(person=person, press=press)
    said = {"old_email": person.email, "new_email": email, "by": press.by, "press": press.id}
    made = AddressChange.objects.create(person=person, organization_id=membership.organization_id, **said)
    _record(made, "correct address", press)
    return made, True


@transaction.atomic
def take_back(*, person: Person, press: Press) -> AddressChange:
    """The old address counts again. Nobody is signed in by that: the password is to be chosen anew."""
    Person.objects.select_for_update().get(pk=person.pk)
    if press.by is None or (refused := why_not(press.by, person)):
        raise ValidationError(refused if press.by else "Somebody takes back.")
    change = open_change(person)
    if change is None:
        raise ValidationError(OVER)
    _end(change, "keep address", press)
    return change


@transaction.atomic
def confirm_address(*, change: AddressChange, press_id) -> bool:
    """The owner of the new address says that it is theirs. False where it has an account by now: then nothing changes, and the correction is over.

    Raises ValidationError where it does not hold any more.
    """
    person = Person.objects.select_for_update().get(pk=change.person_id)
    change = AddressChange.objects.select_related("by", "organization").get(pk=change.pk)
    press = Press(AuditEntry.LINK, person, press_id)
    if change.is_confirmed:
        return True
    if not change.is_open or why_not(change.by, person):
        raise ValidationError(OVER)
    if Person.objects.filter(email__iexact=change.new_email).exclude(pk=person.pk).exists():
        _end(change, "keep address", press)
        return False
    reach.end_keys(person=person, press=press)  # a mail that was under way at the asking brought links to the old address
    person.email = change.new_email
    person.save(update_fields=["email"])
    change.confirmed_on = change.organization.today()
    _end(change, "confirm address", press)
    audit.record(press=press, verb="change address", what=person, organization=change.organization_id, **_domains(change))
    return True


def end_open(*, person: Person, press: Press) -> None:
    """A correction that waits is over, and the old address holds: so it is where another one begins, or somebody invites the old one."""
    if change := open_change(person):
        _end(change, "keep address", press)


def _end(change: AddressChange, verb: str, press: Press) -> None:
    change.ended_at = Clock()
    change.save(update_fields=["ended_at", "confirmed_on"])
    _record(change, verb, press)


def _end_sign_in(person: Person, press: Press, organization: int) -> None:
    """Ends the sessions and the password links too, whether there was a password or not."""
    had = person.has_usable_password()
    person.set_unusable_password()
    person.save(update_fields=["password"])
    old, new = {"has_password": had}, {"has_password": False}
    audit.record(press=press, verb="end sign-in", what=person, organization=organization, old=old, new=new)


def _record(change: AddressChange, verb: str, press: Press) -> None:
    said = _domains(change)
    said["new"] |= {"person": change.person_id}
    audit.record(press=press, verb=verb, what=change, organization=change.organization_id, **said)


def _domains(change: AddressChange) -> dict[str, dict]:
    """Old and new as far as they name nobody."""
    old, new = (email.rpartition("@")[2].lower() for email in (change.old_email, change.new_email))
    return {"old": {"address_at": old}, "new": {"address_at": new}}
