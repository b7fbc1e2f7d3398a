"""What a reader of survey files has to say besides the data."""

from dataclasses import asdict, dataclass

INFO, DOUBT, WARNING = "info", "doubt", "warning"


class NotASurvey(ValueError):
    """The file cannot be read as a survey. The text is one sentence for people: what was found and what to do."""


@dataclass(slots=True)
class Issue:
    """One thing that people should know. A doubt that would change a tally names the reading that was taken and the other one."""

    code: str
    message: str
    severity: str = INFO
    column: str = ""
    """Header of the column that it is about."""
    line: int | None = None
    """Of the source, from 1; for tables the row of the file."""
    taken: str = ""
    other: str = ""

    def as_json(self) -> dict:
        return {key: value for key, value in asdict(self).items() if value not in ("", None)}
