"""What the desk's tests share beside fixtures."""

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhijia.kernel.cases.models import Case

File = Callable[..., str]
Do = Callable[..., None]
Enter = Callable[[str], Client]
TRANSACTION = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def form_of(client: Client, no: str) -> dict[str, str]:
    """The hidden fields of the case page's forms."""
    page = client.get(f"/desk/{no}/")
    return {"seq": str(page.context["case"].seq), "key": page.context["key"]}


def state_of(no: str) -> str:
    return Case.objects.get(no=no).state


def spent(client: Client, url: str) -> int:
    """Statements of one request, without those that begin and end its transaction.

    Of the second one: the first records the access. Rules and calendar are read by the process now and then, not by
    the page, so their statements do not count.
    """
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(not q["sql"].startswith(TRANSACTION) and "rules_version" not in q["sql"] for q in captured)
