"""Cleaning what administrators type about people."""

from django import forms
from django.utils.text import slugify

from accounts.models import Department, Membership, Organization
from accounts.roles import CONTRIBUTOR, ROLES

WHAT_THEY_DO = (
    "Viewers see drafts. Contributors update their own steps, editors all steps; cabinet members publish; administrators manage people."
)


class RoleForm(forms.Form):
    """Role and department of one who works here."""

    role = forms.ChoiceField(choices=ROLES, initial=CONTRIBUTOR, help_text=WHAT_THEY_DO)
    department = forms.ModelChoiceField(Department.objects.none(), required=False, empty_label="None")
    new_department = forms.CharField(max_length=200, required=False, label="Or a new department")
    leads_department = forms.BooleanField(
        required=False,
        label="Leads the department",
        help_text="Sees who of the department is behind, and can say for them how their steps stand. Each update says so.",
    )

    def __init__(self, *args, organization: Organization, membership: Membership | None = None, **kwargs):
        if membership:
            kwargs["initial"] = {
                "role": membership.role,
                "department": membership.department_id,
                "leads_department": membership.leads_department,
            }
        super().__init__(*args, **kwargs)
        self.organization = organization
        departments = self.fields["department"]
        assert isinstance(departments, forms.ModelChoiceField)
        departments.queryset = organization.departments.all()

    def clean_new_department(self) -> str:
        """The name, once per organization and with a letter or digit in it, since its short name is made of those."""
        name = " ".join(self.cleaned_data["new_department"].split())
        if name and not slugify(name)[:64].strip("-_"):
            raise forms.ValidationError("Use at least one letter or digit.")
        if name and self.organization.departments.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"“{name}” exists already: choose it from the list.")
        return name


class InviteForm(RoleForm):
    """Somebody who is to work here."""

    email = forms.EmailField(max_length=254, label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ("email", "name", "role", "department", "new_department", "leads_department")


class AddressForm(forms.Form):
    """The right address of somebody who works here."""

    email = forms.EmailField(max_length=254, label="Right e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
