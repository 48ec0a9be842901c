"""Addresses of the calculators: for everybody, and at the desk. They stand before the desk's own."""

from django.urls import path

from . import desk, views

urlpatterns = [
    path("calculators/", views.listed, name="calculators"),
    path("calculators/<slug:key>/", views.calculator, name="calculator"),
    path("calculators/<slug:key>/keep/", views.keep, name="calculator_keep"),
    path("desk/calculators/", desk.listed, name="desk_calculators"),
    path("desk/calculators/<slug:key>/", desk.calculator, name="desk_calculator"),
    path("desk/<slug:no>/reckonings/<int:pk>/aside/", desk.set_aside, name="reckoning_aside"),
]
