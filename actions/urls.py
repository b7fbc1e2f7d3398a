"""Addresses of those who work on a plan. Imports come before plans: no plan may be called “imports”."""

from django.urls import path

from actions.views import feeds, imports, manage, publishing, rhythm, statuses, steps, updates

app_name = "actions"

urlpatterns = [
    path("manage/<slug:district>/imports/", imports.import_list, name="import-list"),
    path("manage/<slug:district>/imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("manage/<slug:district>/imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("manage/<slug:district>/imports/<int:pk>/accept/", imports.import_accept, name="import-accept"),
    path("manage/<slug:district>/imports/<int:pk>/discard/", imports.import_discard, name="import-discard"),
    path("manage/<slug:district>/imports/<int:pk>/retry/", imports.import_retry, name="import-retry"),
    path("manage/<slug:district>/", manage.manage_home, name="manage-home"),
    path("manage/<slug:district>/<slug:plan>/publish/", publishing.publish, name="publish"),
    path("manage/<slug:district>/<slug:plan>/publish/visibility/", publishing.publish_visibility, name="publish-visibility"),
    path("manage/<slug:district>/<slug:plan>/publish/details/", publishing.publish_details, name="publish-details"),
    path("manage/<slug:district>/<slug:plan>/publish/report/", publishing.publish_through, name="publish-through"),
    path(
        "manage/<slug:district>/<slug:plan>/publish/reports/<str:address>/withdraw/", publishing.publish_withdraw, name="publish-withdraw"
    ),
    path("manage/<slug:district>/<slug:plan>/statuses/", statuses.statuses, name="statuses"),
    path("manage/<slug:district>/<slug:plan>/statuses/add/", statuses.status_add, name="status-add"),
    path("manage/<slug:district>/<slug:plan>/statuses/<int:status>/", statuses.status_change, name="status-change"),
    path("manage/<slug:district>/<slug:plan>/statuses/<int:status>/place/", statuses.status_place, name="status-place"),
    path("manage/<slug:district>/<slug:plan>/lead/<slug:kind>/<str:address>/", manage.manage_lead, name="manage-lead"),
    path("manage/<slug:district>/<slug:plan>/rhythm/", rhythm.rhythm, name="rhythm"),
    path("manage/<slug:district>/<slug:plan>/rhythm/set/", rhythm.rhythm_set, name="rhythm-set"),
    path("manage/<slug:district>/<slug:plan>/rhythm/mails/", rhythm.rhythm_mails, name="rhythm-mails"),
    path("manage/<slug:district>/<slug:plan>/rhythm/breaks/add/", rhythm.break_add, name="break-add"),
    path("manage/<slug:district>/<slug:plan>/rhythm/breaks/<int:school_break>/remove/", rhythm.break_remove, name="break-remove"),
    path("my/dates/", feeds.my_dates, name="my-dates"),
    path("calendar/<str:token>.ics", feeds.calendar, name="calendar"),
    path("my/", steps.my_steps, name="my-steps"),
    path("my/undo/<uuid:press>/", updates.press_undo, name="press-undo"),
    path("manage/<slug:district>/<slug:plan>/", steps.plan, name="plan"),
    path("manage/<slug:district>/<slug:plan>/many/", updates.steps_many, name="steps-many"),
    path("manage/<slug:district>/<slug:plan>/steps/<str:address>/", steps.step, name="step"),
    path("manage/<slug:district>/<slug:plan>/steps/<str:address>/row/", steps.step_row, name="step-row"),
    path("manage/<slug:district>/<slug:plan>/steps/<str:address>/update/", updates.step_update, name="step-update"),
    path("manage/<slug:district>/<slug:plan>/steps/<str:address>/confirm/", updates.step_confirm, name="step-confirm"),
    path("manage/<slug:district>/<slug:plan>/steps/<str:address>/updates/<int:update>/undo/", updates.update_undo, name="update-undo"),
    path(
        "manage/<slug:district>/<slug:plan>/steps/<str:address>/updates/<int:update>/correct/",
        updates.update_correct,
        name="update-correct",
    ),
]
