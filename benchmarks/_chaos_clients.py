"""Clients of the drill: each request is sent until it is answered, the same bytes with the same key; some are sent once
more afterwards, late and out of order. What was told is kept, for the invariants."""

import http.client
import json
import threading
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

CSRF = "c" * 32
PATIENCE = 300.0
"""Seconds after which an unanswered request is a violation."""
AGAIN = 0.06
"""Share of answered writes that are sent again, later."""


@dataclass(frozen=True)
class Request:
    """One request as bytes and headers; the same object is the same request."""

    method: str
    path: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    kind: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back in the end."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]
    tries: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Done, or done before."""
        return self.status < 400

    @property
    def code(self) -> str:
        """The code of a refusal."""
        return str(self.body.get("code", self.status))


def api(method: str, path: str, session: str, body: dict[str, Any] | None = None, **headers: str) -> Request:
    """A request of the API in a session."""
    sent = json.dumps(body).encode() if body is not None else b""
    cookie = f"sessionid={session}; csrftoken={CSRF}" if session else f"csrftoken={CSRF}"
    own = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    kind = path.rsplit("/", 1)[-1].split("?")[0] if "actions" in path else path.split("/")[1].split("?")[0]
    return Request(
        method, f"/api/v1{path}", sent,
        (("Cookie", cookie), ("X-CSRFToken", CSRF), ("Content-Type", "application/json"), *own), kind,
    )  # fmt: skip


def form(path: str, session: str, fields: dict[str, str], file: tuple[str, bytes] | None = None) -> Request:
    """A form of a page, with at most one file."""
    line, parts = b"--drill\r\n", []
    for name, value in {"csrfmiddlewaretoken": CSRF, **fields}.items():
        parts.append(line + f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    if file is not None:
        head = f'Content-Disposition: form-data; name="file"; filename="{file[0]}"\r\n'
        parts.append(line + head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + file[1] + b"\r\n")
    body = b"".join(parts) + b"--drill--\r\n"
    headers = (
        ("Cookie", f"sessionid={session}; csrftoken={CSRF}"), ("Content-Type", "multipart/form-data; boundary=drill"),
    )  # fmt: skip
    return Request("POST", path, body, headers, "upload" if file else "form")


def page(path: str, session: str, kind: str) -> Request:
    """A page that is looked at."""
    return Request("GET", path, b"", (("Cookie", f"sessionid={session}; csrftoken={CSRF}"),), kind)


class Wire:
    """One kept connection to the installation."""

    def __init__(self, port: int, timeout: float = 45) -> None:
        self._port, self._timeout = port, timeout
        self._line: http.client.HTTPConnection | None = None

    def once(self, request: Request) -> Answer:
        """Send it once. Raises OSError and HTTPException when no whole answer came."""
        began = time.monotonic()
        try:
            self._line = self._line or http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._timeout)
            self._line.request(request.method, request.path, request.body, dict(request.headers))
            response = self._line.getresponse()
            data = response.read()
        except BaseException:
            self.close()
            raise
        kept = {name.lower(): value for name, value in response.getheaders()}
        body = json.loads(data) if kept.get("content-type", "").startswith("application/json") and data else {}
        shown = body if isinstance(body, dict) else {"items": body}
        return Answer(response.status, shown, kept | {"text": data[:4000].decode("utf-8", "replace")}, 1,
                      time.monotonic() - began)  # fmt: skip

    def close(self) -> None:
        """Let the connection go."""
        if self._line is not None:
            with suppress(OSError):
                self._line.close()
        self._line = None


@dataclass
class Told:
    """Everything that clients were told; shared by all of them."""

    cases: dict[str, str] = field(default_factory=dict)
    """Filing key -> number."""
    steps: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    """Key of a step -> number, transition, seq."""
    meals: dict[int, int] = field(default_factory=dict)
    """Person -> voucher."""
    handed: dict[str, str] = field(default_factory=dict)
    """Key of a redemption -> its answer."""
    paid: Counter[str] = field(default_factory=Counter)
    """Number -> fen of payments."""
    books: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Job -> number, good rows."""
    neither: set[tuple[str, int]] = field(default_factory=set)
    """Number and seq of cases where of two officers none was first."""
    wrong: list[str] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Crowd:
    """What the clients share: the gate that stops them, how many are under way, and what is to be sent again."""

    def __init__(self, port: int, seed: int) -> None:
        self.port, self.told = port, Told()
        self.open = threading.Event()
        self.open.set()
        self.answered, self.resent, self.repeated, self.under_way = 0, 0, 0, 0
        self.limit = float("inf")
        """So many answers and no more, until the next fault has struck: else it would strike when all is done."""
        self._lock = threading.Lock()
        self._late: deque[tuple[Request, Answer]] = deque()
        self._rng = Random(seed)

    def send(self, wire: Wire, request: Request) -> Answer:
        """Send it until it is answered: 5xx, 429 and a broken line mean the same request again."""
        while not self.open.wait(0.1) or self.answered >= self.limit:
            time.sleep(0.02)
        with self._lock:
            self.under_way += 1
        try:
            answer = self._until_answered(wire, request)
        finally:
            with self._lock:
                self.under_way -= 1
        with self._lock:
            self.answered += 1
            self.resent += answer.tries - 1
            self.told.kinds[request.kind] += 1
            if request.method == "POST" and answer.ok and self._rng.random() < AGAIN and request.kind != "session":
                self._late.append((request, answer))
        return answer

    def send_late(self, wire: Wire) -> None:
        """Send one of the earlier requests once more, in any order: the answer must be the one it was."""
        with self._lock:
            if len(self._late) < 3:
                return
            self._late.rotate(self._rng.randrange(len(self._late)))
            request, first = self._late.popleft()
            self.repeated += 1
        again = self.send(wire, request)
        same = ("no", "seq") if "actions" in request.path else ("no", "id")  # a case may have gone on meanwhile
        if again.code == "puzzle_old":
            return  # the device's answer to the puzzle is good for some minutes only; the person has the meal
        if not again.ok:
            self.told.wrong.append(f"sent again, {request.path} was refused: {again.status} {again.code}")
        elif any(first.body.get(name) != again.body.get(name) for name in same):
            self.told.wrong.append(f"sent again, {request.path} gave {again.body} after {first.body}")

    def _until_answered(self, wire: Wire, request: Request) -> Answer:
        until, tries = time.monotonic() + PATIENCE, 0
        while True:
            tries += 1
            try:
                answer = wire.once(request)
                if answer.status < 500 and answer.status != 429:
                    return Answer(answer.status, answer.body, answer.headers, tries, answer.seconds)
                said = f"{answer.status} {answer.code}"
                if answer.status not in (503, 507, 429):
                    self.told.refused[f"{request.kind} {said}"] += 1
            except (OSError, http.client.HTTPException, ValueError) as error:
                said = repr(error)
            if time.monotonic() > until:
                self.told.wrong.append(f"{request.method} {request.path} was never answered: {said}")
                return Answer(599, {"code": "never"}, {}, tries, 0)
            time.sleep(0.1 if tries < 10 else 0.5)

    def stop(self, patience: float = PATIENCE) -> bool:
        """Close the gate and wait until nothing is under way; whether that came true in time."""
        self.open.clear()
        until = time.monotonic() + patience
        while self.under_way and time.monotonic() < until:
            time.sleep(0.05)
        return not self.under_way
