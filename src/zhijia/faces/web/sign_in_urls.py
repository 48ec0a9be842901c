"""Addresses of signing in and out, and of the reader's own choices: text size, theme, language."""

from django.urls import include, path

from . import mode, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("mode/", mode.choose, name="mode"),
    path("i18n/", include("django.conf.urls.i18n")),
]
