"""What must not be written down: the tokens in addresses of links that work without an account."""

import logging
import re

TOKENS = re.compile(r"(/(?:u|calendar)/)[\w=.~%-]{8,}")
"""`/u/TOKEN/...` and `/calendar/TOKEN.ics`."""


def without_tokens(text: str) -> str:
    """
    >>> without_tokens("Not Found: /u/" + "x" * 65 + "/all/")
    'Not Found: /u/***/all/'
    """
    return TOKENS.sub(r"\1***", text)


class HideTokens(logging.Filter):
    """Takes tokens out of a record before any handler writes it: out of its text, and out of a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        hidden = without_tokens(text)
        if hidden != text:
            record.msg, record.args = hidden, ()
        if record.exc_text:
            record.exc_text = without_tokens(record.exc_text)
        return True
