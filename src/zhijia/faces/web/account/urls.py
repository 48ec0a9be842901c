"""Addresses of one's own sign-in."""

from django.urls import path

from . import confirm, factors, overview, password

urlpatterns = [
    path("", overview.overview, name="account"),
    path("password/", password.password, name="account_password"),
    path("app/", factors.app, name="account_app"),
    path("passkeys/", factors.add, name="account_passkeys"),
    path("passkeys/begin/", factors.begin, name="account_passkey_begin"),
    path("passkeys/<int:pk>/", factors.passkey, name="account_passkey"),
    path("codes/", overview.codes, name="account_codes"),
    path("devices/", overview.end, name="account_devices"),
    path("confirm/", confirm.confirm, name="account_confirm"),
    path("confirm/begin/", confirm.begin, name="account_confirm_begin"),
]
