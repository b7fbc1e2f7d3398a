"""One module for each tool. `recognise(top)` looks at the first rows and gives a Layout, or None where they are not of that tool.

To add one: copy `jotform.py`, name it in ALL, add a small file of your own and its tallies to tests/surveys/exports.py.
"""

from surveys.reading.labels import without_markup
from surveys.reading.recognisers import (
    alchemer,
    google,
    jotform,
    kobo,
    limesurvey,
    microsoft,
    plain,
    qualtrics,
    redcap,
    surveymonkey,
    typeform,
)
from surveys.reading.recognisers.layout import Layout

ALL = {
    "qualtrics": qualtrics,
    "surveymonkey": surveymonkey,
    "microsoft-forms": microsoft,
    "google-forms": google,
    "kobotoolbox": kobo,
    "redcap": redcap,
    "limesurvey": limesurvey,
    "alchemer": alchemer,
    "typeform": typeform,
    "jotform": jotform,
    "plain": plain,
}
"""The surest first; plain takes what is left."""


def recognise(top: list[list[str]], *, wanted: str = "") -> Layout:
    """The layout of a table by its first rows that are not blank. `wanted` names a format that somebody knows better."""
    layout = _recognised(top, wanted)
    for column in layout.columns:
        column.question, column.choice = without_markup(column.question), without_markup(column.choice)
    return layout


def _recognised(top: list[list[str]], wanted: str) -> Layout:
    if wanted:
        return ALL[wanted].recognise(top) or plain.recognise(top)
    for module in ALL.values():
        if found := module.recognise(top):
            return found
    return plain.recognise(top)
