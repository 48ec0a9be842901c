"""The sheets and exports of this installation, by key."""

from zhijia.kernel.base.errors import NotFound

from .declare import Export, Sheet

_sheets: dict[str, Sheet] = {}
_exports: dict[str, Export] = {}


def register(declared: Sheet | Export) -> None:
    """Make a declaration known. Raises ValueError when another one has its key."""
    known: dict[str, Sheet] | dict[str, Export] = _sheets if isinstance(declared, Sheet) else _exports
    if known.setdefault(declared.key, declared) is not declared:  # type: ignore[arg-type]
        raise ValueError(f"two sheets have the key {declared.key}")


def sheet(key: str) -> Sheet:
    """The sheet with this key. Raises NotFound."""
    if key not in _sheets:
        raise NotFound(code="no_such_sheet")
    return _sheets[key]


def export(key: str) -> Export:
    """The export with this key. Raises NotFound."""
    if key not in _exports:
        raise NotFound(code="no_such_sheet")
    return _exports[key]


def sheets() -> tuple[Sheet, ...]:
    """Every sheet, in the order of registration."""
    return tuple(_sheets.values())
