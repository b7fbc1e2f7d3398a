"""What a person says beside the file: for which plan it is, and for which day."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from accounts.models import Organization
from accounts.uploads import limit, too_large
from goals.models import Plan
from planner.lib.dates import us_date

KNOWN_TYPES = ".txt,.md,.csv,.xlsx,.json,text/plain,text/markdown,text/csv,application/json"


class ImportForm(forms.Form):
    file = forms.FileField(
        label="The plan as a file",
        help_text="Text, Markdown, CSV, Excel (XLSX), or a plan.json that was saved here. Drop it on the button or choose it.",
        widget=forms.ClearableFileInput(attrs={"accept": KNOWN_TYPES}),
        allow_empty_file=True,  # refused with a better sentence where it is kept
        error_messages={"required": "Choose the file first."},
    )
    plan = forms.ChoiceField(label="For which plan", required=False)
    title = forms.CharField(label="Title", max_length=300, required=False, help_text="Leave it empty to take the document's own title.")
    slug = forms.CharField(
        label="Short name in addresses",
        max_length=64,
        required=False,
        help_text="Lower-case letters, digits and hyphens; it stays for years. Empty: made from the title.",
    )
    as_of = forms.DateField(
        label="True as of",
        required=False,
        help_text="The day for which the document is true. Leave it empty to take the day that stands in it.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args, organization: Organization, **more):
        super().__init__(*args, **more)
        self.organization = organization
        plans = Plan.objects.filter(organization=organization).values_list("slug", "title")
        plan = self.fields["plan"]
        assert isinstance(plan, forms.ChoiceField)
        plan.choices = [("", "A new plan"), *plans]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > limit():
            raise ValidationError(str(too_large()), code="too_large")
        return file

    def clean_as_of(self):
        day, today = self.cleaned_data["as_of"], self.organization.today()
        if day and day > today:
            raise ValidationError(f"{us_date(day)} is after today, {us_date(today)}. Give today or an earlier day.")
        return day

    def clean(self):
        said = super().clean() or {}
        if said.get("plan") or self.errors:
            return said | {"slug": said.get("plan", ""), "title": ""}
        name = said["file"].name.rpartition(".")[0]
        slug = said["slug"] or slugify(said["title"] or name)[:64].strip("-") or "plan"
        self._refuse_bad_slug(slug)
        return said | {"slug": slug}

    def _refuse_bad_slug(self, slug: str) -> None:
        if Plan.objects.filter(organization=self.organization, slug=slug).exists():
            return self.add_error("slug", f"There is a plan “{slug}” already. Choose it above, or give the new one another short name.")
        try:
            Plan._meta.get_field("slug").run_validators(slug)
        except ValidationError as error:
            self.add_error("slug", error)
        return None
