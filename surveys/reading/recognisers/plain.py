"""Any table with one row of headings."""

from surveys.reading.recognisers.layout import Layout, families, lone


def recognise(top: list[list[str]]) -> Layout:
    headers = top[0] if top else []
    columns = [lone(n, header, names=frozenset()) for n, header in enumerate(headers)]
    families(columns)
    return Layout(
        "plain",
        "No mark of a survey tool was found, so the first row is taken as headings and each further one as a respondent.",
        1,
        columns,
    )
