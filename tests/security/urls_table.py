"""Who may open which address. One line per URL name; a name without a line fails the suite. To add one:

    "app:name": public()                 everybody, signed in or not
    "app:name": staff("import_plan")     those of the plan's organization who have this ability (accounts.roles.ABLE_FROM)
    "app:name": signed_in()              everybody with an account: the page shows what is theirs

`get` and `post` are the statuses that those who may get; no `post` is 405. `args` says what stands in the address where its name alone does not say it
(see tests.security.world.values). `plan="address of a level"` picks the address of a part of the plan.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    who: str
    get: tuple[int, ...] = (200,)
    post: tuple[int, ...] = ()
    args: dict = field(default_factory=dict)
    part: str = ""
    """Kind of the part of a plan that `address` in the address means."""


def public(get=(200,), post=(), **more) -> Row:
    return Row("everybody", get, post, **more)


def staff(ability: str, get=(200,), post=(), **more) -> Row:
    return Row(ability, get, post, **more)


def signed_in(get=(200,), post=(), **more) -> Row:
    return Row("signed in", get, post, **more)


SENT = (200, 302, 400, 409, 413, 422)
"""What may come back for a form that was sent empty."""
NO_GET = (405,)
GUESSED = {"token": "x" * 65}

TABLE: dict[str, Row] = {
    "health-live": public(),
    "health-ready": public(get=(200, 503)),
    # signing in: those who are signed in already are sent on
    "account_login": public(get=(200, 302), post=(200, 302, 429)),
    "account_logout": public(get=(200, 302), post=(302,)),
    "account_inactive": public(),
    "account_signup": public(get=(200, 302), post=(200, 302)),
    "account_change_password": signed_in(post=(200,)),
    "account_reset_password": public(get=(200, 302), post=(200, 302, 429)),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(get=(200, 302), post=(200, 302), args={"uidb36": "1", "key": "no-such-key"}),
    "account_reset_password_from_key_done": public(),
    # people
    "accounts:manage": signed_in(get=(200, 302)),
    "accounts:people": staff("manage_people", post=SENT),
    "accounts:person": staff("manage_people", post=SENT, args={"membership": "membership"}),
    "accounts:person-remove": staff("manage_people", get=NO_GET, post=(302,), args={"membership": "membership"}),
    "accounts:person-address": staff("manage_people", post=(302, 400, 422), args={"membership": "membership"}),
    "accounts:address-confirm": public(get=(404,), post=(404,), args=GUESSED),
    # imports
    "actions:import-list": staff("import_plan", post=SENT),
    "actions:import-detail": staff("import_plan", args={"pk": "job"}),
    "actions:import-progress": staff("import_plan", get=(200, 204), args={"pk": "job"}),
    "actions:import-accept": staff("import_plan", get=NO_GET, post=SENT, args={"pk": "job"}),
    "actions:import-discard": staff("import_plan", get=NO_GET, post=SENT, args={"pk": "job"}),
    "actions:import-retry": staff("import_plan", get=NO_GET, post=SENT, args={"pk": "job"}),
    # surveys: files, published figures, settings
    "surveys:survey-list": staff("see_plan"),
    "surveys:import-new": staff("import_survey", post=SENT),
    "surveys:import-figures": staff("import_survey", post=SENT),
    "surveys:import-detail": staff("import_survey", args={"pk": "survey_job"}),
    "surveys:import-progress": staff("import_survey", args={"pk": "survey_job"}),
    "surveys:import-accept": staff("import_survey", get=NO_GET, post=SENT, args={"pk": "survey_job"}),
    "surveys:import-discard": staff("import_survey", get=NO_GET, post=SENT, args={"pk": "survey_job"}),
    "surveys:import-retry": staff("import_survey", get=NO_GET, post=SENT, args={"pk": "survey_job"}),
    "surveys:import-correct": staff("import_survey", get=NO_GET, post=SENT, args={"pk": "survey_job"}),
    "surveys:import-question": staff("import_survey", post=SENT, args={"pk": "survey_job", "column": "survey_column"}),
    "surveys:import-matching": staff("import_survey", get=(200, 302), post=SENT, args={"pk": "survey_job"}),
    "surveys:import-mapping": staff("import_survey", args={"pk": "survey_job"}),
    "surveys:import-left-out": staff("import_survey", args={"pk": "survey_job"}),
    **{
        f"surveys:{name}": staff("import_survey", args={"survey": "survey_with_answers"})
        for name in ("survey-results", "results-csv", "results-xlsx", "open-answers", "theme-suggestions")
    },
    "surveys:survey-links": staff("publish", post=SENT, args={"survey": "open_survey"}),
    "surveys:survey-publish": staff("publish", post=SENT, args={"survey": "survey_with_answers"}),
    "surveys:survey-withdraw": staff("publish", get=NO_GET, post=SENT, args={"survey": "survey_with_answers"}),
    "surveys:survey-compare": staff("import_survey", args={"survey": "survey_with_answers"}),
    **{
        f"surveys:comparison{part}": staff("import_survey", args={"survey": "survey_with_answers", "earlier": "open_survey"})
        for part in ("", "-csv", "-xlsx")
    },
    "surveys:comparison-matches": staff("import_survey", post=SENT, args={"survey": "survey_with_answers", "earlier": "open_survey"}),
    **{
        f"surveys:answers-{kind}": staff("import_survey", get=NO_GET, post=(200, 400), args={"survey": "survey_with_answers"})
        for kind in ("csv", "xlsx")
    },
    "surveys:answers-mark": staff("import_survey", get=NO_GET, post=SENT, args={"survey": "survey_with_answers"}),
    "surveys:theme-list": staff("import_survey", post=SENT, args={"survey": "survey_with_answers"}),
    "surveys:theme": staff("import_survey", post=SENT, args={"survey": "survey_with_answers", "pk": "answer_theme"}),
    "surveys:survey-settings": staff("import_survey", post=SENT, args={"survey": "survey"}),
    "surveys:answers-delete": staff("import_survey", post=SENT, args={"survey": "survey", "source": "survey_source"}),
    # a district's plans, publishing, statuses, who leads
    "actions:manage-home": staff("see_plan"),
    "actions:publish": staff("update_any_step"),
    "actions:publish-visibility": staff("publish", post=SENT),
    "actions:publish-details": staff("publish", post=SENT),
    "actions:publish-through": staff("publish", post=SENT),
    "actions:publish-withdraw": staff("publish", post=SENT, args={"address": "report_day"}),
    "actions:statuses": staff("update_any_step"),
    "actions:status-add": staff("publish", get=NO_GET, post=SENT),
    "actions:status-change": staff("publish", post=SENT, args={"status": "status"}),
    "actions:status-place": staff("publish", get=NO_GET, post=SENT, args={"status": "status"}),
    "actions:part": staff("see_plan", args={"kind": "goals"}, part="goal_area"),
    "actions:part-wording": staff("update_any_step", post=SENT, args={"kind": "steps"}, part="action_step"),
    "actions:manage-lead": staff("update_any_step", post=SENT, args={"kind": "steps"}, part="action_step"),
    # rhythm: cycles, breaks, mails
    "actions:rhythm": staff("update_any_step"),
    "actions:rhythm-set": staff("update_any_step", post=SENT),
    "actions:rhythm-mails": staff("update_any_step"),
    "actions:break-add": staff("update_any_step", post=SENT),
    "actions:break-remove": staff("update_any_step", get=NO_GET, post=SENT, args={"school_break": "school_break"}),
    # the cabinet's morning page
    "actions:today": staff("update_any_step"),
    "actions:today-seen": staff("update_any_step", get=NO_GET, post=SENT),
    "actions:today-nudge": staff("update_any_step", get=NO_GET, post=SENT),
    "actions:today-give": staff("update_any_step", get=NO_GET, post=(*SENT, 404)),
    "actions:today-take-back": staff("update_any_step", get=NO_GET, post=(302, 404), args={"lead": "given_lead"}),
    # reviews: everybody of the organization reads them, editors write
    "actions:review-list": staff("see_plan", post=(*SENT, 403)),
    "actions:review-detail": staff("see_plan", args={"review": "open_review"}),
    "actions:review-minutes": staff("see_plan", args={"review": "open_review"}),
    **{
        f"actions:review-{what}": staff("update_any_step", post=SENT, args={"review": "open_review"})
        for what in ("edit", "hold", "discard")
    },
    "actions:review-refresh": staff("update_any_step", get=NO_GET, post=SENT, args={"review": "open_review"}),
    "actions:review-put-on": staff("update_any_step", get=NO_GET, post=SENT, args={"review": "open_review"}),
    "actions:review-item": staff("update_any_step", post=SENT, args={"review": "open_review", "item": "review_item"}),
    "actions:task-add": staff("update_any_step", post=SENT, args={"review": "open_review"}),
    "actions:task-done": staff("update_own_steps", get=NO_GET, post=(*SENT, 403), args={"review": "open_review", "task": "review_task"}),
    "actions:task-remove": staff("update_any_step", get=NO_GET, post=SENT, args={"review": "open_review", "task": "review_task"}),
    # dates, and the calendar that shows them without signing in
    "actions:my-dates": signed_in(post=SENT),
    "actions:calendar": public(args={"token": "calendar_token"}),
    # steps: what is said of them
    "actions:my-steps": signed_in(post=SENT),
    "actions:my-department": signed_in(post=SENT),
    "actions:press-undo": signed_in(get=NO_GET, post=(404,), args={"press": "00000000-0000-0000-0000-000000000001"}),
    "actions:plan": staff("see_plan"),
    "actions:steps-many": staff("update_own_steps", get=NO_GET, post=SENT),
    "actions:step": staff("see_plan", part="action_step"),
    "actions:step-row": staff("see_plan", get=(200, 302), part="action_step"),
    "actions:step-update": staff("update_own_steps", post=SENT, part="action_step"),
    "actions:step-confirm": staff("update_own_steps", get=NO_GET, post=SENT, part="action_step"),
    "actions:update-undo": staff("update_own_steps", get=NO_GET, post=SENT, part="action_step", args={"update": "update"}),
    "actions:update-correct": staff("update_own_steps", post=SENT, part="action_step", args={"update": "update"}),
    "actions:step-ask": staff("update_own_steps", post=SENT, part="action_step", args={"kind": "blocked"}),
    "actions:ask-withdraw": staff("see_plan", get=NO_GET, post=(302, 403), part="action_step", args={"ask": "ask"}),
    "actions:ask-answer": staff("update_own_steps", get=(200, 403), post=(*SENT, 403), part="action_step", args={"ask": "ask"}),
    "actions:step-note": staff("update_own_steps", post=SENT, part="action_step"),
    "actions:step-hand-over": staff("update_any_step", post=SENT, part="action_step"),
    "actions:step-photo": staff("see_plan", part="action_step", args={"photo": "photo"}),
    "actions:my-asks": signed_in(post=(302,)),
    "actions:my-reminders": signed_in(post=SENT),
    # links in mails: a guessed token is nothing to anybody; real ones in tests/actions/test_link_attacks.py
    **{f"actions:link-{name}": public(get=(404,), post=(404,), args=GUESSED) for name in ("steps", "all", "end", "unsubscribe")},
    "actions:link-ask": public(get=(404,), post=(404,), args=GUESSED | {"kind": "blocked"}),
    "actions:link-undo": public(get=NO_GET, post=(404,), args=GUESSED),
    # a demo's mails: nothing is there where SHOW_MAILS is off, as it is here
    "actions:demo-mails": public(get=(404,)),
    "actions:demo-mail": public(get=(404,), args={"file": "a", "n": 1}),
    "actions:demo-mail-html": public(get=(404,), args={"file": "a", "n": 1}),
    "actions:demo-calendar": public(get=NO_GET, post=(404,)),
    # what everybody reads
    "dashboards:home": public(get=(200, 302)),
    "dashboards:how": public(),
    "dashboards:accessibility": public(),
    "dashboards:theme": public(args={"color": "=27447f"}),
    "dashboards:organization": public(get=(200, 302)),
    "dashboards:plan": public(),
    "dashboards:reports-csv": public(),
    "dashboards:changes": public(),
    "dashboards:reports": public(),
    "dashboards:reviews": public(),
    "dashboards:review": public(args={"address": "review_day"}),
    "dashboards:dates": public(),
    "dashboards:plan-calendar": public(),
    "dashboards:report": public(args={"address": "report_day"}),
    "dashboards:report-of-plan": public(),
    "dashboards:steps-xlsx": public(),
    "dashboards:steps-csv": public(),
    "dashboards:plan-json": public(),
    "dashboards:plan-md": public(),
    "dashboards:report-json": public(args={"address": "report_day"}),
    "dashboards:report-pdf": public(args={"address": "report_day"}),
    "dashboards:survey-list": public(),
    **{
        f"dashboards:survey{part}": public(args={"survey": "open_survey"})
        for part in ("", "-themes", "-answers", "-changes", "-pdf", "-results-xlsx")
    },
    **{
        f"dashboards:survey-{what}-{kind}": public(args={"survey": "open_survey"})
        for what in ("groups", "themes", "we-did", "earlier")
        for kind in ("csv", "xlsx")
    },
    **{f"dashboards:survey-question-{kind}": public(args={"survey": "open_survey", "n": 1}) for kind in ("csv", "xlsx")},
    **{f"dashboards:survey-group-{kind}": public(args={"survey": "open_survey", "group": "open_group"}) for kind in ("csv", "xlsx")},
    "dashboards:goal-area": public(part="goal_area"),
    "dashboards:objective": public(part="performance_objective"),
    "dashboards:strategy": public(part="strategy"),
    "dashboards:step": public(part="action_step"),
}
