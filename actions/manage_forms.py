"""What is typed about a plan's statuses, and about the wording of its parts and who leads them."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Department, Organization, Person
from actions import asking
from actions.services.notes import LONGEST
from actions.services.reviews import NewWords
from goals.models import MEANINGS, Level, Status, Wording
from goals.wording_services import LONGEST_DESCRIPTION, LONGEST_TITLE, plain
from planner.lib.dates import us_date

OFF = "off"


class StatusForm(forms.Form):
    """Name and meaning of a status."""

    name = forms.CharField(max_length=80, error_messages={"required": "Give the status a name, such as “In progress”."})
    meaning = forms.ChoiceField(
        choices=MEANINGS,
        help_text="What rules take it to mean, such as which goal is furthest behind. People see the name alone.",
        error_messages={"required": "Choose what the status means."},
    )


class NewStatusForm(StatusForm):
    """A further status and where it stands; `place` is None for off the ladder."""

    place = forms.TypedChoiceField(label="Place", coerce=lambda said: None if said == OFF else int(said), empty_value=None)
    field_order = ("name", "place", "meaning")

    def __init__(self, *args, ladder: list[Status], **more):
        """`ladder` is lowest first."""
        super().__init__(*args, **more)
        above = [(str(n + 1), f"Above “{one.name}”") for n, one in enumerate(ladder, 1)]
        lowest = ("1", f"Below “{ladder[0].name}”, the lowest" if ladder else "On the ladder")
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = [*reversed(above), lowest, (OFF, "Off the ladder, such as “On hold”")]


def day_field() -> forms.DateField:
    return forms.DateField(
        label="True as of",
        widget=forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose the day from which this is true.", "invalid": "Write the day as 2021-08-03."},
    )


def wording_field() -> forms.CharField:
    return forms.CharField(
        label="Wording",
        help_text="What it said before stays in the history, beside the new one.",
        required=False,  # the service says it, also where nothing else of a form is filled in
        max_length=LONGEST_TITLE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def description_field() -> forms.CharField:
    return forms.CharField(label="Description", required=False, max_length=LONGEST_DESCRIPTION, widget=forms.Textarea(attrs={"rows": 3}))


def shown_wording(wording: Wording) -> dict[str, Any]:
    """What a form shows of a wording that can be changed in it."""
    return {"title": wording.title, "description": wording.description, "seen": wording.pk}


def typed_wording(node: int, said: dict[str, Any]) -> NewWords | None:
    """What was typed in the place of the version `said["seen"]`; None where nobody touched it, however it stands by now."""
    shown = Wording.objects.filter(pk=said["seen"], node=node).first()
    typed = plain(said["title"], said["description"])
    return None if shown and typed == plain(shown.title, shown.description) else NewWords(*typed, seen=said["seen"])


class WordingForm(forms.Form):
    """Another wording of a part of a plan, from a day on. `wording` is the one that stands."""

    use_required_attribute = False

    title = wording_field()
    description = description_field()
    as_of = day_field()
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, wording: Wording, today: date, kept: dict[str, str] | None = None):
        """`kept` was typed before, and waited while its person signed in."""
        super().__init__(data, initial=shown_wording(wording) | {"as_of": today} | (kept or {}))
        self.fields["as_of"].widget.attrs |= {"min": wording.as_of.isoformat(), "max": today.isoformat()}


class LeadForm(forms.Form):
    """Who leads a part of a plan, from a day on."""

    department = forms.ModelChoiceField(Department.objects.none(), required=False, empty_label="None", help_text="Everybody sees it.")
    person = forms.ModelChoiceField(Person.objects.none(), required=False, empty_label="None")
    words = forms.CharField(
        label="Or in words",
        max_length=200,
        required=False,
        help_text="Where neither fits, such as “Board of Education”. Everybody sees them.",
    )
    as_of = day_field()
    text = forms.CharField(
        label="Note for them",
        help_text="It stands in the history, and the person finds it with what waits for them. Never public.",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any = None, *, row: Level, organization: Organization, today: date, **more: Any):
        initial = {"department": row.lead_department_id, "person": row.lead_person_id, "words": row.lead_words, "as_of": today}
        super().__init__(data, initial=initial, **more)
        self.today = today
        department, person = self.fields["department"], self.fields["person"]
        assert isinstance(department, forms.ModelChoiceField)
        assert isinstance(person, forms.ModelChoiceField)
        department.queryset = organization.departments.all()
        person.queryset = asking.people_near(organization, row.lead_person_id)
        person.help_text = (
            "This person is asked for news. Everybody sees the name."
            if row.plan.names_are_public
            else "This person is asked for news. Visitors see the department or role, not the name."
        )
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def clean_words(self) -> str:
        return " ".join(self.cleaned_data["words"].split())

    def clean_as_of(self) -> date:
        day = self.cleaned_data["as_of"]
        if day > self.today:
            raise forms.ValidationError(f"{us_date(day)} is after today. Enter today, {us_date(self.today)}, or an earlier day.")
        return day

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        if said.get("words") and (said.get("department") or said.get("person")):
            self.add_error(
                "words", "Where a department or a person is chosen, these words would never be seen. Leave one of the two empty."
            )
        if (said.get("text") or "").strip() and not any(said.get(key) for key in ("department", "person", "words")):
            self.add_error("text", "A note is for whoever leads it from now on: choose who that is, or leave it empty.")
        return said
