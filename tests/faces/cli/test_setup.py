"""The command line's own footing: the folder, the server, the words, the stamps, the port."""

import ast
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import polib
import psycopg
import pytest

from zhijia.faces.cli import freshness, messages, setup, words
from zhijia.faces.cli.serve import require_free
from zhijia.kernel.base.errors import Misconfigured
from zhijia.site import postgres

CLI = Path(words.__file__).parent


def url(**changed: str) -> str:
    """The test server's address of a database that is there, with parts exchanged."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path="/postgres", **changed))


def test_examine_accepts_the_test_server() -> None:
    setup.examine(url())


def test_examine_refuses_a_server_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "OLDEST", 99)
    with pytest.raises(Misconfigured, match=r"^the server at .* is PostgreSQL \d\d; 99 or newer is needed$"):
        setup.examine(url())


def test_examine_of_an_unreachable_server_is_one_sentence_without_the_password() -> None:
    port = postgres.free_port()
    with pytest.raises(Misconfigured) as refused:
        setup.examine(f"postgresql://me:s3cret@127.0.0.1:{port}/zhijia")
    assert str(refused.value) == (
        f"cannot use the database at 127.0.0.1:{port}/zhijia: Connection refused; check DATABASE_URL"
    )


def test_examine_refuses_another_kind_of_server() -> None:
    with pytest.raises(Misconfigured, match="must begin with postgresql://"):
        setup.examine("mysql://me@host/db")


def test_home_that_cannot_be_made_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ZHIJIA_HOME", str(tmp_path / "file"))
    with pytest.raises(Misconfigured) as refused:
        setup.home()
    assert str(refused.value) == f"cannot write to {tmp_path}/file: File exists; set ZHIJIA_HOME to a folder you own"


def test_require_free_names_the_taken_port_and_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Misconfigured) as refused:
            require_free("127.0.0.1", port)
    assert str(refused.value) == (
        f"port {port} is taken by another program; choose another, for example PORT={port + 1}"
    )
    require_free("127.0.0.1", port)


def test_stamp_is_read_back_and_added_to() -> None:
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS zhijia_stamp")
        connection.execute("CREATE DATABASE zhijia_stamp")
    with psycopg.connect(url()[: -len("postgres")] + "zhijia_stamp", autocommit=True) as connection:
        assert freshness.read_stamp(connection) == {}
        freshness.write_stamp(connection, migrations="a'b")
        freshness.write_stamp(connection, demo="loaded")
        assert freshness.read_stamp(connection) == {"migrations": "a'b", "demo": "loaded"}
    with psycopg.connect(url(), autocommit=True) as connection:
        connection.execute("DROP DATABASE zhijia_stamp")


def test_compile_messages_writes_what_is_stale_once(tmp_path: Path) -> None:
    po = tmp_path / "app/locale/zh_Hans/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8"\n\nmsgid "yes"\nmsgstr "是"\n')
    assert messages.compile_messages(tmp_path) == 1
    assert polib.mofile(str(po.with_suffix(".mo"))).find("yes").msgstr == "是"
    assert messages.compile_messages(tmp_path) == 0


def test_broken_translation_file_is_named(tmp_path: Path) -> None:
    po = tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid "yes\nmsgstr')
    with pytest.raises(Misconfigured, match="is not a valid translation"):
        messages.compile_messages(tmp_path)


def test_every_word_of_the_command_line_has_its_chinese() -> None:
    said = {
        call.args[0].value
        for path in [*CLI.glob("*.py"), Path(postgres.__file__)]
        if "words import _" in path.read_text()
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
        and call.args and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip
    assert said - {entry.msgid for entry in polib.pofile(str(words.PO)) if entry.translated()} == set()


@pytest.mark.parametrize(("lang", "word"), [("zh_CN.UTF-8", "是"), ("en_GB.UTF-8", "yes"), ("", "yes")])
def test_language_follows_the_shell(monkeypatch: pytest.MonkeyPatch, lang: str, word: str) -> None:
    for name in ("ZHIJIA_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", lang)
    assert words._("yes") == word


def test_help_imports_neither_django_nor_rich() -> None:
    slow = "{'django.apps', 'rich.console', 'psycopg'}"
    code = f"import sys, zhijia.faces.cli.main; print(sorted({slow} & set(sys.modules)))"
    path = os.pathsep.join(sys.path)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
    assert time.perf_counter() - began < 10
