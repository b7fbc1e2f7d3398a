"""Organizations, the people who work for them, what they did (audit), and what waits to be done (jobs)."""

import uuid
import zoneinfo
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.roles import ROLES, highest
from planner.lib.db import Clock

RESERVED_SLUGS = frozenset(
    [
        "surveys",
        "my",
        "u",
        "manage",
        "admin",
        "accounts",
        "static",
        "media",
        "health",
        "healthz",
        "live",
        "ready",
        "api",
        "embed",
        "board",
        "reports",
        "goals",
        "objectives",
        "strategies",
        "steps",
        "measures",
        "changes",
        "gallery",
        "robots",
        "favicon",
        "sitemap",
        "csp",
        "theme",
        "how",
        "accessibility",
        "demo",
        "jobs",
        "imports",
        "today",
        "calendar",
        "people",
        "plans",
        "sign-in",
        "sign-out",
    ]
)

slug_validator = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$",
    "Use lower-case letters, digits and hyphens, beginning and ending with a letter or a digit, 64 characters at most.",
)


def refuse_reserved_slug(slug: str) -> None:
    """A slug that would hide an address of ours is refused."""
    if slug in RESERVED_SLUGS:
        raise ValidationError(f"“{slug}” is an address of the product itself. Choose another short name.")


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as America/Los_Angeles.")


class OrganizationQuerySet(models.QuerySet):
    def of(self, person):
        """Those that the person belongs to, with all that hang below them; all for the operator."""
        if not person.is_authenticated:
            return self.none()
        if person.is_operator:
            return self
        own = Membership.objects.filter(person=person).values("organization")
        return self.filter(Q(pk__in=own) | Q(parent__in=own) | Q(parent__parent__in=own))


class Organization(models.Model):
    """A state agency, a district or a school that has plans; schools hang under their district."""

    STATE, DISTRICT, SCHOOL = "state", "district", "school"

    slug = models.CharField(
        max_length=64,
        unique=True,
        validators=[slug_validator, refuse_reserved_slug],
        help_text="The short name in every address, for years.",
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=[(STATE, "State agency"), (DISTRICT, "District"), (SCHOOL, "School")], default=DISTRICT)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    time_zone = models.CharField(
        max_length=64,
        default="America/New_York",
        validators=[validate_time_zone],
        help_text="Decides which day it is in this organization.",
    )
    accent = models.CharField(
        max_length=7,
        default="#27447f",
        validators=[RegexValidator(r"^#[0-9a-f]{6}$", "Use a color such as #27447f.")],
        help_text="The one color of this organization's pages.",
    )
    is_sample = models.BooleanField(default=False, help_text="Its pages say that they show sample data.")
    calendar_on = models.DateField(null=True, blank=True, help_text="A sample organization's calendar stands on this day; empty: today.")

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(calendar_on=None) | Q(is_sample=True),
                name="calendar_only_in_samples",
                violation_error_message="Only a sample's calendar can stand still.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def today(self) -> date:
        """The day that it is in this organization's time zone; a sample's calendar may stand still."""
        return self.calendar_on or timezone.now().astimezone(zoneinfo.ZoneInfo(self.time_zone)).date()


class Department(models.Model):
    """A part of an organization that leads steps; its name may be public, its people's names need not be."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="departments")
    slug = models.CharField(max_length=64, validators=[slug_validator])
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="department_slug_once"),
            models.UniqueConstraint("organization", Lower("name"), name="department_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class Person(AbstractBaseUser):
    """Somebody who signs in or is written to. The e-mail address is the name to sign in with and is never public."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False, help_text="Runs the installation: may see and do everything in all organizations.")
    joined_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="person_email_once", violation_error_message="There is a person with this e-mail address already."
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def role_in(self, organization: Organization) -> str | None:
        """The highest role here or in an organization above; None for an outsider. The operator counts as an administrator."""
        if not self.is_active:
            return None
        if self.is_operator:
            return "admin"
        above = [organization.pk, organization.parent_id, organization.parent.parent_id if organization.parent else None]
        return highest(m.role for m in self.all_memberships() if m.organization_id in above)

    def all_memberships(self):
        """Read once a request: the navigation and each check ask for them."""
        if not hasattr(self, "_all_memberships"):
            self._all_memberships = list(self.memberships.select_related("organization", "department"))
        return self._all_memberships


