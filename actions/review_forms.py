"""What is typed of a review: its day and who took part, what was found and decided, tasks."""

from datetime import date
from typing import Any

from django import forms

from accounts.models import Department, Organization, Person
from actions import asking
from actions.manage_forms import description_field, shown_wording, typed_wording, wording_field
from actions.models import Review, ReviewItem
from actions.rhythm_forms import DAY, day_input
from actions.services.reviews import MOST_ROLES, SAID, NewWords, Took
from goals.models import ACTION_STEP, Wording
from planner.lib.dates import us_date

ROLES = (
    "Board of Education",
    "Advisory council",
    "Partners",
    "Cabinet",
    "Principals",
    "Teachers and staff",
    "Parents and families",
    "Students",
)
LONGEST = 5000


class ReviewForm(forms.Form):
    on = forms.DateField(label="Day", widget=day_input(), error_messages=DAY)
    summary = forms.CharField(
        label="What came of it",
        help_text="A few sentences about the whole. Everybody reads them where the plan's reviews are public.",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note = forms.CharField(
        label="Note",
        help_text="Only those who work on the plan read it.",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TookForm(forms.Form):
    """One role, or one person in it."""

    role = forms.CharField(max_length=120, required=False, widget=forms.TextInput(attrs={"list": "roles"}))
    count = forms.IntegerField(
        label="How many",
        required=False,
        min_value=1,
        max_value=9999,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
        error_messages={"invalid": "Give a whole number, such as 5.", "min_value": "Give 1 or more.", "max_value": "Give 9999 or less."},
    )
    person = forms.ModelChoiceField(Person.objects.none(), required=False, empty_label="Nobody by name")

    def __init__(self, *args: Any, people: Any = None, **more: Any):
        super().__init__(*args, **more)
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)
        if people is not None:
            person.queryset = people
            person.choices = [("", "Nobody by name"), *((one.pk, str(one)) for one in people)]

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        if (said.get("count") or said.get("person")) and not " ".join((said.get("role") or "").split()) and "role" not in self.errors:
            self.add_error("role", "Give the role, such as “Board of Education”.")
        if said.get("person") and (said.get("count") or 1) != 1:
            self.add_error("count", "A person by name is one. Leave the number empty, or choose nobody by name.")
        return said

    def took(self) -> Took | None:
        """None of an empty row."""
        role = " ".join((self.cleaned_data.get("role") or "").split())
        return Took(role, self.cleaned_data.get("count") or 1, self.cleaned_data.get("person")) if role else None


class BaseTookFormSet(forms.BaseFormSet):
    def took(self) -> list[Took]:
        return [took for form in self.forms if (took := form.took())]


def took_rows(data: Any, review: Review) -> BaseTookFormSet:
    """The rows of who took part, and three empty ones."""
    rows = forms.formset_factory(
        TookForm, formset=BaseTookFormSet, extra=3, max_num=MOST_ROLES, absolute_max=2 * MOST_ROLES, validate_max=True
    )
    there = review.participants.all()
    initial = [{"role": one.role, "count": None if one.person_id else one.count, "person": one.person_id} for one in there]
    people = list(asking.people_near(review.plan.organization))
    known = {one.person_id for one in there if one.person_id} - {one.pk for one in people}
    choices = _Chosen([*people, *Person.objects.filter(pk__in=known)] if known else people)
    return rows(data, prefix="took", initial=initial, form_kwargs={"people": choices})  # type: ignore[return-value]


class _Chosen(list):
    """A list that a choice field can look keys up in, so that forty rows ask the database once."""

    def all(self) -> "_Chosen":
        return self

    def get(self, **said: Any) -> Person:
        key = str(next(iter(said.values())))
        for one in self:
            if str(one.pk) == key:
                return one
        raise Person.DoesNotExist

    model = Person


class ItemForm(forms.Form):
    """What was found of an item, and what was decided."""

    effect = forms.ChoiceField(label="How well does it work?", choices=ReviewItem.EFFECTS, required=False, widget=forms.RadioSelect)
    decision = forms.ChoiceField(choices=ReviewItem.DECISIONS, required=False, widget=forms.RadioSelect)
    decided = forms.CharField(
        label="The decision in a sentence",
        help_text="Everybody reads it where the plan's reviews are public.",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    finding = forms.CharField(
        label="What was found",
        help_text="Only those who work on the plan read it.",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due = forms.DateField(
        label="Due date",
        help_text="Another day holds from today on. The old one stays beside it: here, in the minutes and in the step's history.",
        required=False,
        widget=day_input(),
        error_messages=DAY,
    )
    due_shown = forms.DateField(required=False, widget=forms.HiddenInput)
    title = wording_field()
    description = description_field()
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, item: ReviewItem, due: date | None = None, wording: Wording | None = None, **more: Any):
        """`due` is the day by which the item's step is to be done as it stands; `wording` that of its part as the form shows it."""
        initial: dict[str, Any] = {key: getattr(item, key) for key in ("effect", "decision", "decided", "finding", "version")}
        initial |= {"due": due, "due_shown": due}
        super().__init__(data, initial=initial | (shown_wording(wording) if wording else {}), **more)
        self.due_now, self.node = due, item.node_id
        if item.section != ReviewItem.STRATEGY:
            del self.fields["effect"]
        if item.section not in (ReviewItem.AGENDA, ReviewItem.WORDING) or item.facts["kind"] != ACTION_STEP:
            del self.fields["due"], self.fields["due_shown"]
        if item.section == ReviewItem.ROLE:
            del self.fields["title"], self.fields["description"], self.fields["seen"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if "due" in self.fields and "due" not in self.errors:
            shown = said.get("due_shown")
            if said.get("due") is None and shown is not None:
                self.add_error("due", "A due date can be changed here, but not taken away. Give a day.")
            elif said.get("due") != shown and shown != self.due_now:
                now = us_date(self.due_now) if self.due_now else "no day"
                self.add_error("due", f"Somebody changed it meanwhile: it is {now} now. Load the page again to give another one.")
        return said

    def new_due(self) -> date | None:
        """Another due day than the one that was shown."""
        due = self.cleaned_data.get("due")
        return due if due != self.cleaned_data.get("due_shown") else None

    def new_words(self) -> NewWords | None:
        """Another wording than the one that was shown."""
        if "title" not in self.fields or not self.cleaned_data.get("seen"):
            return None
        return typed_wording(self.node, self.cleaned_data)

    def said(self) -> dict[str, str]:
        """What `actions.services.reviews.decide` takes."""
        return {key: self.cleaned_data[key] for key in self.fields if key in SAID}


class PartForm(forms.Form):
    """A part of the plan that is to be looked at, whatever the data say of it."""

    part = forms.TypedChoiceField(
        label="Another part of the plan",
        coerce=int,
        error_messages={"required": "Choose a part.", "invalid_choice": "Choose a part of the plan."},
    )

    def __init__(self, data: Any = None, *, parts: list[tuple[int, str]], **more: Any):
        super().__init__(data, **more)
        part = self.fields["part"]
        assert isinstance(part, forms.TypedChoiceField)
        part.choices = [("", "Choose"), *parts]


class TaskForm(forms.Form):
    text = forms.CharField(label="What is to be done", max_length=500, error_messages={"required": "Say in a sentence what is to be done."})
    who = forms.ChoiceField(label="Who does it", error_messages={"required": "Choose a person or a department who is to do it."})
    due_on = forms.DateField(label="By when", widget=day_input(), error_messages=DAY)

    def __init__(self, data: Any = None, *, organization: Organization, **more: Any):
        super().__init__(data, **more)
        people = [(f"person:{one.pk}", str(one)) for one in asking.people_near(organization)]
        departments = [(f"department:{one.pk}", one.name) for one in organization.departments.all()]
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = [("", "Choose"), *([("People", people)] if people else []), *([("Departments", departments)] if departments else [])]

    def said(self) -> dict[str, Any]:
        """What `actions.services.review_tasks.add_task` takes."""
        kind, _, key = self.cleaned_data["who"].partition(":")
        on: date = self.cleaned_data["due_on"]
        said: dict[str, Any] = {"text": self.cleaned_data["text"], "due_on": on}
        if kind == "person":
            return said | {"person": Person.objects.get(pk=key)}
        return said | {"department": Department.objects.get(pk=key)}
