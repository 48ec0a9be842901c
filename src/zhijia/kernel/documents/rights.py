"""Who may work on a letter and who may sign it: posts, and never one's own matter."""

from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Forbidden, Verdict, no, yes
from zhijia.kernel.cases.models import Party
from zhijia.kernel.people.actors import Actor, Role
from zhijia.kernel.people.models import Account

from .kinds import LetterKind
from .models import Letter


def may_draft(kind: LetterKind, letter: Letter, actor: Actor) -> Verdict:
    """Whether the actor works on this letter: by a post on its case."""
    case = letter.case
    fitting = any(
        post.role in kind.drafts | kind.signs and post.covers(case.unit_id, case.unit_lft, case.industry_lft)
        for post in actor.posts
    )
    return _verdict(kind.drafts | kind.signs, letter, actor, fitting=fitting)


def may_issue(kind: LetterKind, letter: Letter, actor: Actor) -> Verdict:
    """Whether the actor signs for the organisation that issues this letter."""
    org = letter.org
    fitting = any(
        post.role in kind.signs and post.covers(org.pk, org.lft, org.industry_lft) for post in actor.posts
    )  # fmt: skip
    return _verdict(kind.signs, letter, actor, fitting=fitting)


def allow_draft(kind: LetterKind, letter: Letter, actor: Actor) -> None:
    """Raises Forbidden with the reason unless the actor works on this letter."""
    _allow(may_draft(kind, letter, actor))


def allow_issue(kind: LetterKind, letter: Letter, actor: Actor) -> None:
    """Raises Forbidden with the reason unless the actor signs this letter."""
    _allow(may_issue(kind, letter, actor))


def _allow(verdict: Verdict) -> None:
    if not verdict:
        raise Forbidden(verdict.reason, code=verdict.code)


def _verdict(roles: frozenset[Role], letter: Letter, actor: Actor, *, fitting: bool) -> Verdict:
    if actor.system:
        return yes()
    if not fitting:
        who = "、".join(str(role.title) for role in sorted(roles))
        return no("wrong_role", _("Only these may do it here: %(roles)s.") % {"roles": who})
    person = Account.objects.filter(pk=actor.account_id or 0).values("person_id")
    if Party.objects.filter(case_id=letter.case_id, person_id__in=person).exists():
        return no("own_case", _("This is your own matter, so a colleague must do it."))
    return yes()
