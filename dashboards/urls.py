"""Public addresses. Included last: a district may be called almost anything that accounts.models.RESERVED_SLUGS leaves free."""

from django.conf import settings
from django.urls import URLPattern, path

from dashboards import exports, review_views, survey_views, views

app_name = "dashboards"


def survey_files(what: str, address: str, kinds: tuple[str, ...] = ("csv", "xlsx")) -> list[URLPattern]:
    """A table of a survey in each form."""
    base = "<slug:organization>/surveys/<slug:survey>"
    return [
        path(f"{base}/{address}.{kind}", survey_views.survey_file, {"what": what, "kind": kind}, name=f"survey-{what}-{kind}")
        for kind in kinds
    ]


urlpatterns = [
    path("", views.home, name="home"),
    path("how/", views.how, name="how"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("theme/<str:color>.css", views.theme, name="theme"),
    *([path("gallery/", views.show_gallery, name="gallery")] if settings.DEBUG else []),
    path("<slug:organization>/", views.organization, name="organization"),
    path("<slug:organization>/surveys/", survey_views.survey_list, name="survey-list"),
    path("<slug:organization>/surveys/<slug:survey>/", survey_views.survey, name="survey"),
    path("<slug:organization>/surveys/<slug:survey>/themes/", survey_views.survey_themes, name="survey-themes"),
    path("<slug:organization>/surveys/<slug:survey>/we-did/", survey_views.survey_answers, name="survey-answers"),
    path("<slug:organization>/surveys/<slug:survey>/earlier/", survey_views.survey_changes, name="survey-changes"),
    path("<slug:organization>/surveys/<slug:survey>/report.pdf", survey_views.survey_pdf, name="survey-pdf"),
    *survey_files("groups", "groups"),
    *survey_files("question", "questions/<int:n>"),
    *survey_files("group", "group/<slug:group>"),
    *survey_files("themes", "themes"),
    *survey_files("we-did", "we-did"),
    *survey_files("earlier", "earlier"),
    *survey_files("results", "results", kinds=("xlsx",)),
    path("<slug:organization>/<slug:plan>/", views.plan, name="plan"),
    path("<slug:organization>/<slug:plan>/report.pdf", exports.export, {"kind": "pdf"}, name="report-of-plan"),
    path("<slug:organization>/<slug:plan>/steps.xlsx", exports.export, {"kind": "xlsx"}, name="steps-xlsx"),
    path("<slug:organization>/<slug:plan>/steps.csv", exports.export, {"kind": "csv"}, name="steps-csv"),
    path("<slug:organization>/<slug:plan>/plan.json", exports.export, {"kind": "json"}, name="plan-json"),
    path("<slug:organization>/<slug:plan>/plan.md", exports.export, {"kind": "md"}, name="plan-md"),
    path("<slug:organization>/<slug:plan>/reports.csv", views.reports_csv, name="reports-csv"),
    path("<slug:organization>/<slug:plan>/changes/", views.changes, name="changes"),
    path("<slug:organization>/<slug:plan>/reports/", views.reports, name="reports"),
    path("<slug:organization>/<slug:plan>/reports/<str:address>/", views.report, name="report"),
    path("<slug:organization>/<slug:plan>/reports/<str:address>/report.json", views.report_json, name="report-json"),
    path("<slug:organization>/<slug:plan>/reports/<str:address>/report.pdf", exports.report_pdf, name="report-pdf"),
    path("<slug:organization>/<slug:plan>/reviews/", review_views.reviews, name="reviews"),
    path("<slug:organization>/<slug:plan>/reviews/<str:address>/", review_views.review, name="review"),
    path("<slug:organization>/<slug:plan>/dates/", review_views.dates, name="dates"),
    path("<slug:organization>/<slug:plan>/calendar.ics", review_views.calendar, name="plan-calendar"),
    path("<slug:organization>/<slug:plan>/goals/<str:address>/", views.branch, {"kind": "goal_area"}, name="goal-area"),
    path("<slug:organization>/<slug:plan>/objectives/<str:address>/", views.branch, {"kind": "performance_objective"}, name="objective"),
    path("<slug:organization>/<slug:plan>/strategies/<str:address>/", views.branch, {"kind": "strategy"}, name="strategy"),
    path("<slug:organization>/<slug:plan>/steps/<str:address>/", views.step, name="step"),
]
