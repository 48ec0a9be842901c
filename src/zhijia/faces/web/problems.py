"""Everything that is wrong with a form at once, so that it is mended once."""

from collections.abc import Iterator
from contextlib import contextmanager

from zhijia.kernel.base.errors import FieldProblem, Invalid


@contextmanager
def noting(problems: list[FieldProblem], *, renamed: str = "") -> Iterator[None]:
    """Go on after bad input, noting what was bad; under the name of the field of this form, where it is another."""
    try:
        yield
    except Invalid as error:
        problems += [FieldProblem(renamed or p.field, p.code, p.message, p.limits) for p in error.problems]
