"""The API of the platform: everything the pages do, for programs. Derived from the service declarations."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI, Router
from ninja.renderers import JSONRenderer

from zhijia.kernel.base.errors import NotFound

from . import (
    actions,
    board,
    calculators,
    cases,
    catalogue,
    document,
    errors,
    intake,
    me,
    openings,
    people,
    pseudonyms,
    session,
    typical,
    vouchers,
)
from .auth import Session, Token, scoped, unscoped
from .schemas import Error, Health

DESCRIPTION = """\
Partners get a token from `POST /api/v1/oauth/token` (client credentials); people sign in with `POST /api/v1/session`
and then send the cookie `csrftoken` back as `X-CSRFToken`. `Accept-Language` chooses Chinese (the default) or English.
Every error has one shape: `code` for programs, `reason` for people, `problems` by field. What was sent twice with the
same `Idempotency-Key` is done once. Lists are paged by an opaque cursor and never counted. A stranger's case is 404; a
right that is missing is 403 with the reason; somebody else was first is 409. While the database is away it is 503,
while nothing more can be stored 507, both with `Retry-After`: send it again with the same key."""


class Renderer(JSONRenderer):
    """Chinese as it is, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012 - ninja reads it from the class


class Api(NinjaAPI):
    """An API whose every address answers in the common shape."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        patterns, app, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = errors.shaped(pattern.callback)
        return patterns, app, namespace


api = Api(
    title="Zhijia 职家", version="1", description=DESCRIPTION, auth=[Token(), Session()], renderer=Renderer(),
    openapi_url=None, docs_url=None, urls_namespace="api",
)  # fmt: skip
api.add_decorator(scoped)
errors.install(api)
api.add_router("/cases", intake.router)
api.add_router("/cases", actions.router)
api.add_router("/cases", cases.router)
for area in (session, me, people, board, catalogue, calculators, openings, pseudonyms, typical, vouchers):
    api.add_router("", area.router)


@api.get(
    "/healthz", auth=None, operation_id="health", summary="Is it up", tags=["Platform"],
    response={200: Health, 503: Error},
)  # fmt: skip
@unscoped
def health(request: HttpRequest) -> dict[str, bool]:  # noqa: ARG001
    """Answers when the platform and its database do; 503 with the reason and Retry-After while one does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


@api.get("/openapi.json", auth=None, include_in_schema=False)
@unscoped
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """This API described, with titles in the caller's language."""
    return JsonResponse(document.schema(), json_dumps_params={"ensure_ascii": False})


beyond = Router()


@beyond.api_operation(["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", include_in_schema=False, auth=None)
@unscoped
def nowhere(request: HttpRequest, rest: str) -> None:  # noqa: ARG001
    """Every other address below the API, so that it answers in the API's shape."""
    raise NotFound(code="no_such_address")


api.add_router("", beyond)
