"""How much one account may send in a day: counted before a body is read, so that a refused one counts too."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import ZhijiaError
from zhijia.kernel.people import vault

_COUNT = """
INSERT INTO files_taken AS t (who, day, bytes) VALUES (%(who)s, %(day)s, %(bytes)s)
ON CONFLICT (who, day) DO UPDATE SET bytes = t.bytes + excluded.bytes WHERE t.bytes + excluded.bytes <= %(most)s
RETURNING bytes
"""


class TooMuchToday(ZhijiaError):
    """More than one account may send in a day (429); `until` is when it may go on."""

    code, status = "too_much_today", 429

    def __init__(self, until: datetime) -> None:
        most = settings.UPLOADS_A_DAY // 2**20
        super().__init__(
            _("You have sent %(most)s MB today; more is taken tomorrow. Your words can be sent without files.")
            % {"most": most}
        )
        self.until = until


def count(*, account_id: int, size: int, now: datetime) -> int:
    """Count `size` bytes that the account is about to send; returns its bytes of the day. Raises TooMuchToday, then
    nothing is counted. Runs in its own statement, outside every scope: what is counted stays counted."""
    day = now.astimezone(CHINA).date()
    who = vault.blind(f"{account_id} {day.isoformat()}", purpose="file quota")
    asked: dict[str, Any] = {"who": who, "day": day, "bytes": size, "most": settings.UPLOADS_A_DAY}
    found = None
    if size <= settings.UPLOADS_A_DAY:
        with connection.cursor() as cursor:
            found = cursor.execute(_COUNT, asked).fetchone()
    if found is None:
        raise TooMuchToday(datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA))
    return int(found[0])


def forget(*, now: datetime) -> int:
    """Delete the counts of days that are over."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM files_taken WHERE day < %(day)s", {"day": now.astimezone(CHINA).date()})
        return int(cursor.rowcount)
