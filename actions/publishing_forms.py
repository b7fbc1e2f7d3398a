"""What is typed on the pages of publishing: what visitors see, what the plan calls things, which report."""

from datetime import date
from typing import Any

from django import forms

from goals.models import LEVEL_WORDS, Plan
from planner.lib.dates import us_date


class VisibilityForm(forms.Form):
    """Stage and visibility. Whether a choice needs a further yes is the view's question."""

    stage = forms.ChoiceField(choices=Plan.STAGES, widget=forms.RadioSelect, error_messages={"required": "Choose a stage."})
    visibility = forms.ChoiceField(
        choices=Plan.VISIBILITIES, widget=forms.RadioSelect, error_messages={"required": "Choose what visitors see."}
    )


class DetailsForm(forms.ModelForm):
    """Words and rules of a plan. The words of its levels are fields of their own, an empty one means the usual word."""

    class Meta:
        model = Plan
        fields = ("title", "description", "review_interval_days", "names_are_public")
        labels = {
            "review_interval_days": "Days between two confirmations",
            "names_are_public": "Show the names of persons who lead to everybody",
        }
        help_texts = {
            "description": "One or two sentences under the title; everybody reads them.",
            "review_interval_days": "A step that nobody confirmed for so many days is drawn hatched. Usual are 90.",
            "names_are_public": "Else their department or role stands there. Ask the persons first.",
        }
        error_messages = {
            "title": {"required": "Give the plan a title."},
            "review_interval_days": {
                "required": "Give a number of days, such as 90.",
                "invalid": "Give a whole number of days, such as 90.",
            },
        }
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, plan: Plan, **more: Any):
        super().__init__(data, instance=plan, **more)
        self.fields["review_interval_days"].widget.attrs |= {"min": 1, "max": 3650, "class": "input--short"}
        for level, usual in LEVEL_WORDS.items():
            self.fields[f"word_{level}"] = forms.CharField(
                label=usual,
                max_length=40,
                required=False,
                initial=plan.levels.get(level, ""),
                widget=forms.TextInput(attrs={"placeholder": usual}),
            )

    def words(self) -> list[forms.BoundField]:
        return [self[f"word_{level}"] for level in LEVEL_WORDS]

    def clean_review_interval_days(self) -> int:
        days = self.cleaned_data["review_interval_days"]
        if not 1 <= days <= 3650:
            raise forms.ValidationError("Give a number of days from 1 to 3650.")
        return days

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def changes(self) -> dict:
        """What `goals.services.change_plan` takes."""
        said = self.cleaned_data
        levels = {level: " ".join(said[f"word_{level}"].split()) for level in LEVEL_WORDS}
        return {key: said[key] for key in self.Meta.fields} | {"levels": {level: word for level, word in levels.items() if word}}


class ThroughForm(forms.Form):
    """The day that a report is true for."""

    through = forms.DateField(
        label="Progress through",
        widget=forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose a day.", "invalid": "Write the day as 2021-08-03."},
    )

    def __init__(self, *args, today: date, **more):
        super().__init__(*args, **more)
        self.today = today
        self.fields["through"].initial = today
        self.fields["through"].widget.attrs["max"] = today.isoformat()

    def clean_through(self) -> date:
        day = self.cleaned_data["through"]
        if day > self.today:
            raise forms.ValidationError(f"{us_date(day)} is after today. Enter today, {us_date(self.today)}, or an earlier day.")
        return day


class PublishForm(ThroughForm):
    """A report for good. A reason is asked where it replaces one of the same day; `seen` is what the person looked at."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why the report of this day is replaced",
        help_text="Everybody reads it on the page of the old report.",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, replaces: bool, **more):
        super().__init__(*args, **more)
        self.fields["through"].widget = forms.HiddenInput()
        if replaces:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Say in a sentence why; everybody will read it."
        else:
            del self.fields["reason"]


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Why it no longer holds",
        help_text="One or two sentences. Everybody reads them at the top of the report.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say in a sentence why the report no longer holds; everybody will read it."},
    )
