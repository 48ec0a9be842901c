"""Two ways through the public API: over HTTP with connections that are kept, or the same application in this process.

Both are partners with an OAuth2 token (client credentials). In this process the clock can be held at the moment at
which a text is filed, which a simulation needs.
"""

import http.client
import json
import os
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from zhijia.kernel.base.errors import Misconfigured

from .words import _

PATH, TOKEN = "/api/v1/cases/hotline", "/api/v1/oauth/token"
_FORM = "application/x-www-form-urlencoded"


class Refused(Exception):
    """The API did not take this row; the reason is for people. `code` is the first problem's."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Credentials:
    """A partner's application."""

    client_id: str
    secret: str

    def form(self) -> str:
        """The body of a token request."""
        grant = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.secret}
        return urlencode(grant)


@dataclass(frozen=True)
class Filed:
    """What came of one row."""

    no: str
    again: bool


class Filer(Protocol):
    """Files one text; the same key again files nothing twice. Raises Refused, Misconfigured."""

    def file(self, body: Mapping[str, Any], *, key: str, at: datetime | None = None) -> Filed: ...

    def close(self) -> None: ...


@dataclass
class InProcess:
    """The WSGI application of this process, called as a server would call it."""

    credentials: Credentials
    _token: str = ""
    _kept: Any = None

    def file(self, body: Mapping[str, Any], *, key: str, at: datetime | None = None) -> Filed:
        """File at the moment `at` (default: now)."""
        from zhijia.kernel.base import clock

        with clock.at(at or clock.now()):
            if not self._token:
                status, said = self._post(TOKEN, self.credentials.form(), _FORM, {})
                self._token = _token_of(status, said)
            headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": key}
            status, said = self._post(PATH, json.dumps(body), "application/json", headers)
            return _filed(status, said)

    def close(self) -> None:
        """Nothing is kept open."""

    def _post(self, path: str, body: str, kind: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        response = self._client().post(path, body, content_type=kind, headers=headers)
        return response.status_code, _parsed(response.content)

    def _client(self) -> Any:
        from django.test import Client

        if self._kept is None:
            self._kept = Client(SERVER_NAME="localhost")
        return self._kept


@dataclass
class OverHttp:
    """A server at `url`; each thread keeps one connection, and a broken one is opened again once."""

    url: str
    credentials: Credentials
    _opened: list[http.client.HTTPConnection] = field(default_factory=list)
    _local: threading.local = field(default_factory=threading.local)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _token: str = ""

    def file(self, body: Mapping[str, Any], *, key: str, at: datetime | None = None) -> Filed:
        """File now, by the server's clock; `at` cannot be chosen over HTTP."""
        del at
        for renewed in (False, True):
            headers = {"Authorization": f"Bearer {self._bearer(renew=renewed)}", "Idempotency-Key": key}
            status, said = self._post(PATH, json.dumps(body), "application/json", headers)
            if status != 401 or renewed:
                break
        return _filed(status, said)

    def close(self) -> None:
        """End every kept connection."""
        while self._opened:
            self._opened.pop().close()

    def _bearer(self, *, renew: bool) -> str:
        with self._lock:
            if renew or not self._token:
                status, said = self._post(TOKEN, self.credentials.form(), _FORM, {})
                self._token = _token_of(status, said)
            return self._token

    def _post(self, path: str, body: str, kind: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        for last in (False, True):
            try:
                connection = self._connection(fresh=last)
                connection.request("POST", path, body.encode(), {"Content-Type": kind, **headers})
                response = connection.getresponse()
                return response.status, _parsed(response.read())
            except (OSError, http.client.HTTPException) as error:
                if last:
                    raise Misconfigured(
                        _("no answer from {url}: {reason}").format(url=self.url, reason=error)
                    ) from None
        raise AssertionError("unreachable")

    def _connection(self, *, fresh: bool) -> http.client.HTTPConnection:
        if fresh or not hasattr(self._local, "connection"):
            parts = urlsplit(self.url)
            kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
            if old := getattr(self._local, "connection", None):
                old.close()
            self._local.connection = kind(parts.netloc, timeout=60)
            self._opened.append(self._local.connection)
        found: http.client.HTTPConnection = self._local.connection
        return found


def given_credentials() -> Credentials | None:
    """The partner application that the operator named by ZHIJIA_CLIENT_ID and ZHIJIA_CLIENT_SECRET, or None."""
    client_id, secret = (os.environ.get(f"ZHIJIA_CLIENT_{name}", "") for name in ("ID", "SECRET"))
    return Credentials(client_id, secret) if client_id and secret else None


def own_credentials(*, now: datetime) -> Credentials:
    """The partner application "intake" of this installation, made if need be; its secret is new on every call.

    Raises Misconfigured when there is no hotline centre that could receive anything.
    """
    from django.db import transaction
    from oauth2_provider.models import Application

    from zhijia.kernel.org.models import Org, OrgKind
    from zhijia.kernel.people.actors import Actor, Role
    from zhijia.kernel.people.auth import add_account
    from zhijia.kernel.people.models import Account, Post
    from zhijia.kernel.people.posts import appoint

    centre = Org.objects.filter(kind=OrgKind.HOTLINE_CENTRE, active=True).order_by("lft").first()
    if centre is None:
        raise Misconfigured(_("there is no hotline centre yet that could receive anything"))
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        account = Account.objects.filter(login="intake").first() or add_account(
            login="intake", name="zhijia intake", actor=Actor.platform(), now=now, is_partner=True
        )
        if not Post.objects.filter(account=account).exists():
            appoint(
                account=account, role=Role.PARTNER, org_id=centre.pk, reach_id=centre.parent_id or centre.pk,
                from_day=now.date(), actor=Actor.platform(), now=now,
            )  # fmt: skip
        application, _made = Application.objects.update_or_create(
            client_id="zhijia-intake",
            defaults={
                "name": "intake", "user": account, "client_type": Application.CLIENT_CONFIDENTIAL,
                "authorization_grant_type": Application.GRANT_CLIENT_CREDENTIALS, "client_secret": secret,
            },
        )  # fmt: skip
    return Credentials(application.client_id, secret)


def _filed(status: int, said: Any) -> Filed:
    if status in (200, 201) and isinstance(said, dict) and "no" in said:
        return Filed(str(said["no"]), again=status == 200)
    if status in (400, 413, 422):
        problems = said.get("problems") or [] if isinstance(said, dict) else []
        first = problems[0] if problems else {}
        words = "; ".join(f"{p.get('field')}: {p.get('message')}" for p in problems)
        reason = words or (said.get("reason", "") if isinstance(said, dict) else "") or f"HTTP {status}"
        raise Refused(str(first.get("code") or "invalid"), reason)
    raise Misconfigured(_("the API answered {status}: {said}").format(status=status, said=str(said)[:200]))


def _token_of(status: int, said: Any) -> str:
    if status == 200 and isinstance(said, dict) and "access_token" in said:
        return str(said["access_token"])
    raise Misconfigured(
        _("no token from the API ({status}); set ZHIJIA_CLIENT_ID and ZHIJIA_CLIENT_SECRET of a partner").format(
            status=status
        )
    )


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw[:200].decode("utf-8", "replace")
