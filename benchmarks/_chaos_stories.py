"""The stories that clients of the drill play: a ticket from its first word to its closing, a wage claim to its last
fen, a meal, the desk's looking around, a workbook. Each is some requests in the order in which they are sent."""

import io
import threading
import time
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from _chaos_clients import Answer, Crowd, Request, Wire, api, form, page
from _chaos_plan import Story
from _chaos_stage import PASSWORD, Stage

YESTERDAY = f"{datetime.now(UTC).date() - timedelta(days=1)}"
MAY_FAIL = {"stale", "busy", "wrong_state", "urged_lately"}
"""Refusals that are somebody's right: another was first."""
OVER = {"closed", "not_open", "ended", "not_live", "over"}
"""Refusals of a meal once the clock went past its day."""


class Player:
    """One client: it plays stories on its own wire."""

    def __init__(self, crowd: Crowd, stage: Stage, rows: int) -> None:
        self.crowd, self.stage, self.rows = crowd, stage, rows
        self.told, self.wire = crowd.told, Wire(crowd.port)

    def play(self, story: Story) -> None:
        """Play it to its end, or until it is refused; then send something old again."""
        rng = Random(story.seed)
        getattr(self, story.kind)(story, rng)
        self.crowd.send_late(self.wire)

    def hotline(self, story: Story, rng: Random) -> None:
        """Told by a worker, dispatched, two officers at it at once, urged, answered, called back, closed."""
        _person, worker = rng.choice(self.stage.workers)
        words = {"story": f"工资三个月没有给，第{story.n}件。", "category": "wages", "region": self.stage.meals.region}
        no = self._file("hotline", worker, words, f"f{story.n}")
        staff, key = self.stage.staff, f"s{story.n}"
        if not no or not self._do(
            no, "dispatch", staff["dispatcher"], f"{key}-1", unit=self.stage.county, tier="general"
        ):
            return
        self._do(no, "supplement", worker, f"{key}-2", words="还有加班费。")
        signed = self._do(no, "sign", staff["officer"], f"{key}-3")
        if signed is None:
            return
        self._two(no, signed.body["seq"], key)
        if story.n % 3 == 0:
            self._do(no, "urge", worker, f"{key}-6")
            self._do(no, "reply_urge", staff["officer"], f"{key}-7", reply="明天给您回话。")
        self._do(no, "contact", staff["officer"], f"{key}-8", note="已联系。")
        if story.n % 4 == 3:
            return  # nobody goes on: its clocks will run out
        self._do(no, "submit", staff["officer"], f"{key}-9", result="工资已付清。")
        if story.n % 5 == 0:
            self._do(no, "call_missed", staff["caller"], f"{key}-10", note="无人接听。")
        self._do(no, "confirm_solved", staff["caller"], f"{key}-11", satisfaction="satisfied")
        self._do(no, "close", staff["checker"], f"{key}-12", closing_code="solved")

    def wages(self, story: Story, rng: Random) -> None:
        """A claim of three workers, paid in parts."""
        no, officer, key = self._claim(story, rng), self.stage.staff["officer"], f"w{story.n}"
        if not no:
            return
        for n in range(3):
            self._do(
                no,
                "add_worker",
                officer,
                f"{key}-a{n}",
                name=f"工人{n}",
                phone=f"137{story.n:05d}{n:03d}",
                claimed="3000",
            )
        self._do(no, "verify", officer, f"{key}-v")
        for n, yuan in enumerate(rng.choice((("9000",), ("1000", "2500.50"), ("0.01", "4000", "4999.99")))):
            paid = self._do(
                no, "record_payment", officer, f"{key}-p{n}", fen=yuan, day=YESTERDAY, paid_how="bank", payer="劳务",
                proof="回单",
            )  # fmt: skip
            if paid:
                with self.told.lock:
                    self.told.paid[no] += round(float(yuan) * 100)

    def meal(self, story: Story, _rng: Random) -> None:
        """One of today's meals, and mostly its collection."""
        person, session = self.stage.workers[story.n % len(self.stage.workers)]
        at = f"/vouchers/offers/{self.stage.meals.offer_id}"
        for _try in range(3):  # a puzzle that was made while the clock was wrong is made anew
            body = {"solution": self._solved(person)}
            answer = self._send(api("POST", f"{at}/claim", session, body, Idempotency_Key=f"m{person}"))
            if answer.code != "puzzle_old":
                break
        if not answer.ok:
            return self._refused(answer, "meal", {"sold_out", "puzzle_old", *OVER})
        with self.told.lock:
            known = self.told.meals.setdefault(person, answer.body["id"])
        if known != answer.body["id"]:
            self.told.wrong.append(f"person {person} was told of meals {known} and {answer.body['id']}")
        token = answer.body.get("token")
        if token and story.n % 5:
            shown = api(
                "POST",
                "/terminal/redeem",
                "",
                {"shown": token, "key": f"r{story.n}"},
                Terminal=self.stage.meals.terminal,
            )
            handed = self._send(shown)
            if handed.ok:
                with self.told.lock:
                    self.told.handed[f"r{story.n}"] = handed.body["code"]
        return None

    def desk(self, _story: Story, rng: Random) -> None:
        """Looking around: a search, a list, sometimes an export."""
        officer = self.stage.staff[rng.choice(("officer", "second", "head"))]
        self._send(api("GET", f"/cases?q={rng.choice(('%E5%B7%A5%E8%B5%84', '%E5%8A%A0%E7%8F%AD'))}&limit=20", officer))
        self._send(api("GET", "/cases?limit=50", officer))
        self._send(page("/desk/export/" if rng.random() < 0.2 else "/desk/", officer, "desk"))

    def session(self, _story: Story, rng: Random) -> None:
        """Somebody signs in with a password."""
        body = {"login": rng.choice(self.stage.logins), "password": PASSWORD}
        answer = self._send(api("POST", "/session", "", body))
        if not answer.ok:
            self._refused(answer, "session", set())

    def book(self, story: Story, rng: Random) -> None:
        """The workbook of a team: sent, checked, confirmed, stored in the background."""
        no, officer = self._claim(story, rng), self.stage.staff["officer"]
        if not no:
            return None
        content, good = workbook(story.n, self.rows)
        sent = self._send(form(f"/desk/sheets/wage_arrears_workers/?for={no}", officer, {}, ("team.xlsx", content)))
        place = sent.headers.get("location", "")
        if "/jobs/" not in place:
            return self._refused(sent, "book", set())
        job = place.rstrip("/").rsplit("/", 1)[-1]
        until = time.monotonic() + 300
        while time.monotonic() < until:
            told = self._send(page(f"/desk/sheets/jobs/{job}/progress/", officer, "progress"))
            if told.headers.get("hx-refresh"):
                break
            time.sleep(1)
        confirmed = self._send(form(f"/desk/sheets/jobs/{job}/confirm/", officer, {}))
        if confirmed.status == 302:
            with self.told.lock:
                self.told.books[job] = (no, good)
        else:
            self._refused(confirmed, "confirm", set())
        return None

    def _claim(self, story: Story, rng: Random) -> str:
        _person, worker = rng.choice(self.stage.workers)
        words = {
            "story": f"工地的工资没给，第{story.n}件。", "category": "construction", "employer_name": "江澜劳务",
            "amount": "9000", "people": 3, "owed_from": "2026-01-01", "owed_until": "2026-02-28", "ended": "2026-02-28",
            "region": self.stage.meals.region,
        }  # fmt: skip
        no = self._file("wage_arrears", worker, words, f"w{story.n}")
        return no if no and self._do(no, "accept", self.stage.staff["officer"], f"w{story.n}-0") else ""

    def _file(self, service: str, session: str, words: dict[str, Any], key: str) -> str:
        answer = self._send(api("POST", f"/cases/{service}", session, words, Idempotency_Key=key))
        if not answer.ok:
            self._refused(answer, service, set())
            return ""
        with self.told.lock:
            self.told.cases[key] = answer.body["no"]
        return str(answer.body["no"])

    def _do(self, no: str, step: str, session: str, key: str, seq: int | None = None, **data: Any) -> Answer | None:
        more = {"If_Match": f'"{seq}"'} if seq is not None else {}
        answer = self._send(api("POST", f"/cases/{no}/actions/{step}", session, data, Idempotency_Key=key, **more))
        if not answer.ok:
            self._refused(answer, step, MAY_FAIL)
            return None
        with self.told.lock:
            self.told.steps[f"{no} {key}"] = (no, step, answer.body["seq"])
        return answer

    def _two(self, no: str, seq: int, key: str) -> None:
        """Two officers who have seen the same state do something at once: exactly one was first."""
        done: list[Answer | None] = []
        other = Player(self.crowd, self.stage, self.rows)
        session = self.stage.staff["second"]
        thread = threading.Thread(
            target=lambda: done.append(other._do(no, "attempt", session, f"{key}-5", seq, note="乙"))
        )
        thread.start()
        done.append(self._do(no, "attempt", self.stage.staff["officer"], f"{key}-4", seq, note="甲"))
        thread.join()
        other.wire.close()
        first = sum(answer is not None for answer in done)
        if first > 1:
            self.told.wrong.append(f"two officers at once on {no} were both first")
        if first == 0:
            self.told.neither.add((no, seq))

    def _solved(self, person: int) -> str:
        from zhijia.kernel.base import clock
        from zhijia.modules.vouchers import puzzle

        asked = puzzle.challenge(person_id=person, region=self.stage.meals.region, now=clock.now())
        return puzzle.solve(asked.text, asked.bits)

    def _send(self, request: Request) -> Answer:
        return self.crowd.send(self.wire, request)

    def _refused(self, answer: Answer, what: str, allowed: set[str]) -> None:
        with self.told.lock:
            self.told.refused[f"{what} {answer.status} {answer.code}"] += 1
            if answer.code not in allowed and answer.status != 599:
                self.told.wrong.append(f"{what} was refused: {answer.status} {answer.code} {answer.body.get('reason')}")


def workbook(n: int, rows: int) -> tuple[bytes, int]:
    """A team's list and how many of its rows are good: every twentieth has a wrong check digit."""
    import xlsxwriter
    from django.utils import translation

    from zhijia.kernel.sheets import registry

    target, sheet = io.BytesIO(), registry.sheet("wage_arrears_workers")
    with translation.override("zh-hans"), xlsxwriter.Workbook(target) as book:
        sheet_page = book.add_worksheet()
        sheet_page.write_row(0, 0, [str(column.title) for column in sheet.columns])
        for line in range(1, rows + 1):
            number = "110105194912310021" if line % 20 == 0 else ""
            sheet_page.write_row(line, 0, [
                f"工人{line}", f"13{n % 10}{line:08d}", number, "钢筋工", "2026-01-01", "2026-02-28", 50, 300, 15000,
            ])  # fmt: skip
    return target.getvalue(), rows - rows // 20
