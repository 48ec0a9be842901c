"""Addresses of the board."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.board, name="board"),
    path("table.csv", views.table, name="board_table"),
]
