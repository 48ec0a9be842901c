"""One shape for every error, in the caller's language: code, reason, and problems by field."""

import logging
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from uuid import uuid4

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DataError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    JsonResponse,
    UnreadablePostError,
)
from django.http.multipartparser import MultiPartParserError
from django.utils.http import http_date
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from zhijia.faces.outage import ERRORS, answer, outage_of
from zhijia.kernel.base.errors import FieldProblem, Invalid, Misconfigured, Text, ZhijiaError

log = logging.getLogger(__name__)

# What pydantic says, by the beginning of its error's name, in words that help.
_WORDS: tuple[tuple[str, str, Text], ...] = (
    ("missing", "required", _("Please fill this in.")),
    ("string_too_long", "too_long", _("This is too long; at most {max_length} characters fit.")),
    ("string_too_short", "too_short", _("This is too short.")),
    ("string_pattern", "malformed", _("This is not in the form that is asked for.")),
    ("string", "text", _("Write this in words.")),
    ("too_long", "too_many", _("At most {max_length} at a time.")),
    ("too_short", "required", _("Please fill this in.")),
    ("literal", "choice", _("Choose one of the listed values.")),
    ("enum", "choice", _("Choose one of the listed values.")),
    ("greater", "too_small", _("This is smaller than allowed.")),
    ("less", "too_large", _("This is larger than allowed.")),
    ("int", "number", _("Write a whole number.")),
    ("bool", "flag", _("Say true or false.")),
    ("date", "date", _("Write a date such as 2026-11-16.")),
)


def respond(status: int, code: str, reason: Text, problems: tuple[FieldProblem, ...] = ()) -> HttpResponse:
    """The answer of an error."""
    body = {
        "code": code,
        "reason": str(reason),
        "problems": [{"field": p.field, "code": p.code, "message": str(p.message)} for p in problems],
    }
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def install(api: NinjaAPI) -> None:
    """Let `api` answer every error in our shape."""
    for kind, handler in _HANDLERS.items():
        api.add_exception_handler(kind, handler)


def shaped(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """`view` with its 405, which ninja gives before any handler is asked, in our shape."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        refusal = respond(405, "refused", DEFAULT[405])
        refusal["Allow"] = response["Allow"]
        return refusal

    return run


def _typed(_request: HttpRequest, error: ZhijiaError) -> HttpResponse:
    if isinstance(error, Misconfigured):
        return _unexpected(_request, error)
    problems = error.problems if isinstance(error, Invalid) else ()
    reason = error.reason or DEFAULT.get(error.status, "")
    response = respond(error.status, error.code, reason, problems)
    if until := getattr(error, "until", None):
        response["Retry-After"] = http_date(until.timestamp())
    return response


def _refused(_request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code
    if isinstance(error, AuthenticationError):
        response = respond(401, "unauthenticated", _("Sign in, or send a valid token."))
        response["WWW-Authenticate"] = 'Bearer realm="zhijia"'
        return response
    cause = error.__cause__
    if isinstance(cause, RequestDataTooBig):
        return _too_big(_request, cause)
    if status == 400:
        return respond(400, "malformed", _("The body is not valid JSON."))
    return respond(status, "refused", DEFAULT.get(status, str(error)))


def _shape(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = tuple(_problems(error.errors))
    return respond(422, "invalid", "; ".join(f"{p.field}: {p.message}" for p in problems), problems)


def _problems(errors: list[dict[str, Any]]) -> Iterator[FieldProblem]:
    for error in errors:
        place = [str(part) for part in error["loc"][1:] if part not in ("body", "filters")]
        kind: str = error["type"]
        found = ((code, words) for begin, code, words in _WORDS if kind.startswith(begin))
        code, words = next(found, ("malformed", _("This is not in the form that is asked for.")))
        message = str(words).format(**{"max_length": "", **error.get("ctx", {})})
        yield FieldProblem(".".join(place) or "body", code, message)


def _too_big(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return respond(413, "too_large", _("This is too large to be sent at once. Send long texts as a file."))


def _unstorable(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return respond(422, "invalid", _("There is a character in it that cannot be stored."))


def _bad(_request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return _too_big(_request, error)
    return respond(400, "malformed", _("This request cannot be read."))


def _missing(_request: HttpRequest, _error: Exception) -> HttpResponse:
    return respond(404, "not_found", DEFAULT[404])


def _outage(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database or the room is gone: 503 or 507; anything else is our fault."""
    outage = outage_of(error)
    return answer(request, outage) if outage else _unexpected(request, error)


def _unexpected(_request: HttpRequest, error: Exception) -> HttpResponse:
    """Our fault: the reference stands in the log beside the traceback."""
    reference = uuid4().hex[:4].upper()
    log.error("API error %s", reference, exc_info=error)
    code = error.code if isinstance(error, ZhijiaError) else "error"
    words = _("Something went wrong on our side. If you call us, say {reference}.")
    return respond(500, code, format_lazy(words, reference=reference))


DEFAULT: dict[int, Text] = {
    403: _("This is not allowed to you."),
    404: _("There is no such thing, or it is not yours to see."),
    405: _("This address does not take that method."),
    409: _("Somebody else was first."),
    415: _("Send this as application/json."),
    429: _("Too many tries. Wait a while."),
}
_HANDLERS: dict[type[Exception], Any] = {
    ZhijiaError: _typed,
    HttpError: _refused,
    AuthenticationError: _refused,
    ValidationError: _shape,
    RequestDataTooBig: _too_big,
    SuspiciousOperation: _bad,
    BadRequest: _bad,
    MultiPartParserError: _bad,
    UnreadablePostError: _bad,
    UnicodeError: _unstorable,
    DataError: _unstorable,
    Http404: _missing,
    **dict.fromkeys(ERRORS, _outage),
    Exception: _unexpected,
}
