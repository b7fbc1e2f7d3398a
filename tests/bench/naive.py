"""The dashboard as most would write it: prefetched rows, counted in the view, one template. The oracle of what it says, and what G2 is compared with.

The page is about as large as ours and has the same parts: headline, bars as counts, the tree with every step's status, day and lead.
"""

from collections import Counter

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.template import engines

from actions.models import ActionStep
from goals.models import GoalArea, Plan, Strategy

TEMPLATE = """{% extends "base_public.html" %}{% block title %}{{ plan.title }}{% endblock %}{% block content %}
<h1>{{ plan.title }}</h1>
<ul>{% for name, count in counts %}<li>{{ name }}: {{ count }} of {{ total }}</li>{% endfor %}</ul>
<ol>{% for area in areas %}<li><a href="/{{ plan.organization.slug }}/{{ plan.slug }}/goals/{{ area.node.address }}/">{{ area.title }}</a>
{% for name, count in area.counts %}<span>{{ name }}: {{ count }}</span>{% endfor %}</li>{% endfor %}</ol>
{% for area in areas %}<section class="tree__goal" aria-labelledby="goal-{{ forloop.counter }}">
<div class="tree__head"><h3 id="goal-{{ forloop.counter }}">{{ area.code }}&ensp;{{ area.title }}</h3></div>
{% for strategy in area.shown %}<details class="strategy">
<summary><span class="muted">{{ strategy.code }}</span><span class="strategy__title">{{ strategy.title }}</span></summary>
<ol class="steps">{% for step in strategy.shown %}
<li class="step">
<span class="step__code">{{ step.code }}</span>
<div class="step__title"><a href="{% url "dashboards:step" plan.organization.slug plan.slug step.node.address %}">{{ step.title }}</a>{% if step.reworded_on %} <span class="mark">Reworded {{ step.reworded_on|date:"F j, Y" }}</span>{% endif %}</div>
<div class="step__status"><span class="status"><svg class="glyph" aria-hidden="true"></svg>{{ step.status.name|default:"No status yet" }}</span></div>
<div class="step__meta"><span>Confirmed <time datetime="{{ step.status_as_of|date:"Y-m-d" }}">{{ step.status_as_of|date:"F j, Y" }}</time></span> <span>{{ strategy.lead_department.name }}</span></div>
</li>{% endfor %}
</ol>
<p class="strategy__more no-print"><a href="{% url "dashboards:strategy" plan.organization.slug plan.slug strategy.node.address %}">Strategy {{ strategy.code }} on its own page</a></p>
</details>{% endfor %}
</section>{% endfor %}{% endblock %}"""


def areas_of(plan: Plan) -> list[GoalArea]:
    steps = ActionStep.objects.present().select_related("node", "status", "status_update").order_by("position", "pk")
    strategies = Strategy.objects.filter(is_present=True).select_related("node", "lead_department").order_by("position", "pk")
    return list(
        plan.goalarea_set.filter(is_present=True)
        .select_related("node")
        .order_by("position", "pk")
        .prefetch_related(
            Prefetch("strategies", strategies.prefetch_related(Prefetch("action_steps", steps, to_attr="shown")), to_attr="shown")
        )
    )


@login_not_required  # a part of the bench; never in an installation
def dashboard(request: HttpRequest, plan: str) -> HttpResponse:
    found = Plan.objects.select_related("organization").get(slug=plan)
    areas, all_counts = areas_of(found), Counter()
    for area in areas:
        counts = Counter(step.status.name if step.status else "" for strategy in area.shown for step in strategy.shown)
        area.counts = counts.most_common()  # type: ignore[attr-defined]
        all_counts += counts
    context = {"plan": found, "areas": areas, "counts": all_counts.most_common(), "total": sum(all_counts.values())}
    return HttpResponse(_template().render(context))


def _template():
    global _made
    if _made is None:
        _made = engines["django"].from_string(TEMPLATE)
    return _made


_made = None


def statuses(plan: Plan) -> dict[str, str]:
    """Address of a step -> name of its status: the oracle."""
    return {
        step.node.address: step.status.name if step.status else "No status yet"
        for area in areas_of(plan)
        for strategy in area.shown
        for step in strategy.shown
    }
