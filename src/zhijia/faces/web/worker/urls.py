"""Addresses of the worker's face."""

from django.urls import path

from . import ask, home, matters, me, messages, services

urlpatterns = [
    path("", home.home, name="home"),
    path("ask/", ask.ask, name="ask"),
    path("ask/guess", ask.guess, name="ask_guess"),
    path("ask/places", ask.places_of, name="ask_places"),
    path("ask/sent/", ask.sent, name="ask_sent"),
    path("services/", services.services, name="services"),
    path("services/<slug:key>/", services.service, name="service"),
    path("services/<slug:key>/plan", services.plan_of, name="service_plan"),
    path("services/<slug:key>/sent/", services.sent, name="service_sent"),
    path("matters/", matters.matters, name="matters"),
    path("matters/<str:no>/", matters.matter, name="matter"),
    path("matters/<str:no>/do/<slug:act>/", matters.do, name="matter_do"),
    path("matters/<str:no>/letters/<int:pk>/", matters.letter, name="matter_letter"),
    path("matters/<str:no>/files/<int:pk>/", matters.file, name="matter_file"),
    path("messages/", messages.messages, name="messages"),
    path("me/", me.me, name="me"),
    path("me/contact/", me.contact, name="me_contact"),
    path("me/access/", me.access, name="me_access"),
]
