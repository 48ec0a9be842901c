"""Addresses of the staff desk."""

from django.urls import path

from . import act, bulk, callbacks, case, export, inbox, lookup, register

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("export/", export.export, name="export"),
    path("register/", register.register, name="register"),
    path("callbacks/", callbacks.callbacks, name="callbacks"),
    path("checks/", callbacks.checks, name="checks"),
    path("units/", lookup.units, name="units"),
    path("employers/", lookup.employers, name="employers"),
    path("bulk/<slug:transition>/", bulk.bulk, name="bulk"),
    path("<slug:no>/", case.case_page, name="case"),
    path("<slug:no>/preview/", case.preview, name="preview"),
    path("<slug:no>/watch/", case.watch, name="watch"),
    path("<slug:no>/reveal/", case.unmask, name="reveal"),
    path("<slug:no>/files/<int:pk>/", case.attachment, name="file"),
    path("<slug:no>/do/<slug:transition>/", act.do, name="do"),
]
