"""Addresses of the design system."""

from django.urls import path

from . import lookups, page

urlpatterns = [
    path("design/", page.design, name="design"),
    path("design/employers/", page.employers, name="design_employers"),
    path("lookup/places/", lookups.places, name="lookup_places"),
    path("lookup/credit-code/", lookups.code, name="lookup_code"),
]
