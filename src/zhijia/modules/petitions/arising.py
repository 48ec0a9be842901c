"""What a petition can begin: a hotline ticket, a mediation, a supervision of the employer."""

from .rules import C


def begin_ticket(c: C) -> None:
    """The hotline handles what is no petition but a worker's problem."""
    c.spawn("hotline", story=c.facts.content, category="other", wish=c.facts.wish, confidential=c.case.confidential)


def begin_mediation(c: C) -> None:
    """A mediation between the petitioner and the employer."""
    c.spawn(
        "disputes", category="other", employer_name=c.data["employer"], claim=c.data["claim"], people=c.facts.people,
        persons=[party.person_id for party in c.applicants()],
    )  # fmt: skip


def begin_supervision(c: C) -> None:
    """A supervision in the union's own name. It names nobody: the officer words the finding (30)."""
    c.spawn(
        "supervision", finding=c.data["finding"], category="other", employer_name=c.data["employer"], source="service"
    )
