"""What is typed about a plan's rhythm and the breaks of its organization."""

from datetime import date
from typing import Any

from django import forms

from actions import asking
from actions.models import ReviewRhythm
from goals.models import Plan
from planner.lib.dates import us_date

DAY = {"required": "Choose a day.", "invalid": "Write the day as 2021-08-03."}
OFTEN = ("is_on", "unit", "every_days", "begins_on")
LADDER = ("second_after_days", "lead_after_days", "cabinet_after_days")
YEARLY = ("review_on", "review_before_days", "review_after_days")
PUBLIC = ("freshness_is_public", "reviews_are_public")
"""What visitors see: only who may publish decides it."""
LONGEST = 366


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "input--short"}, format="%Y-%m-%d")


class RhythmForm(forms.ModelForm):
    """How often, when who else is told, the yearly review. `may_publish` decides whether the switches of what is public are there."""

    class Meta:
        model = ReviewRhythm
        fields = (*OFTEN, *LADDER, "tells_planners", *YEARLY, "contact", *PUBLIC)
        labels = {
            "is_on": "Cycles open and reminders are sent",
            "unit": "A cycle",
            "every_days": "Days of a cycle",
            "begins_on": "First day of the first cycle",
            "second_after_days": "Days until the second mail",
            "lead_after_days": "Days until the lead above gets a list",
            "cabinet_after_days": "Days until the cabinet gets a count",
            "tells_planners": "Planners get a list of what nobody has said anything of, a working week before a cycle ends",
            "review_on": "Day of the first yearly review",
            "review_before_days": "Days before it that it is announced",
            "review_after_days": "Days after it that its outcome is asked for",
            "contact": "Who gets the answers to mails",
            "freshness_is_public": "Everybody sees how much was confirmed in each cycle",
            "reviews_are_public": "Everybody sees of each held review its day, who took part by role, and its decisions",
        }
        help_texts = {
            "every_days": "Only where a cycle is neither months nor years; else leave it empty.",
            "is_on": "",
            "begins_on": "Later ones begin on the same day of the month, or on its last day where it is shorter.",
            "lead_after_days": "",
            "cabinet_after_days": "",
            "tells_planners": "",
            "review_on": "February 29 means February 28 in common years.",
            "review_before_days": "",
            "review_after_days": "",
            "second_after_days": "Counted from the day on which the cycle opens, as the two below.",
            "contact": "Nobody chosen: an administrator.",
            "freshness_is_public": "",
            "reviews_are_public": "",
        }
        widgets = {"unit": forms.RadioSelect, "begins_on": day_input(), "review_on": day_input()}
        error_messages = {"unit": {"required": "Choose how long a cycle is."}, "begins_on": DAY, "review_on": {"invalid": DAY["invalid"]}}

    def __init__(self, data: Any = None, *, plan: Plan, may_publish: bool, **more: Any):
        rhythm = ReviewRhythm.objects.filter(pk=plan.pk).first() or ReviewRhythm(plan=plan)
        super().__init__(data, instance=rhythm, **more)
        if rhythm._state.adding:
            self.initial["begins_on"] = plan.organization.today()
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)
        unit.choices = list(ReviewRhythm._meta.get_field("unit").flatchoices)
        contact = self.fields["contact"]
        assert isinstance(contact, forms.ModelChoiceField)
        contact.queryset = asking.people_near(plan.organization, rhythm.contact_id)
        contact.empty_label = "An administrator"
        for name in ("every_days", *LADDER, "review_before_days", "review_after_days"):
            self.fields[name].widget.attrs |= {"min": 1, "max": LONGEST, "class": "input--short"}
            self.fields[name].error_messages |= {
                "required": "Give a number of days, such as 7.",
                "invalid": "Give a whole number of days, such as 7.",
            }
        if not may_publish:
            for name in PUBLIC:
                del self.fields[name]

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        for name in ("every_days", *LADDER, "review_before_days", "review_after_days"):
            if (days := said.get(name)) is not None and not 1 <= days <= LONGEST:
                self.add_error(name, f"Give a number of days from 1 to {LONGEST}.")
        if (unit := said.get("unit")) and (unit == "days") != bool(said.get("every_days")) and "every_days" not in self.errors:
            self.add_error("every_days", "Give the days here where a cycle is so many days long, and nothing where it is months or years.")
        return said

    def changes(self) -> dict[str, Any]:
        """What `actions.services.cycles.set_rhythm` takes."""
        return {name: self.cleaned_data[name] for name in self.fields}

    def public_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in PUBLIC if name in self.fields]

    def parts(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """(heading, what it is about, fields) in the order of the page; what is ticked, chosen from radios and hidden is drawn by the template."""
        rest = [self[name] for name in LADDER]
        yearly = [self[name] for name in YEARLY]
        return [
            ("Who hears when", "Each hears only of what is not confirmed by then.", [*rest, self["contact"]]),
            (
                "The yearly review",
                "It is announced, asked for on its day, and its outcome is asked for once after it. Leave the day empty for none.",
                yearly,
            ),
        ]


class BreakForm(forms.Form):
    """Days on which nobody is written to."""

    name = forms.CharField(max_length=100, error_messages={"required": "Give the break a name, such as “Winter break”."})
    starts_on = forms.DateField(label="First day", widget=day_input(), error_messages=DAY)
    ends_on = forms.DateField(label="Last day", widget=day_input(), error_messages=DAY)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean(self) -> dict:
        said = super().clean() or self.cleaned_data
        first, last = said.get("starts_on"), said.get("ends_on")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("ends_on", f"The last day is before the first, {us_date(first)}. Choose that day or a later one.")
            elif (last - first).days > LONGEST:
                self.add_error("ends_on", "A break is a year long at most. Choose an earlier last day.")
        return said
