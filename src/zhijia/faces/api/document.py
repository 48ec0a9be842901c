"""The OpenAPI 3.1 document, the same bytes for the same code: in English, keys in the order of the code."""

import json
from typing import Any

from django.utils import translation

from zhijia.faces.limits import is_limited

PREFIX = "/api/v1/"
_ERRORS = {
    "400": "The body is not valid JSON, or the request cannot be read",
    "401": "Nobody is signed in, or the token is not valid",
    "403": "An insider without the right; the reason says what is missing",
    "404": "There is no such thing, or the caller may not know that there is",
    "409": "Not possible now, or somebody else was first",
    "413": "Too large",
    "415": "Not sent as application/json",
    "422": "Bad input: which field, and how to mend it. Nothing was stored",
    "429": "Too many tries; Retry-After says when the next one is allowed",
    "503": "The database is away or too many ask at once; Retry-After says when it is worth trying again",
}
_TOKEN = {
    "type": "object",
    "properties": {
        "access_token": {"type": "string"}, "expires_in": {"type": "integer"}, "token_type": {"type": "string"},
        "scope": {"type": "string"},
    },
}  # fmt: skip
_GIVEN = {"description": "OK", "content": {"application/json": {"schema": _TOKEN}}}


def schema() -> dict[str, Any]:
    """The document as it is served and committed, in the present language."""
    from .main import api  # the routers import this package while they are being built

    found = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX), default=str))
    found["paths"] = {path: found["paths"][path] for path in sorted(found["paths"])} | _oauth()
    _add_what_all_answer(found["paths"])
    found["components"]["securitySchemes"] = {
        "Token": {
            "type": "oauth2",
            "description": "Partners: client credentials. A revoked token may be taken for up to 5 seconds more.",
            "flows": {
                "clientCredentials": {"tokenUrl": f"{PREFIX}oauth/token", "scopes": {"cases": "File and follow cases"}}
            },
        },
        "Session": {
            "type": "apiKey", "in": "cookie", "name": "sessionid",
            "description": "From POST /session; what changes something also needs the header X-CSRFToken.",
        },
        "TerminalKey": {
            "type": "apiKey", "in": "header", "name": "Terminal",
            "description": "The secret that was shown once when an outlet's terminal was enrolled.",
        },
    }  # fmt: skip
    found["components"]["responses"] = _share_errors(found["paths"])
    found["servers"] = [{"url": "/", "description": "This installation"}]
    return found  # type: ignore[no-any-return]


def _add_what_all_answer(paths: dict[str, Any]) -> None:
    """The errors that are given before an operation is asked: to a body, and to who asks too often."""
    error = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    for path, methods in paths.items():
        for method, operation in methods.items():
            body = "application/json" in operation.get("requestBody", {}).get("content", {})
            limited = is_limited(method.upper(), path.removeprefix("/"))
            added = [*(("400", "413") if body else ()), *(("429",) if limited else ())]
            operation["responses"] |= {status: error for status in added if status not in operation["responses"]}


def _share_errors(paths: dict[str, Any]) -> dict[str, Any]:
    """Let every operation refer to the same description of each error; returns those descriptions."""
    shared: dict[str, Any] = {}
    for operation in (operation for methods in paths.values() for operation in methods.values()):
        for status, response in operation["responses"].items():
            content = response.get("content", {}).get("application/json", {}).get("schema", {})
            if content.get("$ref", "").endswith("/Error"):
                shared[f"Error{status}"] = response | {"description": _ERRORS[status]}
                operation["responses"][status] = {"$ref": f"#/components/responses/Error{status}"}
    return dict(sorted(shared.items()))


def document() -> str:
    """The text of docs/openapi.json."""
    with translation.override("en"):
        return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def _oauth() -> dict[str, Any]:
    """The two OAuth2 addresses, which are not ours to derive (RFC 6749 §4.4, RFC 7009)."""
    credentials = {"client_id": {"type": "string"}, "client_secret": {"type": "string"}}
    grant = {"grant_type": {"const": "client_credentials"}, **credentials}
    revoke = {"token": {"type": "string"}, **credentials}
    return {
        f"{PREFIX}oauth/revoke": {
            "post": _form("revoke_token", "End a token", revoke, {"description": "It is ended, or was never there"})
        },
        f"{PREFIX}oauth/token": {"post": _form("get_token", "Get a token", grant, _GIVEN)},
    }


def _form(operation: str, summary: str, fields: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    form = {"type": "object", "properties": fields, "required": list(fields)}
    return {
        "operationId": operation, "summary": summary, "tags": ["Sign in"], "security": [],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form}}},
        "responses": {
            "200": answer, "400": {"description": "Not a valid request"}, "401": {"description": "Wrong credentials"},
        },
    }  # fmt: skip