class Membership(models.Model):
    """A person's role in an organization, and the department that the person works in."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=ROLES)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="memberships")
    leads_department = models.BooleanField(
        default=False, help_text="Sees who of the department is behind, and can say for them how their steps stand."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "organization"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(leads_department=False) | Q(department__isnull=False), name="membership_leads_its_department"
            ),
            models.CheckConstraint(condition=Q(role__in=[role for role, _ in ROLES]), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role} in {self.organization_id}"


class AddressChangeQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for the owner of the new address: meanwhile the account signs nobody in and nothing is mailed to it. One: `is_open`."""
        return self.filter(ended_at=None)


class AddressChange(models.Model):
    """That an administrator corrects somebody's e-mail address: old and new, and what came of it. It is no history: it goes with the person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="address_changes")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", help_text="Of the administrator.")
    old_email = models.EmailField(max_length=254)
    new_email = models.EmailField(max_length=254)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    press = models.UUIDField()
    asked_at = models.DateTimeField(db_default=Clock())
    ended_at = models.DateTimeField(null=True, help_text="When it was confirmed, taken back, replaced by another one or found not to hold.")
    confirmed_on = models.DateField(
        null=True, help_text="The organization's day on which who reads the mails of the new address said that it is theirs."
    )

    objects = AddressChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="address_change_open_once"),
            models.UniqueConstraint(fields=["person", "press"], name="address_change_press_once"),
            models.CheckConstraint(condition=Q(confirmed_on=None) | Q(ended_at__isnull=False), name="address_change_confirmed_is_over"),
        ]

    def __str__(self) -> str:
        return f"address of {self.person_id}"

    @property
    def is_open(self) -> bool:
        """Twin of `AddressChangeQuerySet.open`."""
        return self.ended_at is None

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_on is not None


class AuditEntry(models.Model):
    """One changed object: who, when, through which channel, old and new. Only ever added; holds a person's key, never a name or address."""

    WEB, LINK, IMPORT, COMMAND = "web", "link", "import", "command"
    CHANNELS = [(WEB, "on the web"), (LINK, "by mail link"), (IMPORT, "by import"), (COMMAND, "by command")]

    press = models.UUIDField(default=uuid.uuid4, help_text="All that one press changed has the same.")
    at = models.DateTimeField(db_default=Clock())
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=8, choices=CHANNELS)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=40)
    kind = models.CharField(max_length=60, help_text="app.Model of what was changed.")
    key = models.CharField(max_length=64)
    old = models.JSONField(default=dict)
    new = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["kind", "key", "at"]), models.Index(fields=["press"]), models.Index(fields=["organization", "at"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.kind} {self.key}"


class StoredFile(models.Model):
    """An uploaded file, outside the web root, private, named by its fingerprint."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="files")
    name = models.CharField(max_length=255, help_text="As the person called it.")
    path = models.CharField(max_length=255, help_text="Below DATA_DIR/uploads.")
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Clock())

    def __str__(self) -> str:
        return self.name


class JobQuerySet(models.QuerySet):
    def open(self):
        """Those that still wait or run. One: `is_open`."""
        return self.filter(state__in=[Job.WAITING, Job.RUNNING])


class Job(models.Model):
    """Work that waits for a worker or is under way. The row is the truth, the broker's message only a hint that it exists."""

    WAITING, RUNNING, DONE, FAILED, CANCELLED = ("waiting", "running", "done", "failed", "cancelled")
    STATES = [(WAITING, "Waiting"), (RUNNING, "Running"), (DONE, "Done"), (FAILED, "Failed"), (CANCELLED, "Canceled")]

    kind = models.CharField(max_length=40)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="jobs")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="jobs")
    fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the file when it was uploaded.")
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    position = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, help_text="Of the worker that has it.")
    leased_until = models.DateTimeField(null=True)
    message = models.TextField(blank=True, help_text="For people: what it is doing, or why it failed.")
    result = models.JSONField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Clock())
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "leased_until"])]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["waiting", "running", "done", "failed", "cancelled"]), name="job_state_known")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Twin of `JobQuerySet.open`."""
        return self.state in (self.WAITING, self.RUNNING)

    @property
    def percent(self) -> int:
        return 100 * self.position // self.total if self.total else 0


class Heartbeat(models.Model):
    """When a part of the house last said that it is alive (worker, scheduler)."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
