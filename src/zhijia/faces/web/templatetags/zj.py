"""Small parts that every template uses: icons, dates, counts."""

import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from zhijia.faces import present
from zhijia.kernel.base import clock as time
from zhijia.kernel.base.clock import CHINA

register = template.Library()

ICONS = Path(__file__).resolve().parent.parent / "static" / "web" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="i-([\w-]+)" viewBox="0 0 24 24">(.*?)</symbol>')


@cache
def _drawings() -> dict[str, SafeString]:
    return {name: mark_safe(shape) for name, shape in _SYMBOL.findall(ICONS.read_text("utf-8"))}  # noqa: S308 # nosec B308


@register.simple_tag
def icon(name: str) -> SafeString:
    """One drawing of the icon set; always beside a word, so hidden from screen readers. It stands in the page itself,
    because styles (the dials of clocks) do not reach into a file that `<use>` names. Raises KeyError."""
    return format_html('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', _drawings()[name])


@register.filter
def day(moment: datetime | None) -> str:
    """A date as people say it: 12 月 7 日, or 7 Dec; with the year when it is not this one."""
    if moment is None:
        return ""
    local, today = moment.astimezone(CHINA), time.now()
    if (get_language() or "").startswith("zh"):
        head = "" if local.year == today.year else f"{local.year} 年 "
        return f"{head}{local.month} 月 {local.day} 日"
    return f"{local.day} {local:%b}" + ("" if local.year == today.year else f" {local.year}")


@register.filter
def moment(value: datetime | None) -> str:
    """A day and time, short: 今天 15:20, 11 月 24 日 16:40."""
    if value is None:
        return ""
    local, today = value.astimezone(CHINA), time.now().astimezone(CHINA).date()
    if local.date() == today:
        return _("today %(time)s") % {"time": f"{local:%H:%M}"}
    return f"{day(value)} {local:%H:%M}"


@register.filter
def by(value: datetime | None) -> str:
    """Until when, as a promise: 今天 15:20 前, 12 月 7 日前. The end of a day is said as the day."""
    if value is None:
        return ""
    local, today = value.astimezone(CHINA), time.now().astimezone(CHINA).date()
    if (local.hour, local.minute) == (23, 59):
        return _("by %(when)s") % {"when": day(value)}
    if local.date() == today:
        return _("by %(time)s today") % {"time": f"{local:%H:%M}"}
    return _("by %(when)s") % {"when": moment(value)}


@register.filter
def weekday(value: datetime | None) -> str:
    """周一 … 周日, or Mon … Sun."""
    if value is None:
        return ""
    index = value.astimezone(CHINA).weekday()
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[index]


@register.simple_tag
def weekdays() -> tuple[str, ...]:
    """一 … 日, or M … S: heads of a counting calendar, from Monday."""
    return tuple(pgettext("calendar head", day) for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """mapping[key], or "" when it is not there."""
    try:
        return mapping.get(key, "")
    except AttributeError:
        return ""


@register.filter
def yuan(fen: int | None) -> str:
    """Money with its unit: 6,800 元; nothing for nothing."""
    return "" if fen is None else present.amount(int(fen))


@register.filter
def on(value: date | None) -> str:
    """A day with its year: 2026 年 11 月 24 日."""
    return "" if value is None else present.day_words(value)


@register.filter
def is_day(typed: Any) -> bool:
    """Whether a day field can show what was typed; if not, it becomes a line so that no word is lost."""
    try:
        return not typed or bool(date.fromisoformat(str(typed)))
    except ValueError:
        return False


@register.filter
def is_moment(typed: Any) -> bool:
    """The same for a day and an hour."""
    try:
        return not typed or bool(datetime.fromisoformat(str(typed)))
    except ValueError:
        return False


@register.simple_tag
def days() -> dict[str, str]:
    """The days that a day field offers: nobody at work was born earlier, nothing is agreed for later."""
    return {"least": "1930-01-01", "most": f"{time.now().year + 10}-12-31"}


@register.simple_tag
def described(id: str, hint: Any, error: Any) -> SafeString:
    """The attributes that tie a field to its hint and to what is wrong with it."""
    ids = [f"{id}-{part}" for part, there in (("error", error), ("hint", hint)) if there]
    wrong = mark_safe(' aria-invalid="true"') if error else ""  # nosec B308
    return format_html('aria-describedby="{}"{}', " ".join(ids), wrong) if ids else SafeString()


@register.simple_tag(takes_context=True)
def hook(context: Context, name: str) -> str:
    """The named template with all that this page knows; nothing where no part of the installation brings it."""
    try:
        found = get_template(name)
    except TemplateDoesNotExist:
        return ""
    return found.render(context.flatten(), context.get("request"))


@register.simple_tag
def people(count: int) -> str:
    """3 人, or 3 people."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
