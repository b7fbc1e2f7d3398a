"""How people sign in, as far as it differs from what the sign-in library does by itself."""

from allauth.account.adapter import DefaultAccountAdapter


class Adapter(DefaultAccountAdapter):
    """People are invited by an administrator; a stranger cannot make an account."""

    def is_open_for_signup(self, request) -> bool:
        return False
