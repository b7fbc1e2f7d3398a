"""The one rule for percents: of the respondents of the group, to the nearest whole one, halves up. No forcing to 100."""


def percent_of(count: int, base: int) -> int:
    """100 x count / base, rounded half up, in whole numbers throughout. Raises ZeroDivisionError for a base of 0."""
    return (200 * count + base) // (2 * base)


def percent_fits(count: int, base: int, printed: float) -> bool:
    """Whether a printed percent is that of count and base, in as many places as are printed."""
    return percent_of(count, base) == printed if printed == int(printed) else abs(100 * count / base - printed) < 0.0501
