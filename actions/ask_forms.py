"""What is typed when somebody asks instead of, or beside, saying how a step stands. The same fields on a mail link's page and on staff pages."""

from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models import Department, Organization, Person
from actions import asking
from actions.models import ActionStep, Ask, AskAnswer
from actions.services import asks, notes

DAY = {"type": "date"}


def _text(
    label: str, hint: str = "", *, required: bool = False, rows: int = 3, says: str = "", most: int = asks.LONGEST
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=most,
        error_messages={"required": says},
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _day(label: str, says: str) -> forms.DateField:
    wrong = {"required": says, "invalid": "Enter a day such as 2026-08-03."}
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), error_messages=wrong)


class AskForm(forms.Form):
    """Base of the four. `title` and `intro` stand above the fields, `button` on the press."""

    use_required_attribute = False
    kind = title = intro = button = ""

    def __init__(self, data: Any = None, *, step: ActionStep, last_day: date | None = None, **more: Any):
        """`last_day` is that of the cycle, for a reminder."""
        super().__init__(data, **more)
        self.step, self.today, self.last_day = step, step.plan.organization.today(), last_day
        self.prepare()

    def prepare(self) -> None:
        """What depends on the step."""


class NotMineForm(AskForm):
    kind, title, button = Ask.NOT_MINE, "This step is not mine", "Send it to the lead"
    intro = "It goes to whoever leads what this step hangs under. Until they have answered it stays with you, and you are not asked again in this cycle."

    who = forms.CharField(
        label="Whose is it?", required=False, max_length=200, help_text="A name, a department or a role. Leave it empty if you do not know."
    )
    sentence = _text("Anything to add", rows=2)


class BlockedForm(AskForm):
    kind, title, button = Ask.BLOCKED, "Something stands in the way", "Say so to the lead"
    intro = "It goes to whoever leads what this step hangs under, and to nobody outside of the district. The status stays as it is."

    sentence = _text("What does it wait for?", required=True, rows=3, says="Say in a sentence what the step waits for.")
    who = forms.CharField(
        label="Who can help?", required=False, max_length=200, help_text="A name, a department or a role, if you know one."
    )


class RemindForm(AskForm):
    kind, title, button = Ask.REMIND, "Remind me on another day", "Remind me then"
    intro = "You get one mail on that day, and none about this step before it."

    on = _day("Day", "Choose the day.")

    def prepare(self) -> None:
        first = self.today + timedelta(days=1)
        self.fields["on"].widget.attrs |= {"min": first.isoformat()} | ({"max": self.last_day.isoformat()} if self.last_day else {})
        week = min(self.today + timedelta(days=7), self.last_day or date.max)
        if not self.is_bound and week >= first:
            self.initial.setdefault("on", week)


class DueForm(AskForm):
    kind, title, button = Ask.DUE, "Change the due date", "Change it"
    intro = "The old date stays in the history beside the new one. The public page shows the new one where the plan is public."

    due = _day("New due date", "Choose the new day.")
    sentence = _text("Why", "Only those who work on the plan read it.", rows=2)

    def prepare(self) -> None:
        self.fields["due"].widget.attrs["min"] = self.today.isoformat()
        if not self.is_bound and self.step.due and self.step.due >= self.today:
            self.initial.setdefault("due", self.step.due)


FORMS: dict[str, type[AskForm]] = {"not-mine": NotMineForm, "blocked": BlockedForm, "later": RemindForm, "due": DueForm}
"""By the word in the address."""


class Staffed(forms.Form):
    """A person and a department of an organization to choose from."""

    person = forms.ModelChoiceField(Person.objects.none(), required=False, empty_label="None")
    department = forms.ModelChoiceField(Department.objects.none(), required=False, empty_label="None")

    def offer(self, organization: Organization) -> None:
        person, department = self.fields["person"], self.fields["department"]
        assert isinstance(person, forms.ModelChoiceField)
        assert isinstance(department, forms.ModelChoiceField)
        person.queryset = asking.people_near(organization)
        department.queryset = organization.departments.all()


class HandOverForm(Staffed):
    """To whom a step goes, with a note for them."""

    use_required_attribute = False

    text = _text("Note for them", "They find it with what waits for them. Never public.", most=notes.LONGEST)
    field_order = ("person", "department", "text")

    def __init__(self, data: Any = None, *, organization: Organization, **more: Any):
        super().__init__(data, **more)
        self.offer(organization)


class AnswerForm(Staffed):
    """What the lead decides about an ask."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label="What shall come of it?", widget=forms.RadioSelect, error_messages={"required": "Choose what shall come of it."}
    )
    sentence = _text("A word to go with it", "Only those who work on the plan read it.", rows=2)
    field_order = ("kind", "person", "department", "sentence")

    def __init__(self, data: Any = None, *, ask: Ask, **more: Any):
        organization = ask.step.plan.organization
        super().__init__(data, **more)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        if ask.kind == Ask.NOT_MINE:
            kind.choices = [(AskAnswer.ASSIGNED, "Give it to"), (AskAnswer.LEFT, f"Leave it with {ask.by}")]
            self.offer(organization)
            if ask.person_id:
                self.initial = {**self.initial, "kind": AskAnswer.ASSIGNED, "person": ask.person_id}
            return
        kind.choices = [(AskAnswer.SETTLED, "It is not blocked any more"), (AskAnswer.LEFT, "Seen: it stays as it is for now")]
        del self.fields["person"], self.fields["department"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_named = said.get("person") or said.get("department")
        if said.get("kind") == AskAnswer.ASSIGNED and not is_named and not self.errors:
            self.add_error("person", "Choose who is to lead the step.")
        if said.get("kind") != AskAnswer.ASSIGNED:  # a person that was offered and not wanted
            said |= {"person": None, "department": None}
        return said


class NoteForm(forms.Form):
    """A note on a step, and somebody whom it speaks to."""

    use_required_attribute = False

    text = _text(
        "Note",
        "“@” and a whole name speaks to a colleague, who also gets a mail the next working morning.",
        required=True,
        says="Write the note first.",
        most=notes.LONGEST,
    )
    to = forms.ModelChoiceField(Person.objects.none(), label="Tell", required=False, empty_label="Nobody in particular")

    def __init__(self, data: Any = None, *, organization: Organization, **more: Any):
        super().__init__(data, **more)
        to = self.fields["to"]
        assert isinstance(to, forms.ModelChoiceField)
        to.queryset = asking.people_near(organization)
