"""Asking an identity provider something over HTTP, so that it can lead us nowhere else.

https only; no redirect is followed; the name is resolved once, every address must be a public one, and the connection
goes to that very address (so a name cannot point elsewhere a moment later); time and size are limited; no proxy and no
cookie. Exceptions are the operator's: settings.OIDC_PRIVATE_HOSTS names providers inside the own network, and plain
http to this machine is for tests and development.
"""

import ipaddress
import json
import socket
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

import urllib3
from django.conf import settings
from urllib3.util.ssl_ import create_urllib3_context

LONGEST = 256 * 1024
"""Bytes of the longest answer."""
SECONDS = 5.0
"""For the whole of one question, connecting included."""
LOCAL = ("127.0.0.1", "::1", "localhost")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unreachable(Exception):
    """A provider was not asked, or gave no answer that we take; for operators, not for people signing in."""


def ask_json(url: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> Any:
    """The JSON at `url`, got, or posted to with `form`. Raises Unreachable with the reason in words."""
    parts = examined(url)
    try:
        status, body = _ask(parts, form, dict(headers or {}))
        told = json.loads(body)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise Unreachable(f"{parts.netloc} did not answer: {type(error).__name__}") from error
    except (ValueError, RecursionError) as error:
        raise Unreachable(f"{parts.netloc} answered something that is no JSON") from error
    if status != 200:
        code = told.get("error", "") if isinstance(told, dict) else ""
        raise Unreachable(f"{parts.netloc} answered {status} {str(code)[:60]}".strip())
    return told


def examined(url: str) -> SplitResult:
    """The parts of an address that may be asked, or sent a browser to. Raises Unreachable."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unreachable("the address cannot be read") from error
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment or port == 0:
        raise Unreachable("the address must have a host, and neither a user nor a fragment")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_own(parts.hostname)):
        raise Unreachable("the address must begin with https://")
    return parts


def addresses(host: str, port: int) -> list[str]:
    """Where `host` is. Raises Unreachable when one of its addresses is not a public one."""
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{host} is not known") from error
    if not found:
        raise Unreachable(f"{host} is not known")
    if host not in settings.OIDC_PRIVATE_HOSTS and not _is_own(host):
        for address in found:
            if not is_public(address):
                raise Unreachable(f"{host} leads to {address}, inside a network; see ZHIJIA_OIDC_PRIVATE_HOSTS")
    return found


def is_public(address: str) -> bool:
    """Whether this is an address of the internet, also inside the IPv6 forms that carry an IPv4 address."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.teredo is not None:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


def _is_own(host: str) -> bool:
    return host in LOCAL and (settings.TESTING or settings.DEBUG)


def _ask(parts: SplitResult, form: Mapping[str, str] | None, headers: dict[str, str]) -> tuple[int, bytes]:
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    end = time.monotonic() + SECONDS
    with _line(parts.scheme, addresses(host, port)[0], host, port) as line:
        answer = line.urlopen(
            "GET" if form is None else "POST",
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            body=None if form is None else urlencode(form),
            headers={
                "Host": parts.netloc, "Accept": "application/json", "Accept-Encoding": "identity",
                **({} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}), **headers,
            },
            redirect=False, preload_content=False,
        )  # fmt: skip
        body = b""
        while chunk := answer.read(16 * 1024):
            body += chunk
            if len(body) > LONGEST or time.monotonic() > end:
                raise Unreachable(f"{host} answered too much, or too slowly")
        return answer.status, body


def _line(scheme: str, address: str, host: str, port: int) -> urllib3.HTTPConnectionPool:
    """A line to this address, on which only the named host is believed."""
    timeout = urllib3.Timeout(connect=SECONDS / 2, read=SECONDS / 2)
    if scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout, retries=False)
    context = create_urllib3_context()
    context.load_verify_locations(settings.OIDC_CA) if settings.OIDC_CA else context.load_default_certs()
    return urllib3.HTTPSConnectionPool(
        address, port, timeout=timeout, retries=False, ssl_context=context, server_hostname=host, assert_hostname=host,
        cert_reqs="CERT_REQUIRED",
    )  # fmt: skip
