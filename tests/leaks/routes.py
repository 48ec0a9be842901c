"""Every address of the platform, with what a stranger would put into it. A new id in an address must be named here."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, get_resolver

from tests.leaks.world import World, sample
from zhijia.kernel.service import registry
from zhijia.modules.vouchers.models import Outlet, Programme, Terminal

PAGES = ("GET", "HEAD", "POST")
API = (*PAGES, "PUT", "PATCH", "DELETE")
NOT_OURS = ("api/v1/oauth/", "static/", "i18n/")
"""Addresses whose views belong to a library and know nothing of cases."""
CHANGES_ITSELF = {
    "desk/doctor/",  # counts the whole installation, for those who answer for all of it
    "audit/",  # who looks at the trail is in the trail
}
"""Lists that differ when they are asked for again; the words on them are looked for all the same."""
FORM = "application/x-www-form-urlencoded"
NO_SUCH = {"no": "ZJ2001010000001", "pk": "999999901", "id": "999999901", "offer": "999999901"}
"""The same kind of id, of something that does not exist."""
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Ask:
    """One request a stranger makes, and the same for something that does not exist; None where no id is in it."""

    method: str
    route: str
    path: str
    twin: str | None
    body: str = ""
    kind: str = FORM


def routes() -> list[str]:
    """The patterns of all addresses, as one text each."""
    return sorted({path for path in _walk(get_resolver(), "") if not path.startswith(NOT_OURS)})


def _methods(route: str) -> tuple[str, ...]:
    """All that a view might answer; what can only be posted is posted, and asked for once."""
    if not route.startswith("api/"):
        return PAGES
    return ("GET", "POST") if "/actions/" in route or "/bulk/" in route else API


def lists() -> Iterator[Ask]:
    """Every address in which no id stands: what it shows must not depend on what lies beyond one's reach."""
    for route in routes():
        if route not in CHANGES_ITSELF and not _PARAMETER.search(route) and not _GROUP.search(route):
            yield Ask("GET", route, f"/{route}", None)


def _walk(resolver: Any, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = (prefix + str(pattern.pattern)).replace("^", "").replace("$", "").replace("\\", "")
        if isinstance(pattern, URLPattern):
            yield path
        else:
            yield from _walk(pattern, path)


def asks(world: World) -> Iterator[Ask]:
    """Every route with every method and every id of somebody else's that fits it."""
    for route in routes():
        for values in _values(route, world):
            path = "/" + _filled(route, values)
            named = {name: NO_SUCH[name] for name in values if name in NO_SUCH}
            twin = "/" + _filled(route, {**values, **named}) if named else None
            if route.endswith("/why/<key>") and not named:
                continue
            for method in _methods(route):
                body, kind = _body(route, method, world)
                yield Ask(method, route, path, twin, body, kind)
    for word in list(world.secrets):  # lists and suggestions, asked for the very words
        for path in (
            "/desk/?q=",
            "/desk/employers/?q=",
            "/desk/units/?q=",
            "/api/v1/cases?q=",
            "/matters/?q=",
            "/desk/export/?q=",
        ):
            yield Ask("GET", "search", f"{path}{word}", None)


def _values(route: str, world: World) -> list[dict[str, str]]:
    names = _PARAMETER.findall(route) + _GROUP.findall(route)
    found: list[dict[str, str]] = [{}]
    for name in names:
        choices = _choices(name, route, world)
        found = [{**values, name: choice} for values in found for choice in choices]
    return found


def _choices(name: str, route: str, world: World) -> list[str]:
    """Ids of the other county's, or of the kept case, for one parameter. Raises LookupError for an unknown one."""
    if name == "no":
        return [case.no for case in (*world.theirs, *world.kept)]
    if name in ("pk", "id", "offer"):
        for part, ids in (
            ("sheets/jobs", world.ids["job"]), ("files/", world.ids["attachment"]),
            ("reckonings/", world.ids["reckoning"]),
            ("openings/", world.ids["opening"]), ("people/", world.ids["person"]),
            ("me/data/copy/", world.ids["package"]),
            ("programmes/", list(Programme.objects.values_list("pk", flat=True)[:1]) or [1]),
            ("outlets/", list(Outlet.objects.values_list("pk", flat=True)[:1]) or [1]),
            ("terminals/", list(Terminal.objects.values_list("pk", flat=True)[:1]) or [1]),
            ("letters/", [1]), ("vouchers/", [1]), ("", [1]),
        ):  # fmt: skip
            if part in route:
                return [str(pk) for pk in ids]
    fixed = {
        "transition": ["note"], "act": ["note"], "key": ["hotline"], "service": ["wage_arrears"], "code": ["980103"],
        "rest": ["nowhere"], "ending": ["pdf"], "what": ["file", "all"], "token": ["x"],
    }  # fmt: skip
    if name == "key" and "calculators/" in route:
        return ["late_pay"]
    if name == "key" and "desk/admin/" in route:
        return ["hotline.sign" if "rules" in route else "hotline.received" if "texts" in route else "hotline"]
    if name in fixed:
        return fixed[name]
    raise LookupError(f"tests/leaks/routes.py does not know what a stranger would put for <{name}> in {route}")


def _filled(route: str, values: dict[str, str]) -> str:
    route = _GROUP.sub(lambda m: f"<{m[1]}>", route)
    return _PARAMETER.sub(lambda m: values[m[1]], route)


def _body(route: str, method: str, world: World) -> tuple[str, str]:
    if method in ("GET", "HEAD"):
        return "", FORM
    if not route.startswith("api/"):
        return (
            "reason=because+it+must+be&words=words&purpose=looking&field=phone&q=XQ",
            "application/x-www-form-urlencoded",
        )
    key = route.rsplit("/", 1)[-1]
    for service in registry.services():
        if "/actions/" in route and (declared := service.transition(key)):
            answers = {ask.name: _plain(ask, world) for ask in declared.ask}
            return json.dumps(answers, ensure_ascii=False), "application/json"
    return json.dumps({"purpose": "looking", "field": "phone", "reason": "because"}), "application/json"


def _plain(ask: Any, world: World) -> Any:
    """As `sample`, without making a secret of the asker's own words."""
    value = sample(ask, world)
    if isinstance(value, str) and value.startswith("他们的话 "):
        del world.secrets[value.split()[-1]]
        return "说明"
    return value
