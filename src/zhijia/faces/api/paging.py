"""Keyset pages: an opaque cursor says after which row the next page begins, so that pages neither skip nor repeat
while rows are added, and the thousandth page costs what the first does. Nothing is ever counted."""

import base64
import json
from binascii import Error as NotBase64
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from ninja import Field

from zhijia.kernel.base.errors import FieldProblem, Invalid

SIZE, MOST = 25, 100
Limit = Annotated[int, Field(ge=1, le=MOST, description=f"Rows of a page, at most {MOST}")]
Cursor = Annotated[str, Field(max_length=200, description="`next` of the page before")]
BIGGEST = 2**63 - 1


def pack(*values: int | str) -> str:
    """The cursor after a row with these keys."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """The keys of a cursor. Raises Invalid for one that is not of this list."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        whole = isinstance(values, list) and [type(v) for v in values] == list(kinds)
    except (NotBase64, ValueError, RecursionError):
        whole = False
    if not whole or any(isinstance(v, int) and abs(v) > BIGGEST for v in values):
        raise Invalid(FieldProblem("cursor", "malformed", _("This is not a cursor of this list.")))
    return tuple(values)
