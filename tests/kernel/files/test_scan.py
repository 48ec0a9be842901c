"""The scanner's protocol, spoken with a clamd that we play ourselves."""

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.files import kit
from zhijia.kernel.base.errors import Misconfigured
from zhijia.kernel.files import scan
from zhijia.kernel.files.check import check
from zhijia.kernel.files.refusals import Refused, ScannerDown
from zhijia.kernel.files.scan import Down, Verdict


class Clamd:
    """Answers as clamd does: VERSION, and INSTREAM with what it found."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener, self.seen, self.limit = listener, list[bytes](), 10**9
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _who = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                connection.sendall(self._answer(stream) + b"\0")

    def _answer(self, stream: io.BufferedReader) -> bytes:
        command = b"".join(iter(lambda: stream.read(1), b"\0"))
        if command == b"zVERSION":
            return b"ClamAV 1.4.2/27650"
        content = b""
        while length := int.from_bytes(stream.read(4), "big"):
            content += stream.read(length)
            if len(content) > self.limit:
                return b"INSTREAM size limit exceeded. ERROR"
        self.seen.append(content)
        return b"stream: Eicar-Test-Signature FOUND" if kit.EICAR in content else b"stream: OK"


@pytest.fixture
def clamd(tmp_path: Path, settings: object) -> Iterator[Clamd]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "clamd"))
    listener.listen()
    settings.CLAMAV = str(tmp_path / "clamd")  # type: ignore[attr-defined]
    yield Clamd(listener)
    listener.close()


def photo(content: bytes = b"") -> io.BytesIO:
    file = io.BytesIO(kit.jpeg() + content)
    file.name = "工资条.jpg"
    return file


def test_clean_file_is_kept_with_who_said_so(clamd: Clamd) -> None:
    (checked,) = check([photo()])
    assert (checked.verdict, clamd.seen) == (Verdict("", "ClamAV 1.4.2/27650"), [kit.jpeg()])


def test_virus_is_refused_before_anything_opens_the_file(clamd: Clamd) -> None:
    with pytest.raises(Refused) as refused:
        check([photo(kit.EICAR)])
    assert refused.value.codes == ("infected",)
    assert str(refused.value.problems[0].message).count("（Eicar-Test-Signature）") == 1


def test_large_file_goes_in_pieces(clamd: Clamd) -> None:
    assert scan.ClamAV(f"{scan.scanner().address}").scan(io.BytesIO(bytes(600_000))).virus == ""  # type: ignore[union-attr]
    assert [len(content) for content in clamd.seen] == [600_000]


def test_scanner_that_gives_up_is_down(clamd: Clamd) -> None:
    clamd.limit = 100
    with pytest.raises(Down):  # "size limit exceeded", or the line is closed before that is read
        scan.look(io.BytesIO(bytes(600_000)))


def test_without_a_scanner_it_is_kept_as_not_scanned(settings: object) -> None:
    settings.CLAMAV = "off"  # type: ignore[attr-defined]
    assert check([photo()])[0].verdict is None


@pytest.mark.parametrize("address", ["off", "/nowhere/clamd", "127.0.0.1:1"])
def test_where_scanning_is_required_nothing_is_taken_without_it(address: str, settings: object) -> None:
    settings.CLAMAV, settings.SCAN = address, "required"  # type: ignore[attr-defined]
    with pytest.raises(ScannerDown) as down:
        check([photo()])
    assert (down.value.status, down.value.problems[0].code) == (503, "scanner_down")


def test_scanner_that_is_down_delays_nobody_where_it_is_not_required(settings: object) -> None:
    settings.CLAMAV = "/nowhere/clamd"  # type: ignore[attr-defined]
    assert check([photo()])[0].verdict is None


def test_senseless_settings_are_said(settings: object) -> None:
    settings.CLAMAV, settings.SCAN = "clamd", "always"  # type: ignore[attr-defined]
    with pytest.raises(Misconfigured, match="ZHIJIA_CLAMAV"):
        scan.look(io.BytesIO())
    with pytest.raises(Misconfigured, match="ZHIJIA_SCAN"):
        scan.required()


def test_scanner_over_tcp(settings: object) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    Clamd(listener)
    settings.CLAMAV = f"127.0.0.1:{listener.getsockname()[1]}"  # type: ignore[attr-defined]
    with listener:
        assert scan.look(io.BytesIO(kit.EICAR)) == Verdict("Eicar-Test-Signature", "ClamAV 1.4.2/27650")
