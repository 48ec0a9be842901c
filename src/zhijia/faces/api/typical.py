"""Typical cases, for programs: what is published, by what was broken and by trade. For everybody."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from zhijia.modules.supervision.models import TypicalCase
from zhijia.modules.supervision.typical import published, published_one

from .auth import unscoped
from .paging import SIZE, Cursor, Limit, pack, unpack
from .schemas import Error

router = Router(tags=["Typical cases"])
Code = Annotated[str, Field(max_length=12)]


class TypicalOut(Schema):
    """One case, told without names."""

    id: int
    heading: str
    body: str
    lesson: str
    category: str
    industry: str
    unit: str
    published_at: datetime | None


class TypicalPage(Schema):
    """A page of them, the newest first."""

    items: list[TypicalOut]
    next: str = Field(description='Cursor of the next page; "" at the end')


class TypicalFilters(Schema):
    """What is looked for."""

    q: Annotated[str, Field(max_length=60)] = ""
    category: Code = ""
    industry: Code = ""
    after: Cursor = ""
    limit: Limit = SIZE


@router.get("/typical-cases", auth=None, operation_id="list_typical_cases", summary="Typical cases",
            response={200: TypicalPage, 422: Error})  # fmt: skip
@unscoped
def list_typical_cases(request: HttpRequest, filters: Query[TypicalFilters]) -> dict[str, Any]:  # noqa: ARG001
    """Published cases whose words, kind of breach and trade fit. For everybody."""
    (before,) = unpack(filters.after, int) if filters.after else (0,)
    found = published(
        words=filters.q.replace("\0", ""), category=filters.category, industry=filters.industry, before=before,
        limit=filters.limit + 1,
    )  # fmt: skip
    shown = found[: filters.limit]
    return {"items": [_told(t) for t in shown], "next": pack(shown[-1].pk) if len(found) > len(shown) else ""}


@router.get("/typical-cases/{id}", auth=None, operation_id="get_typical_case", summary="One typical case",
            response={200: TypicalOut, 404: Error, 422: Error})  # fmt: skip
@unscoped
def get_typical_case(request: HttpRequest, id: Annotated[int, Field(ge=1, le=2**31)]) -> dict[str, Any]:  # noqa: ARG001
    """One of them; 404 for what is not published. For everybody."""
    return _told(published_one(id))


def _told(typical: TypicalCase) -> dict[str, Any]:
    return {
        "id": typical.pk, "heading": typical.heading, "body": typical.body, "lesson": typical.lesson,
        "category": typical.category, "industry": typical.industry, "unit": typical.unit.name,
        "published_at": typical.decided_at,
    }  # fmt: skip
