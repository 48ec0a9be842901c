"""Addresses of the board."""

from django.urls import path

from . import transparency, views, wall, winter

urlpatterns = [
    path("", views.board, name="board"),
    path("transparency/", transparency.transparency, name="board_transparency"),
    path("wall/", wall.wall, name="board_wall"),
    path("winter/", winter.winter, name="board_winter"),
    path("winter/table.csv", winter.table, name="board_winter_table"),
    path("table.csv", views.table, name="board_table"),
]
