"""From where and on what a request comes: the caller's address behind trusted proxies, browser and system in words."""

import ipaddress
import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest

from zhijia.kernel.people.devices import Visit

DEVICE = "device"
"""Cookie by which a browser is known again; it says nothing and is kept as a hash."""

# The first that fits: browsers name those that they descend from.
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("HuaweiBrowser", "Huawei Browser"),
    ("MiuiBrowser", "Mi Browser"), ("QQBrowser", "QQ Browser"), ("UCBrowser", "UC Browser"),
    ("VivoBrowser", "vivo Browser"), ("HeyTapBrowser", "HeyTap Browser"), ("Edg", "Edge"), ("OPR", "Opera"),
    ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"),
    ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def client_address(request: HttpRequest) -> str:
    """The caller's IP. X-Forwarded-For counts only as far as settings.TRUSTED_PROXIES wrote it: read from the right,
    the first address that is no trusted proxy. "" when there is none (a socket file)."""
    address = request.META.get("REMOTE_ADDR", "")
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    while forwarded and _trusted(address):
        address = forwarded.pop() or address
    return address if _ip(address) else ""


def visit(request: HttpRequest) -> Visit:
    """What the device list keeps of a request."""
    agent = request.META.get("HTTP_USER_AGENT", "")[:400]
    name = device_cookie()
    return Visit(
        address=client_address(request), browser=_first(_BROWSERS, agent, version=True), system=_first(_SYSTEMS, agent),
        device=request.COOKIES.get(name, "")[:64],
    )  # fmt: skip


def device_cookie() -> str:
    """The cookie's name: bound to this host under https."""
    return f"__Host-{DEVICE}" if settings.SESSION_COOKIE_SECURE else DEVICE


def _first(names: tuple[tuple[str, str], ...], agent: str, *, version: bool = False) -> str:
    for mark, name in names:
        if mark in agent:
            found = re.search(rf"{mark}[A-Za-z]*/(\d{{1,4}})", agent) if version else None
            return f"{name} {found[1]}" if found else name
    return ""


def _trusted(address: str) -> bool:
    ip = _ip(address)
    return ip is not None and any(ip in network for network in _networks(tuple(settings.TRUSTED_PROXIES)))


@cache
def _networks(setting: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(text, strict=False) for text in setting)


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None
