"""Addresses of the worker's face."""

from django.urls import path

from zhijia.faces.web.scripts import service_worker

from . import app, ask, home, matters, me, messages, privacy, pseudonym, services

urlpatterns = [
    path("", home.home, name="home"),
    path("manifest.webmanifest", app.manifest, name="manifest"),
    path("sw.js", service_worker("web/sw.js"), name="app_sw"),
    path("offline/", app.offline, name="offline"),
    path("ask/", ask.ask, name="ask"),
    path("ask/guess", ask.guess, name="ask_guess"),
    path("ask/places", ask.places_of, name="ask_places"),
    path("ask/sent/", ask.sent, name="ask_sent"),
    path("pickup/", pseudonym.pickup, name="pickup"),
    path("pickup/new/", pseudonym.new, name="pickup_new"),
    path("services/", services.services, name="services"),
    path("services/<slug:key>/", services.service, name="service"),
    path("services/<slug:key>/plan", services.plan_of, name="service_plan"),
    path("services/<slug:key>/sent/", services.sent, name="service_sent"),
    path("matters/", matters.matters, name="matters"),
    path("matters/<str:no>/", matters.matter, name="matter"),
    path("matters/<str:no>/do/<slug:act>/", matters.do, name="matter_do"),
    path("matters/<str:no>/letters/<int:pk>/", matters.letter, name="matter_letter"),
    path("matters/<str:no>/letters/<int:pk>/letter.<slug:ending>", matters.letter_file, name="matter_letter_file"),
    path("matters/<str:no>/files/<int:pk>/", matters.file, name="matter_file"),
    path("messages/", messages.messages, name="messages"),
    path("me/", me.me, name="me"),
    path("me/contact/", me.contact, name="me_contact"),
    path("me/access/", me.access, name="me_access"),
    path("me/data/", privacy.data, name="me_data"),
    path("me/data/copy/", privacy.copy, name="me_data_copy"),
    path("me/data/copy/<int:pk>/", privacy.progress, name="me_data_progress"),
    path("me/data/copy/<int:pk>.zip", privacy.fetch, name="me_data_fetch"),
    path("me/data/correct/", privacy.correct, name="me_data_correct"),
    path("me/data/phone/", privacy.phone, name="me_data_phone"),
    path("me/data/delete/", privacy.delete, name="me_data_delete"),
    path("me/data/sent/<str:no>/", privacy.sent, name="me_data_sent"),
    path("me/data/consent/", privacy.take_back, name="me_data_consent"),
]
