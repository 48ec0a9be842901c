"""Virus scanners: what we ask of one, and ClamAV over its own socket (clamd, INSTREAM)."""

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from zhijia.kernel.base.errors import Misconfigured

USUAL = ("/run/clamav/clamd.ctl", "/var/run/clamav/clamd.ctl", "/run/clamd.scan/clamd.sock", "/run/clamav/clamd.sock")
"""Where distributions put clamd's socket."""
PATIENCE = 30.0
"""Seconds that the scanner has for one answer."""
_BLOCK = 256 * 1024


class Down(Exception):
    """The scanner does not answer, or says that it cannot."""


@dataclass(frozen=True)
class Verdict:
    """What a scanner said: the name of what it found ("" for nothing), and which scanner it was."""

    virus: str
    scanner: str


class Scanner(Protocol):
    """Whoever can say whether a file holds a virus."""

    def scan(self, file: BinaryIO) -> Verdict:
        """Look through the whole file. Raises Down."""


class ClamAV:
    """clamd behind a Unix socket ("/path") or a TCP one ("host:port")."""

    def __init__(self, address: str) -> None:
        self.address = address

    def scan(self, file: BinaryIO) -> Verdict:
        """Send the file as a stream; clamd needs no right to read it where it lies. Raises Down."""
        file.seek(0)
        answer = self._ask(b"zINSTREAM\0", _framed(file))
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return Verdict("", self.version())
        if said.endswith(" FOUND"):
            return Verdict(said.removesuffix(" FOUND")[:100], self.version())
        raise Down(said)

    def version(self) -> str:
        """Engine and signatures: "ClamAV 1.4.2/27650/…". Raises Down."""
        return self._ask(b"zVERSION\0", iter(()))[:100]

    def _ask(self, command: bytes, stream: Iterator[bytes]) -> str:
        try:
            with closing(self._connect()) as connection:
                connection.sendall(command)
                try:
                    for block in stream:
                        connection.sendall(block)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # it stopped listening: it is over its own limit, and says so
                said = b"".join(iter(lambda: connection.recv(4096), b""))
        except OSError as error:
            raise Down(str(error)) from error
        return said.split(b"\0", 1)[0].decode("utf-8", "replace").strip()

    def _connect(self) -> socket.socket:
        if self.address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(PATIENCE)
            try:
                connection.connect(self.address)
            except OSError:
                connection.close()
                raise
            return connection
        host, _colon, port = self.address.rpartition(":")
        if not host or not port.isdigit():
            raise Misconfigured(f"ZHIJIA_CLAMAV must be /a/socket or host:port, not {self.address}")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)


def scanner() -> Scanner | None:
    """The scanner of this installation: the one ZHIJIA_CLAMAV names ("off" for none), else clamd at a usual socket."""
    named: str = settings.CLAMAV
    if named == "off":
        return None
    found = named or next((path for path in USUAL if Path(path).is_socket()), "")
    return ClamAV(found) if found else None


def required() -> bool:
    """Whether no file is taken that was not scanned (ZHIJIA_SCAN=required)."""
    if settings.SCAN not in ("", "auto", "required"):
        raise Misconfigured(f"ZHIJIA_SCAN must be auto or required, not {settings.SCAN}")
    return bool(settings.SCAN == "required")


def look(file: BinaryIO) -> Verdict | None:
    """What the scanner says of a file; None when there is no scanner. Raises Down when there is one, or must be, and
    it does not answer."""
    found = scanner()
    if found is None:
        if required():
            raise Down("there is no scanner")
        return None
    return found.scan(file)


def _framed(file: BinaryIO) -> Iterator[bytes]:
    """The file in INSTREAM's frames: each with its length before it, and an empty one at the end."""
    while block := file.read(_BLOCK):
        yield len(block).to_bytes(4, "big") + block
    yield bytes(4)
