"""Addresses of the administration of who may what. They stand before the desk's own, whose cases are `/desk/<no>/`."""

from django.urls import path, re_path

from . import accounts, messages, openings, posts, rights, substitutes, suggest, units, waiting

app_name = "admin"
urlpatterns = [
    path("admin/", accounts.home, name="home"),
    path("admin/accounts/", accounts.listed, name="accounts"),
    path("admin/accounts/new/", accounts.add, name="account_new"),
    path("admin/accounts/<int:pk>/", accounts.account, name="account"),
    path("admin/accounts/<int:pk>/appoint/", posts.appoint, name="appoint"),
    re_path(
        r"^admin/accounts/(?P<pk>\d{1,18})/(?P<what>link|close|reopen|unlock|sessions|factors)/$",
        accounts.act,
        name="account_act",
    ),
    path("admin/posts/<int:pk>/", rights.post, name="post"),
    path("admin/posts/<int:pk>/rights/", rights.change, name="rights"),
    path("admin/posts/<int:pk>/end/", posts.end, name="post_end"),
    path("admin/posts/<int:pk>/substitute/", posts.substitute, name="post_substitute"),
    path("admin/substitutions/<int:pk>/end/", substitutes.end, name="substitution_end"),
    path("admin/units/", units.listed, name="units"),
    path("admin/units/<int:pk>/", units.unit, name="unit"),
    path("admin/waiting/", waiting.waiting, name="waiting"),
    path("admin/waiting/decide/", waiting.decide, name="decide"),
    path("admin/people/", suggest.people, name="people"),
    path("admin/orgs/", suggest.orgs, name="orgs"),
    path("openings/", openings.overview, name="openings"),
    path("openings/ask/", openings.ask, name="opening_ask"),
    re_path(r"^openings/(?P<pk>\d{1,18})/(?P<what>agree|refuse|end|review)/$", openings.act, name="opening_act"),
    path("emergency/", openings.emergency, name="emergency"),
    path("substitutes/", substitutes.mine, name="substitutes"),
    path("messages/", messages.listed, name="messages"),
]
