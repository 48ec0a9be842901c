"""Everything that is wrong with a form at once, so that it is mended once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext as _

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


def choose_again(problems: list[FieldProblem], files: Sequence[Any]) -> None:
    """Say that files must be chosen once more when the form is shown again: a browser does not keep them."""
    if problems and files and not any(problem.field == "files" for problem in problems):
        words = _("Choose your photos and files once more; the browser does not keep them.")
        problems.append(FieldProblem("files", "again", words))
