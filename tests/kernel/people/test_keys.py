"""Data keys and the masters that wrap them: made once, cached, renewed, wrapped anew, destroyed; refused where loose.

A new key is committed on a line of its own, so tests that make one do it for purposes that nobody else has.
"""

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from zhijia.kernel.audit.models import Entry
from zhijia.kernel.base.errors import Conflict, Misconfigured
from zhijia.kernel.base.private import read_private
from zhijia.kernel.people import keys, masters, vault
from zhijia.kernel.people.masters import HttpMaster, LocalMaster, master_for
from zhijia.kernel.people.models import DataKey

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = "22" * 32, "33" * 32, "44" * 32
AAD = b"place:1"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """What a test does to the ring is taken back with its transaction, so the ring is read anew on both sides."""
    keys.forget()
    yield
    keys._ring.keys.clear()
    keys._ring.gone.clear()
    keys.forget()


def test_each_purpose_has_a_key_of_its_own_and_no_repr_shows_it() -> None:
    phone, health = keys.current("phone"), keys.current("health")
    assert phone.material != health.material
    assert (phone.material.hex() in repr(phone), str(phone.wrapped) in repr(phone)) == (False, False)
    stored = DataKey.objects.get(purpose="phone")
    assert (stored.master, phone.material in bytes(stored.wrapped or b"")) == (
        LocalMaster(bytes.fromhex(ONE)).name,
        False,
    )


def test_a_wrapped_key_is_bound_to_its_purpose_and_master() -> None:
    master = LocalMaster(bytes.fromhex(ONE))
    wrapped = master.wrap(b"k" * 32, b"zhijia/phone/1")
    assert master.unwrap(wrapped, b"zhijia/phone/1") == b"k" * 32
    with pytest.raises(Misconfigured):
        master.unwrap(wrapped, b"zhijia/health/1")
    with pytest.raises(Misconfigured):
        LocalMaster(bytes.fromhex(TWO)).unwrap(wrapped, b"zhijia/phone/1")


def test_a_renewed_key_seals_and_the_older_one_opens() -> None:
    old = vault.seal("a", purpose="renewed", aad=AAD)
    keys.renew("renewed")
    new = vault.seal("b", purpose="renewed", aad=AAD)
    assert old[: vault.HEAD] != new[: vault.HEAD]
    assert [vault.open_(s, purpose="renewed", aad=AAD) for s in (old, new)] == ["a", "b"]
    assert vault.blind("13800000001", purpose="phone") == vault.blind("13800000001", purpose="phone")


def test_a_value_can_be_sealed_while_rows_are_copied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied (value bytea) ON COMMIT DROP")
        with cursor.copy("COPY copied FROM STDIN") as copy:
            keys.forget()  # as two seconds later
            copy.write_row((vault.seal("138", purpose="phone", aad=AAD),))
        cursor.execute("SELECT value FROM copied")
        assert vault.open_(cursor.fetchone()[0], purpose="phone", aad=AAD) == "138"


def test_a_new_master_wraps_all_keys_anew_and_the_old_one_may_go(settings: Settings) -> None:
    settings.VAULT_KEY = ONE
    sealed, index = vault.seal("a", purpose="phone", aad=AAD), vault.blind("13800000001", purpose="phone")
    settings.VAULT_KEY = f"{ONE},{TWO}"
    assert keys.rewrap() == DataKey.objects.count()
    assert keys.rewrap() == 0
    settings.VAULT_KEY = TWO
    keys._ring.keys.clear()
    keys.forget()
    assert vault.open_(sealed, purpose="phone", aad=AAD) == "a"
    assert vault.blind("13800000001", purpose="phone") == index


def test_a_missing_master_is_named(settings: Settings) -> None:
    sealed = vault.seal("a", purpose="phone", aad=AAD)
    settings.VAULT_KEY = THREE
    keys._ring.keys.clear()
    keys.forget()
    with pytest.raises(Misconfigured, match="no master key here is named local:"):
        vault.open_(sealed, purpose="phone", aad=AAD)


def test_one_purpose_can_be_destroyed_and_the_others_stay(now: datetime) -> None:
    health, phone = vault.seal("ill", purpose="health", aad=AAD), vault.seal("138", purpose="phone", aad=AAD)
    assert keys.destroy(purpose="health", now=now) == 1
    keys.forget()
    with pytest.raises(vault.Destroyed):
        vault.open_(health, purpose="health", aad=AAD)
    assert vault.open_(phone, purpose="phone", aad=AAD) == "138"
    entry = Entry.objects.get(chain="vault", act="key.destroyed")
    assert entry.data == {"purpose": "health", "versions": 1}


