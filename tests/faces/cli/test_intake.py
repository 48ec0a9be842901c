"""`zhijia intake`: rows in, tickets out, once each; bad rows named; broken off and continued; handled to the end."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.conftest import NOW
from zhijia.faces.cli import intake, intake_rows
from zhijia.faces.cli.intake import Options, Progress, arrival
from zhijia.faces.cli.intake_filers import Credentials, OverHttp, Refused
from zhijia.faces.cli.intake_rows import Bad, Row
from zhijia.kernel.base.errors import Misconfigured

LINES = (
    "老板拖欠我两个月工资，一共六千元",
    "公司一直不给交社保",
    "楼下邻居总是半夜装修",
    "上班时手被机器压伤了，不给报工伤",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Path:
    """An installation of its own for state files, on a database that is ready."""
    monkeypatch.setenv("ZHIJIA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(intake, "prepare_installation", lambda: _province(now))
    monkeypatch.setattr(intake, "running_here", lambda: "")
    return tmp_path


def _province(now: datetime) -> None:
    from tests.faces.cli.province import found
    from zhijia.faces.cli import demo_province

    if not demo_province.is_there():
        found(now - timedelta(weeks=9))


def jsonl(folder: Path, *extra: str) -> Path:
    path = folder / "texts.jsonl"
    rows = [json.dumps({"id": f"t{n}", "text": text}, ensure_ascii=False) for n, text in enumerate(LINES, start=1)]
    path.write_text("\n".join([*rows, *extra]) + "\n", encoding="utf-8")
    return path


# --- reading ------------------------------------------------------------------------------------------------------


def test_read_takes_jsonl_csv_and_text(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": 7, "story": "甲"}\n\n"乙"\n', encoding="utf-8")
    (tmp_path / "b.csv").write_text('\ufeff编号,内容\n1,"甲\n一"\n2,乙\n', encoding="utf-8")
    (tmp_path / "c.txt").write_text("甲\n\n乙\n", encoding="utf-8")
    (tmp_path / "d.json").write_text('[{"text": "甲", "region": "980102"}]', encoding="utf-8")
    assert list(intake_rows.read(tmp_path / "a.jsonl")) == [Row(1, "甲", "7"), Row(3, "乙")]
    assert list(intake_rows.read(tmp_path / "b.csv")) == [Row(1, "甲\n一", "1"), Row(2, "乙", "2")]
    assert list(intake_rows.read(tmp_path / "c.txt")) == [Row(1, "甲"), Row(3, "乙")]
    assert list(intake_rows.read(tmp_path / "d.json")) == [Row(1, "甲", region="980102")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"not json", "not_json"),
        (b'{"text": "  "}', "empty"),
        (b'{"other": "x"}', "no_text"),
        (b"[1, 2]", "no_text"),
        (b'{"text": 5}', "no_text"),
        (b'{"text": "a\\u0000b"}', "nul"),
        (b'{"text": "\\ud800"}', "encoding"),
        (b"\xff\xfe", "encoding"),
        (b'{"text": "' + b"x" * 20_001 + b'"}', "too_long"),
    ],
)
def test_read_names_a_bad_row_and_goes_on(tmp_path: Path, line: bytes, code: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "one"}\n' + line + b'\n{"text": "three"}\n')
    first, bad, third = intake_rows.read(path)
    assert (first, third) == (Row(1, "one"), Row(3, "three"))
    assert isinstance(bad, Bad)
    assert (bad.number, bad.code) == (2, code)


def test_read_of_a_nul_in_csv_is_a_bad_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text\na\0b\nc\n")
    bad, good = intake_rows.read(tmp_path / "a.csv")
    assert isinstance(bad, Bad)
    assert (bad.code, good) == ("nul", Row(2, "c"))


def test_progress_survives_a_half_written_line(tmp_path: Path) -> None:
    progress = Progress.open(tmp_path / "s.jsonl", now=NOW)
    progress.note(1, "ZJ1")
    with progress.path.open("a") as file:
        file.write('{"row": 2, "n')
    again = Progress.open(tmp_path / "s.jsonl", now=NOW + timedelta(days=1))
    assert (again.numbers, again.start) == ({1: "ZJ1"}, progress.start)


def test_arrivals_are_the_same_for_the_same_seed_and_never_late_at_night() -> None:
    moments = [arrival(n, 50, NOW - intake.BEGAN, 3) for n in range(1, 51)]
    assert moments == [arrival(n, 50, NOW - intake.BEGAN, 3) for n in range(1, 51)]
    assert {8 <= moment.hour < 20 for moment in moments} == {True}
    assert max(moments) < NOW - timedelta(weeks=3)


# --- filing through the API ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_intake_files_each_row_once(folder: Path) -> None:
    from zhijia.modules.hotline.models import Ticket

    options = Options(jsonl(folder, "no json"))
    first = intake.run(options)
    second = intake.run(options)
    assert (first.filed, first.skipped, [b.code for b in first.bad]) == (4, 0, ["not_json"])
    assert (second.filed, second.again, second.skipped) == (0, 0, 4)
    assert sorted(Ticket.objects.values_list("external_id", "category", "channel")) == [
        ("t1", "wages", "partner"), ("t2", "insurance", "partner"), ("t3", "other", "partner"),
        ("t4", "injury", "partner"),
    ]  # fmt: skip
    errors = (folder / "texts.jsonl.errors.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["row"] for line in errors] == [5]


@pytest.mark.django_db
def test_intake_without_its_state_file_is_answered_with_the_same_tickets(folder: Path) -> None:
    options = Options(jsonl(folder))
    first = intake.run(options)
    for path in (folder / "home" / "intake").iterdir():
        path.unlink()
    second = intake.run(options)
    assert (second.filed, second.again, second.numbers) == (0, 4, first.numbers)


@pytest.mark.django_db
def test_intake_broken_off_goes_on_where_it_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer import Exit

    from zhijia.faces.cli.intake_filers import InProcess
    from zhijia.kernel.cases.models import Case

    options, file_one, calls = Options(jsonl(folder)), InProcess.file, iter(range(9))

    def interrupted(self: InProcess, *args: Any, **kwargs: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return file_one(self, *args, **kwargs)

    monkeypatch.setattr(InProcess, "file", interrupted)
    with pytest.raises(Exit):
        intake.run(options)
    assert Case.objects.count() == 2
    outcome = intake.run(options)
    assert (outcome.skipped, outcome.filed, Case.objects.count()) == (2, 2, 4)


@pytest.mark.django_db
def test_intake_writes_what_the_api_refused(folder: Path) -> None:
    path = folder / "texts.csv"
    path.write_text("text,region\n工资没发,110000\n工资没发,980102\n", encoding="utf-8")
    outcome = intake.run(Options(path))
    assert (outcome.filed, [(b.number, b.code) for b in outcome.bad]) == (1, [(1, "not_served")])


@pytest.mark.django_db
def test_intake_with_simulation_handles_to_the_end_and_reports(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from zhijia.kernel.cases.models import Case

    monkeypatch.setenv("ZHIJIA_LANG", "en")
    outcome = intake.run(Options(jsonl(folder), simulate=True, seed=5))
    assert outcome.refused == {}
    told = {line if "受伤" not in line and "手被机器" not in line else "受保护事项" for line in LINES}
    assert {case.title: case.state for case in Case.objects.all()} == dict.fromkeys(told, "closed")
    said = capsys.readouterr().out
    assert [
        word for word in ("Response rate", "Solution rate", "Call-back coverage", "The slowest") if word not in said
    ] == []


@pytest.mark.django_db
def test_intake_without_a_file_uses_texts_of_our_own(folder: Path) -> None:
    assert intake.run(Options(limit=3)).filed == 3


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (Options(Path("/nowhere/x.csv")), "there is no file"),
        (Options(simulate=True, url="http://x"), "leave --url out"),
    ],
)
def test_intake_says_what_must_be_mended(options: Options, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIJIA_LANG", "en")
    with pytest.raises(Misconfigured, match=sentence):
        intake.run(options)


def test_bad_rows_go_home_when_the_folder_is_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIJIA_HOME", str(tmp_path))
    (tmp_path / "intake").mkdir()
    blocked = tmp_path / "a.csv"
    Path(f"{blocked}.errors.jsonl").mkdir()  # root may write anywhere, but not over a folder
    written = intake.write_bad(blocked, "f00", [Bad(1, "empty", "the text is empty")])
    assert written == tmp_path / "intake" / "f00.errors.jsonl"


# --- over HTTP ----------------------------------------------------------------------------------------------------


class Api(BaseHTTPRequestHandler):
    """A stand-in for the API that knows keys, and forgets its first token."""

    protocol_version = "HTTP/1.1"
    seen: dict[str, str]
    tokens: list[str]
    connections: set[tuple[str, int]]

    def do_POST(self) -> None:
        self.connections.add(self.client_address)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.endswith("/token"):
            self.tokens.append(f"token{len(self.tokens)}")
            return self._say(200, {"access_token": self.tokens[-1]})
        if self.headers["Authorization"] == "Bearer token0":
            return self._say(401, {"code": "unauthenticated"})
        if not json.loads(body)["story"]:
            return self._say(
                422, {"code": "invalid", "problems": [{"field": "story", "code": "required", "message": "!"}]}
            )
        key = self.headers["Idempotency-Key"]
        again = key in self.seen
        self.seen.setdefault(key, f"ZJ{len(self.seen)}")
        return self._say(200 if again else 201, {"no": self.seen[key], "state": "received"})

    def _say(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def api() -> Iterator[tuple[str, type[Api]]]:
    kind = type("OneApi", (Api,), {"seen": {}, "tokens": [], "connections": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", kind
    server.shutdown()
    server.server_close()


def test_over_http_keeps_its_connection_and_renews_a_token(api: tuple[str, type[Api]]) -> None:
    url, kind = api
    filer = OverHttp(url, Credentials("id", "secret"))
    filed = [filer.file({"story": "甲"}, key=key) for key in ("a", "b", "a")]
    assert [(f.no, f.again) for f in filed] == [("ZJ0", False), ("ZJ1", False), ("ZJ0", True)]
    assert (len(kind.tokens), len(kind.connections)) == (2, 1)
    with pytest.raises(Refused, match="story: !"):
        filer.file({"story": ""}, key="c")
    filer.close()


def test_over_http_without_a_server_is_one_sentence() -> None:
    filer = OverHttp("http://127.0.0.1:9", Credentials("id", "secret"))
    with pytest.raises(Misconfigured, match=r"127\.0\.0\.1:9"):
        filer.file({"story": "甲"}, key="a")
    filer.close()


def test_filing_over_http_gives_back_every_row_once(api: tuple[str, type[Api]]) -> None:
    url, kind = api
    job = intake.Job(Row(0, "甲"), {"story": "甲"}, "", None)
    jobs = (replace(job, row=Row(n, "甲"), key=f"k{n}") for n in range(30))
    filed = dict(intake.filing(jobs, OverHttp(url, Credentials("id", "secret"))))
    assert (sorted(row.number for row in filed), len(kind.seen)) == (list(range(30)), 30)


def test_running_here_asks_the_usual_port(monkeypatch: pytest.MonkeyPatch, api: tuple[str, type[Api]]) -> None:
    monkeypatch.setenv("PORT", api[0].rsplit(":", 1)[1])
    assert intake.running_here() == api[0]
    monkeypatch.setenv("PORT", "9")
    assert intake.running_here() == ""
    assert os.environ["PORT"] == "9"
