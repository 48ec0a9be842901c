"""Everything that is wrong with a form at once, so that it is mended once."""

from collections.abc import Iterator
from contextlib import contextmanager

from zhijia.kernel.base.errors import FieldProblem, Invalid
from zhijia.kernel.files.refusals import ScannerDown


@contextmanager
def noting(problems: list[FieldProblem], *, renamed: str = "") -> Iterator[None]:
    """Go on after bad input, noting what was bad; under the name of the field of this form, where it is another."""
    try:
        yield
    except Invalid as error:
        problems += [FieldProblem(renamed or p.field, p.code, p.message, p.limits) for p in error.problems]


def status_of(error: Invalid) -> int:
    """The status of a page that shows a form again: 503 where it is we who cannot take a file now, else 422."""
    ours = any(problem.code == ScannerDown.code for problem in error.problems)
    return ScannerDown.status if ours else error.status
