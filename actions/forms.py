"""What staff say of a step."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from actions.models import ActionStep
from actions.picture import StatusWord
from actions.services.updates import check_address, check_day

LONGEST_NOTE = 4_000


class StatusForm(forms.Form):
    """A status, the day for which it is true, and what there is to say about it. `words` are the statuses to choose from."""

    use_required_attribute = False

    status = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a status.",
            "invalid_choice": "That status is no longer one of this plan’s. Choose another one.",
        },
    )
    as_of = forms.DateField(
        label="True as of",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a day such as 2021-08-03."},
    )
    public_note = forms.CharField(label="Note", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
    note = forms.CharField(label="Internal note", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
    evidence_url = forms.CharField(
        label="Evidence", required=False, max_length=500, widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"})
    )

    def __init__(
        self, data: Any = None, *, step: ActionStep, words: list[StatusWord], initial: dict | None = None, with_evidence: bool = True
    ):
        super().__init__(data, initial=initial, auto_id=f"step-{step.pk}-%s")
        self.step = step
        self.today = step.plan.organization.today()
        self.words = words
        self.fields["status"].choices = [(word.id, word.name) for word in words]  # type: ignore[attr-defined]
        self.fields["as_of"].widget.attrs["max"] = self.today.isoformat()
        if not with_evidence:
            del self.fields["evidence_url"]

    def clean_as_of(self) -> date:
        return self.cleaned_data["as_of"] or self.today

    def clean(self) -> dict[str, Any]:
        """The service's own rules, all at once: whoever made two mistakes reads of both."""
        said = super().clean() or {}
        checks: list[tuple[Callable[..., Any], str, tuple]] = [
            (check_day, "as_of", (self.step, said.get("as_of"))),
            (check_address, "evidence_url", (said.get("evidence_url"),)),
        ]
        for check, name, values in checks:
            if values[-1]:
                try:
                    check(*values)
                except ValidationError as error:
                    self.add_error(None if hasattr(error, "error_dict") else name, error)
        return said

    @property
    def chosen(self) -> str:
        """The status that is marked, as the browser sends it."""
        return str(self["status"].value() or "")

    @property
    def chosen_word(self) -> StatusWord | None:
        return next((word for word in self.words if str(word.id) == self.chosen), None)


def opened(step: ActionStep, words: list[StatusWord], said: dict[str, str] | None = None) -> StatusForm:
    """The form as it opens: what stands now, or what was typed before and kept."""
    now = {"status": step.status_id or "", "as_of": step.plan.organization.today()}
    return StatusForm(step=step, words=words, initial=now | (said or {}))
