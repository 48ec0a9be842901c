"""The part of a drill that needs Django: run as a process of its own on the restored database, it prints one line of
JSON. Not a command of the operator."""

import json
import sys


def prove() -> dict[str, object]:
    """Recompute the restored audit trail and open one sealed value with the keys of this installation."""
    import django

    django.setup()
    from zhijia.kernel.audit.verify import verify
    from zhijia.kernel.base.errors import ZhijiaError
    from zhijia.kernel.people.models import Person
    from zhijia.kernel.people.persons import number_to_reach

    report = verify(older=True)
    problems = [f"{problem.where}: {problem.what}" for problem in report.problems]
    person, opened = Person.objects.filter(phone_sealed__isnull=False).order_by("-pk").first(), None
    if person is not None:
        try:
            opened = bool(number_to_reach(person, own=True))
        except ZhijiaError as error:
            opened = False
            problems.append(f"person {person.pk}: {error}")
    return {
        "entries": report.entries, "chains": report.chains, "seals": report.seals, "statements": report.statements,
        "opened": opened, "problems": problems[:50],
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(prove(), ensure_ascii=False))
    sys.exit(0)
