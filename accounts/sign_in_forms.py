"""Forms of the sign-in library, as far as ours differ."""

from allauth.account.forms import ResetPasswordForm as Theirs

from accounts.models import AddressChange, Person


class ResetPasswordForm(Theirs):
    """No link goes to an address that an administrator corrects: it may be a stranger's. The page answers as for an unknown one."""

    users: list[Person]

    def clean_email(self) -> str:
        email = super().clean_email()
        doubtful = set(AddressChange.objects.open().filter(person__in=[one.pk for one in self.users]).values_list("person", flat=True))
        self.users = [one for one in self.users if one.pk not in doubtful]
        return email
