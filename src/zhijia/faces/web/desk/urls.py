"""Addresses of the staff desk."""

from django.urls import path, re_path

from . import act, bulk, callbacks, case, disposal, export, file, inbox, letters, lookup, operations, register, sheets

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("export/", export.export, name="export"),
    path("register/", register.register, name="register"),
    path("file/<slug:service>/", file.file, name="file_for"),
    path("callbacks/", callbacks.callbacks, name="callbacks"),
    path("checks/", callbacks.checks, name="checks"),
    path("units/", lookup.units, name="units"),
    path("employers/", lookup.employers, name="employers"),
    path("bulk/<slug:transition>/", bulk.bulk, name="bulk"),
    path("operations/", operations.operations, name="operations"),
    path("operations/drill/", operations.drill, name="operations_drill"),
    path("operations/backup/", operations.backup, name="operations_backup"),
    path("operations/runs/<int:pk>/", operations.progress, name="operations_progress"),
    path("sheets/", sheets.mine, name="sheets"),
    path("sheets/jobs/<int:pk>/", sheets.job_page, name="sheet_job"),
    path("sheets/jobs/<int:pk>/progress/", sheets.progress, name="sheet_progress"),
    re_path(r"^sheets/jobs/(?P<pk>\d+)/(?P<what>file|wrong|all)\.xlsx$", sheets.fetch, name="sheet_fetch"),
    re_path(r"^sheets/jobs/(?P<pk>\d+)/(?P<what>confirm|cancel|undo)/$", sheets.act, name="sheet_act"),
    path("sheets/<slug:key>/", sheets.sheet, name="sheet"),
    path("sheets/<slug:key>/template/", sheets.blank, name="sheet_template"),
    path("sheets/<slug:key>/export/", sheets.order, name="sheet_export"),
    path("disposal/", disposal.due_page, name="disposal"),
    path("disposal/propose/", disposal.propose, name="disposal_propose"),
    path("disposal/<int:pk>/", disposal.one, name="disposal_one"),
    path("disposal/<int:pk>/progress/", disposal.progress, name="disposal_progress"),
    path("disposal/<int:pk>/decide/", disposal.decide, name="disposal_decide"),
    path("<slug:no>/", case.case_page, name="case"),
    path("<slug:no>/preview/", case.preview, name="preview"),
    path("<slug:no>/hold/", disposal.hold, name="hold"),
    path("<slug:no>/watch/", case.watch, name="watch"),
    path("<slug:no>/reveal/", case.unmask, name="reveal"),
    path("<slug:no>/files/<int:pk>/", case.attachment, name="file"),
    path("<slug:no>/do/<slug:transition>/", act.do, name="do"),
    path("<slug:no>/letters/", letters.letters_page, name="letters"),
    path("<slug:no>/letters/<int:pk>/", letters.letter_page, name="letter"),
    path("<slug:no>/letters/<int:pk>/letter.<slug:ending>", letters.letter_file, name="letter_file"),
    path("<slug:no>/letters/<int:pk>/<slug:act>/", letters.letter_act, name="letter_act"),
]
