"""The rows of one worksheet's XML, in slices small enough for calamine to hold: memory does not grow with the file.

calamine keeps the whole range that it reads, about 100 bytes a cell, and a range from the first cell to the last,
however far apart. So the XML is cut at `<row`, empty rows are passed over, and each slice of rows goes to calamine as
a workbook of its own.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from .package import Package, Part, broken, too_large
from .problems import Unusable
from .strings import Strings

SLICE = 1_000
"""Rows handed to calamine at once."""
SPAN = 2_000
"""Between the first and the last row of a slice, empty ones included."""
WIDEST = 256
"""Columns of a sheet."""
LONGEST = 8 * 1024 * 1024
"""Bytes of one row."""
MERGES = 100_000

Cell = object
Line = tuple[int, list[Cell], dict[int, str]]
"""A row's number, its cells from column A on ("" for a blank one), and what spoils a cell: column -> "formula" for one
without a result, or an error such as "#N/A"."""
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; rows from 1, columns from 0."""

_ROW = re.compile(rb"<(?:[\w.-]+:)?row(?=[\s/>])")
_DATA_END = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>|<(?:[\w.-]+:)?sheetData\s*/>")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,7})[\"']")
_HIDDEN = re.compile(rb"\shidden\s*=\s*[\"'](?:1|true)")
_FULL = re.compile(rb"<(?:[\w.-]+:)?(?:v|is|f)[\s/>]")
_ANY_CELL = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s/>])")
# The place must come first in a cell, as every program writes it: then nothing can be hidden before it.
_PLACE = re.compile(rb"<(?:[\w.-]+:)?c\s+r\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_SHARED = re.compile(
    rb"(<(?:[\w.-]+:)?c\s[^<>]*?\bt\s*=\s*[\"']s[\"'][^<>]*>\s*<(?:[\w.-]+:)?v[^<>]*>\s*)(\d{1,9})(?=\s*<)"
)
_CELL = re.compile(
    rb"<(?:[\w.-]+:)?c\s+r\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']([^<>/]*)>(.*?)</(?:[\w.-]+:)?c\s*>", re.DOTALL
)
_ERROR = re.compile(rb"\bt\s*=\s*[\"']e[\"']")
_KNOWN_ERROR = re.compile(rb"#[A-Z0-9/!?_]{1,20}")
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v[^<>]*>([^<]+)<")
_MERGED = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^<>]*?ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']"
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OPEN, _CLOSE = b'<worksheet xmlns="%s"><sheetData>' % _MAIN.encode(), b"</sheetData></worksheet>"


@dataclass
class Survey:
    """What a first look at a sheet finds, before any cell is read."""

    rows: int = 0
    """Rows that hold anything."""
    hidden: list[int] = field(default_factory=list)
    """Numbers of the hidden ones among them, the first ten."""
    hidden_rows: int = 0
    merges: list[Merge] = field(default_factory=list)


class Sheet:
    """One worksheet of a package."""

    def __init__(self, package: Package, part: Part, strings: Strings | None) -> None:
        self.name, self.hidden = part.name, part.hidden
        self.formulas = 0
        """Formulas met so far while reading; their results were taken."""
        self._package, self._path, self._strings = package, part.path, strings
        self._fixed: dict[str, bytes] = {}

    def survey(self) -> Survey:
        """Count the rows that hold anything and find hidden rows and merged cells."""
        found, tail = Survey(), bytearray()
        for number, row, full in _rows(self._package.blocks(self._path), tail):
            found.rows += full
            if full and _HIDDEN.search(_head(row)):
                found.hidden_rows += 1
                if len(found.hidden) < 10:
                    found.hidden.append(number)
        for first, top, last, bottom in _MERGED.findall(tail):
            if len(found.merges) == MERGES:
                raise too_large()
            found.merges.append((int(top), column_index(first), int(bottom), column_index(last)))
        found.merges.sort()
        return found

    def lines(self) -> Iterator[Line]:
        """The rows that hold anything, in order."""
        self._package.again()
        self.formulas = 0
        held: list[bytes] = []
        numbers: list[int] = []
        for number, row, full in _rows(self._package.blocks(self._path), bytearray()):
            if not full:
                continue
            if held and (len(held) == SLICE or number - numbers[0] >= SPAN):
                yield from self._slice(held, numbers)
                held, numbers = [], []
            held.append(row)
            numbers.append(number)
        if held:
            yield from self._slice(held, numbers)

    def _slice(self, held: list[bytes], numbers: list[int]) -> Iterator[Line]:
        body = b"".join(held)
        _check_places(body, numbers)
        spoiled = self._spoiled(body)
        grid, first_row, first_column = _read(self._workbook(body))
        wanted, left = set(numbers), [""] * first_column
        for number, cells in enumerate(grid, start=first_row):
            if number in wanted:
                yield number, [*left, *cells] if left else cells, spoiled.get(number, {})

    def _spoiled(self, body: bytes) -> dict[int, dict[int, str]]:
        """What stands in the cells that calamine gives as blank though something is there."""
        found: dict[int, dict[int, str]] = {}
        if not _FORMULA.search(body) and not _ERROR.search(body):
            return found
        for letters, number, attributes, inner in _CELL.findall(body):
            value, formula = _VALUE.search(inner), _FORMULA.search(inner) is not None
            self.formulas += formula
            if _ERROR.search(attributes):
                error = value[1].decode() if value and _KNOWN_ERROR.fullmatch(value[1]) else "#N/A"
                found.setdefault(int(number), {})[column_index(letters)] = error
            elif formula and not value:
                found.setdefault(int(number), {})[column_index(letters)] = "formula"
        return found

    def _workbook(self, body: bytes) -> bytes:
        """The slice as a whole workbook, with the shared strings that it uses and the file's own styles."""
        if not self._fixed:
            self._fixed = _fixed_parts(self._package)
        used: dict[int, int] = {}

        def renumbered(found: re.Match[bytes]) -> bytes:
            return found[1] + b"%d" % used.setdefault(int(found[2]), len(used))

        body = _SHARED.sub(renumbered, body)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as file:
            for name, content in self._fixed.items():
                file.writestr(name, content)
            if used:
                if self._strings is None:
                    raise broken()
                file.writestr("xl/sharedStrings.xml", self._strings.part(list(used)))
            file.writestr("xl/worksheets/sheet1.xml", _OPEN + body + _CLOSE)
        return target.getvalue()


