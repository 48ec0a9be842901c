"""What every kind of answer tells the browser, graded: one table for pages, API, files, static and errors alike."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse

from tests.cast import NOW, Cast
from tests.leaks.routes import lists
from zhijia.faces import outage
from zhijia.faces.web.files import SAFE_HEADERS
from zhijia.kernel.base import clock
from zhijia.kernel.people.auth import request_code

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
POWERS = ("geolocation=()", "microphone=()", "payment=()", "usb=()", "display-capture=()", "camera=(self)")
PLAIN = {"/static/web/app.css", "/static/web/app.js"}
"""Files for everybody: no policy of contents, and kept by the browser."""
KINDS = (
    ("nobody", "/"), ("nobody", "/sign-in/"), ("nobody", "/board/"), ("nobody", "/board/table.csv"),
    ("nobody", "/nowhere"), ("nobody", "/api/v1/healthz"), ("nobody", "/api/v1/openapi.json"), ("nobody", "/api/v1/me"),
    ("nobody", "/api/v1/nowhere"), ("nobody", "/desk/"), ("nobody", "/audit/roots"), ("nobody", "/vouchers/sw.js"),
    ("nobody", "/static/web/app.css"), ("nobody", "/static/web/app.js"), ("nobody", "/api/v1/oauth/jwks.json"),
    ("alice", "/"), ("alice", "/matters/"), ("alice", "/me/"), ("alice", "/me/access/"), ("alice", "/desk/"),
    ("alice", "/account/"), ("alice", "/api/v1/me"), ("zhou", "/desk/"), ("zhou", "/desk/export/"),
    ("auditor", "/audit/"), ("admin", "/desk/admin/accounts/"), ("guard", "/desk/openings/"),
)  # fmt: skip


def grade(client: Client, path: str, *, signed_in: bool) -> list[str]:
    """What is missing in the answer."""
    response: Any = client.get(path)
    head = response.headers
    if response.streaming:
        list(response.streaming_content)
    response.close()
    missing = [f"{name}: {head.get(name)}" for name, value in EVERYWHERE.items() if head.get(name) != value]
    missing += [power for power in POWERS if power not in head.get("Permissions-Policy", "")]
    if head.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        missing.append("Referrer-Policy")
    if any(word in str(head).lower() for word in ("django", "python/", "granian/", "x-powered-by")):
        missing.append("it says what it runs on")
    if path not in PLAIN:
        policy = head.get("Content-Security-Policy", "")
        missing += [part for part in POLICY if part not in policy]
        missing += [f"{part} in the policy" for part in ("unsafe-", "http:", " * ", "blob:") if part in policy]
        missing += ["X-Frame-Options"] if head.get("X-Frame-Options") != "DENY" else []
    kept = head.get("Cache-Control", "")
    if signed_in and not ("no-store" in kept or ("private" in kept and "no-cache" in kept)):
        missing.append(f"Cache-Control: {kept!r}")
    return [f"{path}: {what}" for what in missing]


@pytest.fixture
def enter(cast: Cast) -> Any:
    def sign_in(name: str, **more: Any) -> Client:
        client = Client(**more)
        if name != "nobody":
            client.force_login(cast.accounts[name])
        return client

    outage._looks_again = 0.0  # a test before this one may have shown the page of an outage
    with clock.at(NOW):
        yield sign_in


def test_every_kind_of_answer_is_hardened(enter: Any) -> None:
    clients = {name: enter(name) for name, _path in KINDS}
    found = [
        missing
        for name, path in KINDS
        for missing in grade(clients[name], path, signed_in=name != "nobody")
    ]  # fmt: skip
    assert found == []


def test_every_address_without_an_id_is_hardened_also_when_it_refuses(enter: Any) -> None:
    client = enter("nobody")
    paths = [ask.path for ask in lists()]
    assert len(paths) > 60
    assert [missing for path in paths for missing in grade(client, path, signed_in=False)] == []


def test_only_files_of_people_may_style_themselves(enter: Any) -> None:
    """The one policy with 'unsafe-inline' is that of a sandboxed file, in which no script runs (tests/faces/web/
    test_files.py)."""
    policy = SAFE_HEADERS["Content-Security-Policy"]
    assert ("sandbox" in policy, "default-src 'none'" in policy, "script" in policy) == (True, True, False)


def test_https_is_for_good(enter: Any) -> None:
    client = enter("nobody")
    assert "Strict-Transport-Security" not in client.get("/").headers
    with override_settings(SESSION_COOKIE_SECURE=True):
        assert client.get("/").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_cookies_are_closed_to_scripts_and_strangers(enter: Any) -> None:
    client = enter("nobody")
    with override_settings(SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        page = client.get("/sign-in/")
        assert (page.cookies["csrftoken"]["secure"], page.cookies["csrftoken"]["samesite"]) == (True, "Lax")
        chosen = client.post(reverse("mode"), {"theme": "dark"}, secure=True).cookies["theme"]
    assert (chosen["httponly"], chosen["samesite"], chosen["secure"]) == (True, "Lax", True)


def test_session_cookie_is_closed_to_scripts(enter: Any) -> None:
    client = enter("nobody")
    code = request_code(phone="13800000002", now=NOW).code
    signed = client.post("/api/v1/session", {"phone": "13800000002", "code": code}, content_type="application/json")
    kept = signed.cookies[settings.SESSION_COOKIE_NAME]
    assert (signed.status_code, kept["httponly"], kept["samesite"]) == (204, True, "Lax")
