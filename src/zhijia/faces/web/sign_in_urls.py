"""Addresses of signing in and out, of one's own sign-in, and of the reader's choices: text size, theme, language."""

from django.urls import include, path

from . import mode, sign_in
from .account import steps

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/passkey/begin/", sign_in.begin_passkey, name="sign_in_passkey_begin"),
    path("sign-in/second/", steps.second, name="sign_in_second"),
    path("sign-in/second/begin/", steps.begin_second, name="sign_in_second_begin"),
    path("sign-in/set-up/", steps.set_up, name="sign_in_set_up"),
    path("sign-in/set-up/begin/", steps.begin_set_up, name="sign_in_set_up_begin"),
    path("sign-in/link/<str:token>/", steps.link, name="sign_in_link"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("account/", include("zhijia.faces.web.account.urls")),
    path("mode/", mode.choose, name="mode"),
    path("i18n/", include("django.conf.urls.i18n")),
]
