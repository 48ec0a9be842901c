"""Small parts that every template uses: icons, clocks, dates, the counting calendar."""

from datetime import datetime
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import get_language, ngettext

from zhijia.kernel.base import clock as time
from zhijia.kernel.base.clock import CHINA

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One drawing of the icon set; always beside a word, so hidden from screen readers."""
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("web/icons.svg"), name)


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
def weekday(value: datetime | None) -> str:
    """周一 … 周日, or Mon … Sun."""
    if value is None:
        return ""
    index = value.astimezone(CHINA).weekday()
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[index]


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """mapping[key], or "" when it is not there."""
    try:
        return mapping.get(key, "")
    except AttributeError:
        return ""


@register.simple_tag
def people(count: int) -> str:
    """3 人, or 3 people."""
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count}
