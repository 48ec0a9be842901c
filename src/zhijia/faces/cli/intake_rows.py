"""Reading what is to be filed: JSONL, JSON, CSV or plain text, row by row; a bad row never stops the others."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhijia.kernel.base.text import LIMIT

TEXTS = ("text", "story", "content", "question", "内容", "问题", "诉求")
IDS = ("id", "external_id", "no", "number", "编号", "工单号")
REGIONS = ("region", "county", "地区", "行政区划")
PHONES = ("phone", "mobile", "电话", "手机")
_NUL = "\ue000"  # the csv reader stops at a NUL byte, so it travels as a character that nobody types


@dataclass(frozen=True)
class Row:
    """One text to be filed. `number` counts from 1 as the file's lines or records do."""

    number: int
    text: str
    external_id: str = ""
    region: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Bad:
    """One row that cannot be filed: a code for programs, the reason for people, and the row's beginning."""

    number: int
    code: str
    reason: str
    raw: str = ""


def fingerprint(path: Path) -> str:
    """What names this file's content: 16 hex digits. Idempotency keys and the state file are made from it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def read(path: Path) -> Iterator[Row | Bad]:
    """Every row of the file, good or bad, in order. The suffix says which form; anything unknown is plain text."""
    raw = path.read_bytes()
    suffix = path.suffix.lower()
    if suffix == ".csv":
        yield from _csv(raw)
    elif suffix in (".jsonl", ".ndjson", ".json"):
        yield from _json(raw)
    else:
        for number, line in _lines(raw):
            yield line if isinstance(line, Bad) else _checked(number, {TEXTS[0]: line}, line)


def _json(raw: bytes) -> Iterator[Row | Bad]:
    if raw.lstrip()[:1] == b"[":
        try:
            for number, record in enumerate(json.loads(raw), start=1):
                yield _checked(number, record, json.dumps(record, ensure_ascii=False))
        except ValueError as error:
            yield Bad(1, "not_json", str(error))
        return
    for number, line in _lines(raw):
        if isinstance(line, Bad):
            yield line
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield Bad(number, "not_json", str(error), line[:200])
        else:
            yield _checked(number, record, line)


def _csv(raw: bytes) -> Iterator[Row | Bad]:
    text = raw.decode("utf-8-sig", "surrogateescape").replace("\0", _NUL)
    csv.field_size_limit(max(csv.field_size_limit(), 10 * LIMIT))
    reader = csv.reader(io.StringIO(text, newline=""))
    head: list[str] = []
    number = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            number += 1
            yield Bad(number, "not_csv", str(error))
            continue
        if cells is None:
            return
        cells = [cell.replace(_NUL, "\0") for cell in cells]
        if not head:
            head = [cell.strip().lower() for cell in cells]
            if set(head) & set(TEXTS):
                continue
            head = [TEXTS[0]]
        if any(cell.strip() for cell in cells):
            number += 1
            yield _checked(number, dict(zip(head, cells, strict=False)), ",".join(cells))


def _lines(raw: bytes) -> Iterator[tuple[int, str | Bad]]:
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield number, line.decode()
        except UnicodeDecodeError as error:
            yield number, Bad(number, "encoding", f"not UTF-8: {error.reason}", line[:200].decode("utf-8", "replace"))


def _checked(number: int, record: Any, raw: str) -> Row | Bad:
    if isinstance(record, str):
        record = {TEXTS[0]: record}
    if not isinstance(record, Mapping):
        return Bad(number, "no_text", "a row is an object with a field “text”", raw[:200])
    text = _field(record, TEXTS)
    if not isinstance(text, str):
        names = "/".join(TEXTS[:4])
        return Bad(number, "no_text", f"there is no field of words named {names}", raw[:200])
    if "\0" in text:
        return Bad(number, "nul", "the text has a NUL byte, which cannot be stored", raw[:200].replace("\0", "␀"))
    if any("\ud800" <= c <= "\udfff" for c in text):
        return Bad(number, "encoding", "the text is not valid Unicode", "")
    if not text.strip():
        return Bad(number, "empty", "the text is empty", raw[:200])
    if len(text) > LIMIT:
        return Bad(number, "too_long", f"{len(text)} characters; at most {LIMIT} fit", raw[:200])
    return Row(number, text, *(str(_field(record, names) or "").strip()[:64] for names in (IDS, REGIONS, PHONES)))


def _field(record: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if record.get(name) is not None), None)
