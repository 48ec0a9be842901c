"""Addresses of the typical cases."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.listed, name="typical"),
    path("<int:pk>/", views.one, name="typical_one"),
]
