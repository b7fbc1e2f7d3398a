"""Addresses of a district's surveys for staff. No survey may be called “imports”."""

from django.urls import path

from surveys.views import comparing, imports, open_answers, publishing, results, surveys

app_name = "surveys"

urlpatterns = [
    path("manage/<slug:district>/surveys/", surveys.survey_list, name="survey-list"),
    path("manage/<slug:district>/surveys/imports/new/", imports.import_new, name="import-new"),
    path("manage/<slug:district>/surveys/imports/figures/", imports.import_figures, name="import-figures"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/accept/", imports.import_accept, name="import-accept"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/discard/", imports.import_discard, name="import-discard"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/retry/", imports.import_retry, name="import-retry"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/correct/", imports.import_correct, name="import-correct"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/columns/<int:column>/", imports.import_question, name="import-question"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/matching/", imports.import_matching, name="import-matching"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/mapping.json", imports.import_mapping, name="import-mapping"),
    path("manage/<slug:district>/surveys/imports/<int:pk>/left-out-rows.csv", imports.import_left_out, name="import-left-out"),
    path("manage/<slug:district>/surveys/<slug:survey>/results/", results.survey_results, name="survey-results"),
    path("manage/<slug:district>/surveys/<slug:survey>/results/table.csv", results.results_file, {"kind": "csv"}, name="results-csv"),
    path("manage/<slug:district>/surveys/<slug:survey>/results/table.xlsx", results.results_file, {"kind": "xlsx"}, name="results-xlsx"),
    path("manage/<slug:district>/surveys/<slug:survey>/results/answers.csv", results.answers_file, {"kind": "csv"}, name="answers-csv"),
    path("manage/<slug:district>/surveys/<slug:survey>/results/answers.xlsx", results.answers_file, {"kind": "xlsx"}, name="answers-xlsx"),
    path("manage/<slug:district>/surveys/<slug:survey>/open-answers/", open_answers.answer_list, name="open-answers"),
    path("manage/<slug:district>/surveys/<slug:survey>/open-answers/mark/", open_answers.answers_mark, name="answers-mark"),
    path(
        "manage/<slug:district>/surveys/<slug:survey>/open-answers/suggestions/", open_answers.theme_suggestions, name="theme-suggestions"
    ),
    path("manage/<slug:district>/surveys/<slug:survey>/open-answers/themes/", open_answers.theme_list, name="theme-list"),
    path("manage/<slug:district>/surveys/<slug:survey>/open-answers/themes/<int:pk>/", open_answers.theme, name="theme"),
    path("manage/<slug:district>/surveys/<slug:survey>/earlier/", comparing.survey_compare, name="survey-compare"),
    path("manage/<slug:district>/surveys/<slug:survey>/earlier/<slug:earlier>/", comparing.comparison, name="comparison"),
    path(
        "manage/<slug:district>/surveys/<slug:survey>/earlier/<slug:earlier>/same/", comparing.comparison_matches, name="comparison-matches"
    ),
    *(
        path(
            f"manage/<slug:district>/surveys/<slug:survey>/earlier/<slug:earlier>/changes.{kind}",
            comparing.comparison_file,
            {"kind": kind},
            name=f"comparison-{kind}",
        )
        for kind in ("csv", "xlsx")
    ),
    path("manage/<slug:district>/surveys/<slug:survey>/we-did/", publishing.survey_links, name="survey-links"),
    path("manage/<slug:district>/surveys/<slug:survey>/publish/", publishing.survey_publish, name="survey-publish"),
    path("manage/<slug:district>/surveys/<slug:survey>/publish/withdraw/", publishing.survey_withdraw, name="survey-withdraw"),
    path("manage/<slug:district>/surveys/<slug:survey>/settings/", surveys.survey_settings, name="survey-settings"),
    path("manage/<slug:district>/surveys/<slug:survey>/imports/<int:source>/delete/", surveys.answers_delete, name="answers-delete"),
]
