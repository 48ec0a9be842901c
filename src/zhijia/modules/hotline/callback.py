"""The hotline's call-back: the shared one (kernel/service/callback.py), and what of it is the hotline's own."""

from zhijia.kernel.service.callback import CallBack

from .joint import close_merged
from .models import ClosingCode
from .rules import C


def reopen_merged(c: C) -> None:
    """Nothing counts as contacted, and what was joined to the case goes on with it."""
    c.facts.contacted_at = None
    for no_ in c.merged("closed"):
        c.follow(no_, "reopen_with_lead", as_platform=True)


BACK = CallBack(
    rules="hotline", awaiting=frozenset({"answered", "referred", "result"}),
    due=frozenset({"submit", "answer", "refer"}), check="check", reopened="reopened", closed="closed",
    codes=tuple(ClosingCode.choices), solved=ClosingCode.SOLVED,
    handling=("sign", "contact", "submit", "answer", "refer", "take_over"), on_reopen=(reopen_merged,),
    on_close=(close_merged,),
)  # fmt: skip
