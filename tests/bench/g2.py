"""G2: the public dashboard of 160 steps, the first view after a change."""

import html
import re
from datetime import timedelta

from accounts.audit import Press
from actions.models import ActionStep
from actions.services.updates import record_status
from dashboards import tree
from dashboards.fragments import fragments
from goals.models import Plan
from tests.bench import naive
from tests.bench.filling import TODAY, Filler, district
from tests.bench.measuring import Rounds, Site, quiet

ROW = re.compile(
    rb'<div class="step__title"><a href="[^"]*/steps/([^/"]+)/".*?<div class="step__status">.*?</svg>([^<]*)</span>', re.DOTALL
)
PATH, NAIVE = "/meadow/dashboard/", "/naive/dashboard/"


def said_by(page: bytes) -> dict[str, str]:
    """Address of a step -> the name of its status, as the page says it."""
    return {address.decode(): html.unescape(name.decode()) for address, name in ROW.findall(page)}


def change(plan: Plan, number: int) -> None:
    """One step gets another status, as somebody would say it."""
    steps = ActionStep.objects.filter(plan=plan).select_related("status").order_by("pk")
    step = steps[(37 * number) % steps.count()]
    status = next(s for s in plan.scale.statuses.order_by("pk") if s != step.status)
    record_status(step=step, status=status, as_of=TODAY - timedelta(days=number % 5), press=Press("web"))


def forget() -> None:
    """As in a process that just started."""
    fragments.clear()
    tree.status_html.cache_clear()


def measure(rounds: int) -> None:
    filler = Filler(district())
    plan = filler.plan("dashboard", areas=8, strategies=4, steps=5, updates=12, wordings=2, reworded=0.1)
    filler.write()
    site, seen = Site(), Rounds()
    for n in range(3):
        change(plan, n)
        site.get(PATH), site.get(NAIVE), site.get("/hello/")
    quiet()
    for n in range(3, 3 + 2 * rounds):
        change(plan, n)
        seen.add("changed part anew", site.time(PATH))
        warm = site.get(PATH).content
        seen.add("hello", site.time("/hello/", 30))
        forget()
        seen.add("all parts anew", site.time(PATH))
        seen.add("prefetched rows and one template", site.time(NAIVE))
        assert site.get(PATH).content == warm, "parts from memory differ from parts made anew"
        assert said_by(warm) == naive.statuses(plan), "the page does not say what the rows say"
    change(plan, 99)
    page, queries = site.queries(PATH)
    plain, naive_queries = site.queries(NAIVE)
    assert queries <= 2, f"{queries} queries"
    assert len(said_by(page.content)) == 160
    size = f"{len(page.content):,} bytes, {queries} queries"
    seen.line("G2", "changed part anew", "hello", goal=25, what=f"dashboard of 160 steps after a change, {size}")
    seen.line("G2", "all parts anew", "hello", goal=100, what="the same, every part made anew")
    other = f"prefetched rows and one template, {len(plain.content):,} bytes, {naive_queries} queries"
    seen.seconds[other] = seen.seconds["prefetched rows and one template"]
    seen.line("G2", "changed part anew", other, goal=1 / 8, what="dashboard of 160 steps after a change")
    seen.line("G2", "all parts anew", other, what="the same, every part made anew")
