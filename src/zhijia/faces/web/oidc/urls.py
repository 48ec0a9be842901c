"""Addresses of signing in across systems. What machines ask stands in faces/api/oauth_urls.py."""

from django.urls import path

from . import connected, consent, doors, leave, well_known

urlpatterns = [
    path(".well-known/openid-configuration", well_known.configuration, name="oidc_configuration"),
    path(".well-known/oauth-authorization-server", well_known.configuration, name="oauth_configuration"),
    path("oauth/authorize/", consent.authorize, name="oidc_authorize"),
    path("oauth/leave/", leave.leave, name="oidc_leave"),
    path("sign-in/with/<slug:key>/", doors.start, name="oidc_start"),
    path("sign-in/with/<slug:key>/back/", doors.back, name="oidc_back"),
    path("sign-in/invited/<str:token>/", doors.invited, name="oidc_invited"),
    path("me/connected/", connected.connected, name="connected"),
]
