"""Minutes to seal a million values anew under new keys while the site serves.

Prints one JSON line. Persons with four sealed fields each are stored outside the clock; then `zhijia keys rotate`'s own
code runs while two clients work on cases through the API (reading one, adding words, dispatching, signing), and every
answer that is not as it should be counts as an error. At the end nothing may be under an older key, and a sample of
persons reads as it was stored. The value is the time for the values that were sealed anew, scaled to a million.
"""

import json
import socket
import threading
import time
from typing import Any

import _harness as harness
import fire

TARGET = 10.0
PERSONS = 12_500 if harness.QUICK else 250_000
FIELDS = 4
STEPS = (("dispatch", {}), ("sign", {}), ("contact", {"note": "通话八分钟，约好周五回复。"}))


def main() -> None:
    fire.CASES = 400 if harness.QUICK else 2000
    with harness.installation() as here:
        token, unit, numbers = fire.prepare()
        first = fill()
        with here.web() as url:
            site = Site(url, token, unit, numbers)
            site.begin()
            began = time.perf_counter()
            values = rotate()
            seconds = time.perf_counter() - began
            site.end()
        left = sum(found.old for found in survey())
        wrong = len(site.errors) + left + damaged(first)
    minutes = seconds / 60 * 1_000_000 / values
    harness.report(
        "rotation", minutes, "min for 1,000,000 fields", TARGET, minutes <= TARGET and not wrong, values=values,
        seconds=round(seconds, 1), served_meanwhile=site.answered, errors=len(site.errors), left_behind=left,
        first_error=str(site.errors[:1])[:300],
    )  # fmt: skip


def fill() -> int:
    """Persons as `find_or_add_persons` stores them, by COPY; the first one's id."""
    from django.db import connection

    from zhijia.kernel.base import clock
    from zhijia.kernel.people import vault
    from zhijia.kernel.people.models import Person
    from zhijia.kernel.people.persons import seal_field
    from zhijia.kernel.people.sealed import seal_for

    columns = (
        "id, name, phone_sealed, phone_index, phone_masked, id_sealed, id_masked, bank_masked, language, created_at"
    )
    columns = columns.replace("id_masked, bank_masked, ", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('people_person_id_seq') FROM generate_series(1, %s)", [PERSONS])
        ids = [row[0] for row in cursor.fetchall()]
        now = clock.now()
        with cursor.copy(f"COPY people_person ({columns}) FROM STDIN") as copy:
            for n, key in enumerate(ids):
                phone = f"139{n:08d}"
                copy.write_row((
                    key, seal_for(Person, "name", f"工人{n}", key), seal_field(key, "phone", phone),
                    vault.blind(phone, purpose="phone"), seal_for(Person, "phone_masked", f"139****{phone[-4:]}", key),
                    seal_field(key, "id_number", "11010519491231002X"), "zh-hans", now,
                ))  # fmt: skip
        cursor.execute("ANALYZE people_person")
    return int(ids[0])


def rotate() -> int:
    from zhijia.kernel.base import clock
    from zhijia.kernel.people import rotation

    begun = rotation.begin(purposes=(), now=clock.now())
    return rotation.run(begun, now=clock.now)


def survey() -> list[Any]:
    from zhijia.kernel.people import rotation

    return rotation.survey()


def damaged(first: int) -> int:
    """How many of a sample of persons do not read as they were stored."""
    from zhijia.kernel.people.models import Person
    from zhijia.kernel.people.persons import held_numbers

    wrong = 0
    for n in range(0, PERSONS, max(1, PERSONS // 200)):
        person = Person.objects.get(pk=first + n)
        phone = f"139{n:08d}"
        held = held_numbers(person.pk)
        wrong += (person.name, person.phone_masked, held["phone"]) != (f"工人{n}", f"139****{phone[-4:]}", phone)
    return wrong


class Site:
    """Two clients of the API, one reading and one writing, until they are told to end."""

    def __init__(self, url: str, token: str, unit: int, numbers: list[str]) -> None:
        self.address = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
        self.token, self.unit, self.numbers = token, unit, numbers
        self.errors: list[bytes] = []
        self.answered = 0
        self._over = threading.Event()
        self._clients = [threading.Thread(target=work, daemon=True) for work in (self._read, self._write)]

    def begin(self) -> None:
        for client in self._clients:
            client.start()

    def end(self) -> None:
        self._over.set()
        for client in self._clients:
            client.join(30)

    def _read(self) -> None:
        with socket.create_connection(self.address) as wire:
            while not self._over.is_set():
                for no in self.numbers[:50]:
                    self._send(wire, f"GET /api/v1/cases/{no} HTTP/1.1", b"")
                    time.sleep(0.05)

    def _write(self) -> None:
        with socket.create_connection(self.address) as wire:
            for no in self.numbers:
                for transition, fields in STEPS:
                    if self._over.is_set():
                        return
                    said = {"unit": self.unit, "tier": "general"} if transition == "dispatch" else fields
                    body = json.dumps(said, ensure_ascii=False).encode()
                    self._send(wire, f"POST /api/v1/cases/{no}/actions/{transition} HTTP/1.1", body)
                    time.sleep(0.05)

    def _send(self, wire: socket.socket, line: str, body: bytes) -> None:
        head = (
            f"{line}\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        wire.sendall(head.encode() + body)
        answer = harness.receive(wire)
        self.answered += 1
        if answer[9:12] != b"200":
            self.errors.append(answer)


if __name__ == "__main__":
    main()
