"""Following a case without handling it."""

from django.db import transaction

from zhijia.kernel.people.actors import Actor

from .models import Case, Watch


@transaction.atomic
def watch(*, case: Case, actor: Actor) -> None:
    """Put the case on the actor's list. Doing it twice is the same as once."""
    if actor.account_id is not None:
        Watch.objects.bulk_create([Watch(case=case, account_id=actor.account_id)], ignore_conflicts=True)


@transaction.atomic
def unwatch(*, case: Case, actor: Actor) -> None:
    """Take the case off the actor's list, whether it was there or not."""
    if actor.account_id is not None:
        Watch.objects.filter(case=case, account_id=actor.account_id).delete()