def column_index(letters: bytes) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def column_name(index: int) -> str:
    """0 -> A, 26 -> AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def _rows(blocks: Iterable[bytes], tail: bytearray) -> Iterator[tuple[int, bytes, bool]]:
    """Every row as (number, XML, whether it holds anything); what follows the rows is added to `tail`."""
    buffer, number, ended = b"", 0, False
    for block in blocks:
        if ended:
            tail += block
            if len(tail) > LONGEST:
                raise too_large()
            continue
        buffer += block
        end = _DATA_END.search(buffer)
        if end:
            tail += buffer[end.end() :]
            buffer, ended = buffer[: end.start()], True
        starts = [found.start() for found in _ROW.finditer(buffer)]
        if ended:
            starts.append(len(buffer))
        for start, stop in pairwise(starts):
            row = buffer[start:stop]
            number = _row_number(row, number)
            yield number, row, _FULL.search(row) is not None
        buffer = buffer[starts[-1] :] if starts else buffer[-64:]
        if len(buffer) > LONGEST:
            raise too_large()
    if not ended:
        raise broken()


def _head(row: bytes) -> bytes:
    return row[: row.find(b">") + 1]


def _row_number(row: bytes, before: int) -> int:
    found = _NUMBER.search(_head(row))
    number = int(found[1]) if found else before + 1
    if number <= before:
        raise broken()
    return number


def _check_places(body: bytes, numbers: list[int]) -> None:
    """Every cell says where it stands, in one of these rows and in a column that is not absurd. Raises Unusable."""
    places = _PLACE.findall(body)
    rows = {int(number) for _letters, number in set(places)}
    columns = {column_index(letters) for letters in {letters for letters, _number in places}}
    if len(places) != len(_ANY_CELL.findall(body)) or not rows <= set(numbers):
        raise broken()
    if max(columns, default=0) >= WIDEST:
        message = _("The sheet is more than %(most)s columns wide. Delete the columns that are not needed.")
        raise Unusable(message % {"most": WIDEST}, code="too_wide")


def _read(workbook: bytes) -> tuple[list[list[Cell]], int, int]:
    """The cells that calamine finds, and the number of their first row and column."""
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0)
        if sheet.start is None:
            return [], 1, 0
        return sheet.to_python(skip_empty_area=True), sheet.start[0] + 1, sheet.start[1]  # type: ignore[return-value]
    except (CalamineError, ValueError) as error:
        raise broken() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # Rust's; it does not derive from Exception
            raise broken() from error
        raise


def _fixed_parts(package: Package) -> dict[str, bytes]:
    """What every slice's workbook has in common."""
    kinds = {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("sharedStrings", "sharedStrings.xml")}
    parts: dict[str, bytes] = {}
    if package.styles:
        kinds["rId3"] = ("styles", "styles.xml")
        parts["xl/styles.xml"] = package.whole(package.styles)
    relations = "".join(
        f'<Relationship Id="{key}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for key, (kind, target) in kinds.items()
    )
    head = f'<Relationships xmlns="{_PACKAGE}/relationships">'
    main = f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>'.encode(),
        "_rels/.rels": f"{head}{main}</Relationships>".encode(),
        "xl/_rels/workbook.xml.rels": f"{head}{relations}</Relationships>".encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><workbookPr date1904="{int(package.from_1904)}"/>'
            '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        **parts,
    }
