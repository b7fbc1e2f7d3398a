"""G7: the dashboard of 5,000 steps as of any day, with 20 updates and 4 wordings of each; then with 1,300 plans beside it."""

from collections.abc import Sequence
from datetime import date, timedelta

from actions.picture import PlanPicture
from actions.pictures import read_plan_picture
from tests.bench.filling import BEGIN, DAYS, Filler, Said, district
from tests.bench.g2 import forget
from tests.bench.measuring import Rounds, Site, quiet, timed

PATH = "/meadow/large/"


def check(picture: PlanPicture, said: Sequence[Said], day: date) -> None:
    """Every status and every wording against those counted in Python."""
    shown = {step.address: (step.status and step.status.name, step.title) for step in picture.all_steps()}
    assert shown == {one.address: (one.status_on(day), one.title_on(day)) for one in said}, f"wrong as of {day}"


def days(rounds: int) -> list[date]:
    """Spread over the whole history, in no order."""
    return [BEGIN + timedelta(days=(n * 617 + 91) % DAYS) for n in range(rounds)]


def measured(rounds: int, said: Sequence[Said], site: Site) -> Rounds:
    """Reading alone; the page where every part is made anew, as for a day that nobody looked at before; and the same page once more."""
    seen = Rounds()
    check(read_plan_picture("meadow", "large"), said, date.max)
    for n, day in enumerate([BEGIN + timedelta(days=700), *days(rounds)]):
        check(read_plan_picture("meadow", "large", as_of=day), said, day)
        path = f"{PATH}?as_of={day.isoformat()}"
        found = {
            "past read": timed(lambda day=day: read_plan_picture("meadow", "large", as_of=day)),
            "present read": timed(lambda: read_plan_picture("meadow", "large")),
        }
        for name, address in (("past", path), ("present", PATH)):
            forget()
            found |= {f"{name} page": site.time(address), f"{name} page again": site.time(address)}
        for name, seconds in found.items() if n else ():
            seen.add(name, seconds)
    return seen


def measure(rounds: int) -> None:
    organization, site = district(), Site()
    filler = Filler(organization)
    plan = filler.plan("large", areas=10, strategies=20, steps=25, updates=20, wordings=4)
    filler.write()
    said = filler.said[plan.pk]
    quiet()
    page, queries = site.queries(f"{PATH}?as_of=2023-03-01")
    assert queries <= 4, f"{queries} queries"
    alone = measured(rounds, said, site)
    size = f"{len(page.content):,} bytes, {queries} queries"
    what = "5,000 steps as of a past day, 100,000 updates and 20,000 wordings"
    alone.line("G7", "past read", "present read", goal=3, what=f"{what}: read")
    alone.line("G7", "past page", "present page", goal=3, what=f"the same as a page with what changed since, {size}")
    alone.line("G7", "past page again", "present page again", goal=3, what="that page once more, its parts in memory")
    beside = Filler(organization, seed=4)
    for n in range(1300):
        beside.plan(f"other-{n}", areas=2, strategies=2, steps=5, updates=5)
    beside.write()
    crowded = measured(rounds, said, site)
    crowded.seconds |= {f"{name}, alone": seconds for name, seconds in alone.seconds.items()}
    crowded.line("G7", "past read", "past read, alone", goal=2, what="read with 1,300 plans beside it")
    crowded.line("G7", "past page", "past page, alone", goal=2, what="the page with 1,300 plans beside it")
