"""A year of the national hotline at a hundredth: 19,880 tickets with their whole lives by the set-based path, through
the same guards and into the same rows as one by one, and whether the cost of a ticket grows with the scale.

Prints three JSON lines: seconds for scale 0.01 (target 60), the cost of a ticket at 0.05 over that at 0.01 (target: not
above 1.25), and what the nation would take at the rate of 0.05. Beside them, in the same run on the same server, the
one-by-one path (`fire`), which is what everything used before. QUICK=1 plays 0.002 and 0.006.
"""

import sys
from datetime import timedelta
from time import perf_counter
from typing import Any

import _harness as harness

SMALL, LARGE = (0.002, 0.006) if harness.QUICK else (0.01, 0.05)
LIMIT = 60.0 * SMALL / 0.01
SINGLE = 60 if harness.QUICK else 200
PROCESSES = 2


def main() -> None:
    with harness.installation():
        single = one_by_one()
        small = play(2025, SMALL)
        large = play(2024, LARGE)  # on top of the first: the tables are not empty any more
    played = {SMALL: small, LARGE: large}
    cost = {scale: done.seconds / done.tickets * 1000 for scale, done in played.items()}
    harness.report(
        "year", small.seconds, "s", LIMIT, small.seconds <= LIMIT, scale=SMALL, tickets=small.tickets,
        transitions=small.fired, tickets_per_second=round(small.tickets / small.seconds, 1), processes=PROCESSES,
        refused=sum(small.refused.values()), peer="the same tickets one by one through fire, one process",
        peer_value=round(single, 1), peer_unit="tickets/s",
    )  # fmt: skip
    growth = cost[LARGE] / cost[SMALL]
    harness.report(
        "year_growth", growth, "cost of a ticket at the larger scale over the smaller", 1.25, growth <= 1.25,
        scales=[SMALL, LARGE], ms_per_ticket=[round(cost[SMALL], 3), round(cost[LARGE], 3)],
        seconds=[round(small.seconds, 1), round(large.seconds, 1)],
    )  # fmt: skip
    nation = 1_988_000 / (large.tickets / large.seconds) / 3600
    harness.report(
        "year_nation", nation, "h at the larger scale's rate, computed and not run", 1.0, nation <= 1.0,
        tickets_per_second=round(large.tickets / large.seconds, 1),
    )  # fmt: skip


def play(year: int, scale: float) -> Any:
    """One year at this scale."""
    from zhijia.faces.cli.simulate import Options, run

    return run(Options(year, scale, 1, PROCESSES))


def one_by_one() -> float:
    """Tickets a second when the same officers handle tickets by `fire`, in batches of 400 transitions a commit."""
    from zhijia.faces.cli.demo_play import Play, everyday
    from zhijia.faces.cli.demo_province import found
    from zhijia.kernel.base import clock
    from zhijia.kernel.service.engine import open_case

    now = clock.now()
    play = Play(found(now=now - timedelta(days=700)), now, span=timedelta(days=90), seed=1)
    began = perf_counter()
    for told in sorted(everyday(play, SINGLE), key=lambda told: told.at):
        play.simulation.run(told.at)
        filed = open_case(
            service="hotline", actor=told.by, now=told.at, data=told.data, region=told.region,
            applicant_id=told.person, employer_id=told.employer,
        )  # fmt: skip
        play.simulation.take(filed.no, key=told.key, labour=told.labour)
    play.simulation.run(now)
    return SINGLE / (perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
