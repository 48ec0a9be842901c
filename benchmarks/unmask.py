"""Milliseconds to unmask one number: found, opened, and written on the person's chain before it is shown.

Prints one JSON line. The peer in the same run, on the same line to the same server, is a plain SELECT of an unsealed
column of the same row, which leaves no trace. `of_which_commit` is one durable row on the same disk: the entry on the
chain is on the disk before the number is shown, and nothing makes that faster than the disk is.
"""

import _harness as harness

TARGET = 2.0
TIMES = 300 if harness.QUICK else 2000


def main() -> None:
    with harness.installation():
        from django.db import connection

        from zhijia.kernel.base import clock
        from zhijia.kernel.people.actors import Actor
        from zhijia.kernel.people.persons import find_or_add_person, reveal

        now = clock.now()
        people = [find_or_add_person(name=f"工人{n}", phone=f"139{n:08d}", now=now) for n in range(50)]
        platform, turn = Actor.platform(), iter(range(10**9))

        def unmask() -> None:
            person = people[next(turn) % len(people)]
            reveal(person=person, field="phone", actor=platform, purpose="bench", case_id=None, now=now)

        def plain() -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT language FROM people_person WHERE id = %s", [people[next(turn) % len(people)].pk]
                )
                cursor.fetchone()

        def commit() -> None:
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO bench_commit VALUES (1)")

        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_commit (n int)")
        found = harness.timed(unmask, times=TIMES, warm_up=20)
        beside = harness.timed(plain, times=TIMES, warm_up=20)
        disk = harness.timed(commit, times=TIMES, warm_up=20)
    value = harness.median(found)
    harness.report(
        "unmask", value, "ms median", TARGET, value <= TARGET, p95=round(harness.percentile(found, 0.95), 3),
        of_which_commit=round(harness.median(disk), 3),
        peer="SELECT of an unsealed column", peer_value=round(harness.median(beside), 3), peer_unit="ms median",
    )  # fmt: skip


if __name__ == "__main__":
    main()
