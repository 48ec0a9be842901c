"""Addresses of the auditor's face, and of the signed roots, which everybody may keep."""

from django.urls import path

from . import log, roots, runs, seals, trail

app_name = "audit"
urlpatterns = [
    path("", trail.trail, name="trail"),
    path("person/", trail.person, name="person"),
    path("readers/", trail.readers, name="readers"),
    path("security/", log.security_log, name="security"),
    path("seals/", seals.seals, name="seals"),
    path("seals/check/", seals.check, name="check"),
    path("export/", runs.order, name="export"),
    path("runs/<int:pk>/", runs.run_page, name="run"),
    path("runs/<int:pk>/progress/", runs.progress, name="progress"),
    path("runs/<int:pk>/bundle.zip", runs.fetch, name="fetch"),
    path("roots", roots.roots, name="roots"),
    path("roots.jsonl", roots.lines, name="lines"),
]
