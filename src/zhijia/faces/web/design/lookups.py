"""What pickers ask while somebody types: places, and whether a credit code can be right. Both are open to everybody:
the places are a public standard, and a code is only checked, never looked up."""

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.views.decorators.http import require_safe

from zhijia.kernel.base.errors import Text
from zhijia.kernel.base.text import clean
from zhijia.kernel.org import uscc
from zhijia.kernel.org.places import Place, search_places

MOST = 8
"""Places on one page of a list."""
FRESH = 3600
"""Seconds for which a browser need not ask again: places change once a year."""
_AFTER = re.compile(r"([0-9]{1,2})\.([0-9]{6})")
_WITHIN = re.compile(r"[0-9]{0,6}")


@require_safe
def places(request: HttpRequest) -> HttpResponseBase:
    """GET /lookup/places/?q=hzxh&within=33,98&after=…: places by name, code, pinyin or initials, best first."""
    asked = [code for code in request.GET.get("within", "").split(",")[:40] if _WITHIN.fullmatch(code)]
    starts = [re.sub(r"(00)+$", "", code) for code in asked]
    after = _AFTER.fullmatch(request.GET.get("after", ""))
    found = search_places(
        request.GET.get("q", ""), within=[] if "" in starts else starts, limit=MOST,
        after=(int(after[1]), after[2]) if after else None,
    )  # fmt: skip
    answer = {"items": [_line(p) for p in found.items], "after": "{}.{}".format(*found.after) if found.after else None}
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    patch_cache_control(response, public=True, max_age=FRESH)
    set_response_etag(response)
    return get_conditional_response(request, response["ETag"], None, response) or response


@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """GET /lookup/credit-code/?code=…: what is wrong with it, where that can be told; "" when it can be right."""
    return JsonResponse({"problem": str(code_problem(request.GET.get("code", "")))})


def code_problem(typed: str) -> Text:
    """What is wrong with a credit code, and how to mend it; "" when nothing is."""
    verdict = uscc.explain_problem(clean(typed)[:60])
    return "" if verdict.ok else f"{verdict.reason} {verdict.mend}".strip()


def _line(place: Place) -> dict[str, str | int]:
    return {"code": place.code, "name": place.name, "above": place.above, "level": place.level}
