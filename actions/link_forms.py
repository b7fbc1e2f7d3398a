"""What is sent from the page of a mail link."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from actions.forms import LONGEST_NOTE
from actions.services.links import LinkStep
from actions.services.updates import check_address
from goals.models import Status

SAME = "same"
"""Of `say`: the status that stands is still true."""


class LinkForm(forms.Form):
    """A status, or "still true", for one step; a note, a link and a photo if wanted."""

    use_required_attribute = False

    say = forms.ChoiceField(
        error_messages={
            "required": "Press one of the buttons.",
            "invalid_choice": "That status is no longer one of this plan’s. Choose another one.",
        }
    )
    public_note = forms.CharField(label="Note", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
    evidence_url = forms.CharField(
        label="Link that shows it",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "autocapitalize": "none"}),
    )
    photo = forms.FileField(label="Photo", required=False, widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}))

    def __init__(self, data: Any = None, files: Any = None, *, row: LinkStep, statuses: list[Status], **more: Any):
        super().__init__(data, files, auto_id="link-%s", **more)
        self.statuses = {str(status.pk): status for status in statuses}
        same = [(SAME, "Still true")] if row.step.status_id else []
        self.fields["say"].choices = [*same, *((key, status.name) for key, status in self.statuses.items())]  # type: ignore[attr-defined]

    def clean_evidence_url(self) -> str:
        url = self.cleaned_data["evidence_url"].strip()
        if url:
            try:
                check_address(url)
            except ValidationError as error:
                raise forms.ValidationError(error.messages) from None
        return url

    @property
    def status(self) -> Status | None:
        """None for "still true"."""
        return self.statuses.get(self.cleaned_data["say"])

    @property
    def is_open(self) -> bool:
        """Whether something is written beside the press."""
        return any(self[name].value() for name in ("public_note", "evidence_url")) or any(
            name in self.errors for name in ("public_note", "evidence_url", "photo")
        )
