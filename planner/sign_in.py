"""How people sign in, as far as it differs from what the sign-in library does by itself."""

from allauth.account.adapter import DefaultAccountAdapter

from accounts.audit import Press
from accounts.models import AuditEntry, Person
from accounts.services import set_password


class Adapter(DefaultAccountAdapter):
    """People are invited by an administrator; a stranger cannot make an account."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        """Signed in, or through the link of a mail, which only its person is to have."""
        channel = AuditEntry.WEB if self.request.user == user else AuditEntry.LINK
        set_password(person=user, password=password, press=Press(channel, user))
