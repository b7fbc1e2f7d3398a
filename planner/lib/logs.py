"""What must not be written down: the tokens in addresses of links that work without an account."""

import logging
import re

TOKENS = re.compile(r"(/(?:u|calendar|accounts/address)/)[\w=.~%:-]{8,}")
"""`/u/TOKEN/...`, `/calendar/TOKEN.ics` and `/accounts/address/TOKEN/`."""


def without_tokens(text: str) -> str:
    """
    >>> without_tokens("Not Found: /u/" + "x" * 65 + "/all/")
    'Not Found: /u/***/all/'
    """
    return TOKENS.sub(r"\1***", text)


class WithoutTokens(logging.Formatter):
    """Takes tokens out of whole lines, tracebacks too, whoever logs them."""

    def format(self, record: logging.LogRecord) -> str:
        return without_tokens(super().format(record))
