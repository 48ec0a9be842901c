"""Addresses of the public figures; those of the data are promised to stay."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.figures, name="figures"),
    path("dictionary/", views.dictionary, name="figures_dictionary"),
    path("data/<slug:service>.csv", views.table, name="figures_csv"),
    path("data/<slug:service>.json", views.document, name="figures_json"),
]
