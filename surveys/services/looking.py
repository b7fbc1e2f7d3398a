"""Looking at what is hidden from everybody else leaves a trace."""

from accounts import audit
from accounts.audit import Press
from surveys.models import Survey


def look_unsuppressed(*, survey: Survey, press: Press) -> None:
    """Record that somebody asked for the figures of small groups."""
    audit.record(press=press, verb="look at small groups", what=survey, organization=survey.organization_id)


def take_answers(*, survey: Survey, kind: str, press: Press) -> None:
    """Record that somebody took all closed answers along, row by row."""
    audit.record(press=press, verb="take answers along", what=survey, organization=survey.organization_id, new={"kind": kind})