def test_only_a_version_that_does_not_seal_can_be_retired(now: datetime) -> None:
    sealed = vault.seal("138", purpose="retired", aad=AAD)
    first = DataKey.objects.filter(purpose="retired").latest("version")
    with pytest.raises(Conflict):
        keys.retire(first, now=now)
    keys.renew("retired")
    keys.retire(first, now=now)
    keys.forget()
    with pytest.raises(vault.Destroyed):
        vault.open_(sealed, purpose="retired", aad=AAD)


# --- where a master is kept ---------------------------------------------------------------------------------------


def test_a_secret_that_others_may_read_is_refused_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(ONE + "\n")
    file.chmod(0o640)
    with pytest.raises(Misconfigured) as refused:
        read_private(file)
    assert str(refused.value) == f"{file} has mode 640, so others may read this secret. Run: chmod 600 {file}"
    file.chmod(0o600)
    assert read_private(file) == ONE


def test_a_purpose_can_be_held_by_a_master_of_its_own(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "harassment"
    file.write_text(THREE)
    file.chmod(0o600)
    settings.VAULT_MASTERS = f"harassment=file:{file}"
    mine, all_others = LocalMaster(bytes.fromhex(THREE)).name, LocalMaster(bytes.fromhex(ONE)).name
    assert (master_for("harassment").name, master_for("index:harassment").name, master_for("health").name) == (
        mine, mine, all_others,
    )  # fmt: skip
    assert keys.rewrap() == 1
    assert DataKey.objects.get(purpose="harassment").master == mine


@pytest.mark.parametrize("places", ["health", "health=ftp://x", "=file:/x"])
def test_a_malformed_place_is_refused(settings: Settings, places: str) -> None:
    settings.VAULT_MASTERS = places
    with pytest.raises(Misconfigured):
        master_for("health")


@pytest.mark.parametrize("key", ["", "11", "zz" * 32, ONE + ","])
def test_a_malformed_master_key_is_refused(settings: Settings, key: str) -> None:
    settings.VAULT_KEY = key
    with pytest.raises(Misconfigured):
        master_for("phone")


class _Kms(BaseHTTPRequestHandler):
    """A key-management service as small as the contract: it keeps the key, and counts what it is asked."""

    asked: list[str] = []  # noqa: RUF012 - one service at a time
    inner = LocalMaster(bytes.fromhex(TWO))

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        given = {name: b64decode(value) for name, value in said.items()}
        verb = self.path.rsplit("/", 1)[1]
        self.asked.append(verb)
        if self.headers["Authorization"] != "Bearer s3cret":
            self.send_response(403)
            self.end_headers()
            return
        if verb == "wrap":
            told = {"wrapped": self.inner.wrap(given["plain"], given["context"])}
        else:
            told = {"plain": self.inner.unwrap(given["wrapped"], given["context"])}
        body = json.dumps({name: b64encode(value).decode() for name, value in told.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: Any) -> None:
        pass


@pytest.fixture
def kms() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Kms)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Kms.asked.clear()
    masters._at.cache_clear()
    yield f"http://127.0.0.1:{server.server_port}/keys/zhijia"
    masters._at.cache_clear()
    server.shutdown()
    server.server_close()


def test_a_key_management_service_wraps_and_is_asked_once_for_each_key(kms: str, settings: Settings) -> None:
    settings.VAULT_MASTERS, settings.VAULT_KMS_TOKEN = f"*={kms}", "s3cret"
    assert keys.rewrap() == DataKey.objects.count()
    keys._ring.keys.clear()
    _Kms.asked.clear()
    sealed = [vault.seal("138", purpose="phone", aad=AAD) for _n in range(5)]
    assert [vault.open_(s, purpose="phone", aad=AAD) for s in sealed] == ["138"] * 5
    assert _Kms.asked == ["unwrap"]


def test_a_service_that_refuses_or_is_away_is_named(kms: str) -> None:
    with pytest.raises(Misconfigured, match="does not wrap: status 403"):
        HttpMaster(kms, "wrong").wrap(b"k" * 32, b"c")
    with pytest.raises(Misconfigured, match="does not unwrap"):
        HttpMaster("http://127.0.0.1:9/keys", "s3cret").unwrap(b"k" * 60, b"c")
    with pytest.raises(Misconfigured, match="must be reached by https"):
        HttpMaster("http://kms.example/keys", "s3cret")
