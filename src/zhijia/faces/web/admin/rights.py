"""One post: how far each of its permissions goes, what was set and by whom, and what its holder would see."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound, Text
from zhijia.kernel.cases.models import Case
from zhijia.kernel.notify import posts as telling
from zhijia.kernel.org.models import Org
from zhijia.kernel.people import matrix
from zhijia.kernel.people import posts as kernel
from zhijia.kernel.people.actors import Actor, Permission, Reach, Role
from zhijia.kernel.people.bound import bound
from zhijia.kernel.people.models import Post, Right, Substitution
from zhijia.kernel.people.permissions import BY_ROLE
from zhijia.kernel.people.posts import actor_of

from .frame import LOOK, Form, accounts_seen, admin_page, org_named, page

EXAMPLES, CAP = 5, 1000
CASES = (Permission.READ, Permission.CONFIDENTIAL, Permission.EXPORT)
"""Permissions whose reach is shown as a number of cases."""


@dataclass(frozen=True)
class Row:
    """One permission of the post."""

    permission: Permission
    usual: Reach
    """What the role gives."""
    reach: Reach
    right: Right | None
    orgs: list[Org]
    locked: Text = ""
    """Why it cannot be set for this role at all."""


@dataclass(frozen=True)
class Preview:
    """What the holder sees by all their posts of today: numbers, and no title."""

    counts: list[tuple[Text, str]]
    numbers: list[str]
    supposed: Text = ""
    """What was supposed for it, when it is not what holds."""


@require_safe
@admin_page(*LOOK)
def post(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """GET /desk/admin/posts/<id>/: the table of permission x reach, substitutes, and (`?preview=1`) what it shows."""
    found = _seen(actor, pk)
    preview = None
    if request.GET.get("preview") and actor.may(Permission.POSTS, Permission.AUDIT):
        preview = preview_of(found, now)
    return show(request, actor, now, found, preview=preview)


@require_POST
@admin_page(Permission.POSTS)
def change(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/admin/posts/<id>/rights/: set one reach, or (`look`) only show what the holder would see then."""
    found, typed = _seen(actor, pk), request.POST
    try:
        permission, reach, orgs = _typed(typed, actor, found)
        if "look" in typed:
            supposed = f"{permission.title}：{reach.title if reach else _('as the role gives')}"
            preview = preview_of(found, now, permission=permission, reach=reach, orgs=orgs, by=actor, supposed=supposed)
            return show(request, actor, now, found, form=Form(typed), preview=preview)
        telling.set_right(post=found, permission=permission, reach=reach, orgs=orgs, actor=actor, now=now)
    except Invalid as error:
        return show(request, actor, now, found, form=Form.wrong(typed, error.problems), status=422)
    messages.success(request, _("Set; they are told. “As the role gives” takes it back."))
    return redirect("admin:post", pk=pk)


def show(
    request: HttpRequest, actor: Actor, now: datetime, found: Post, *, form: Form | None = None,
    preview: Preview | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page of one post."""
    today = now.astimezone(CHINA).date()
    stands = Substitution.objects.filter(post=found).select_related("substitute", "granted_by").order_by("-from_day")
    context: dict[str, Any] = {
        "post": found, "role": Role(found.role).title, "state": matrix.state_of(found, today), "rows": _rows(found),
        "reaches": [(str(reach), reach.title) for reach in Reach], "stands": list(stands[:50]), "today": today,
        "form": form or Form(), "preview": preview, "mine": found.account_id == actor.account_id,
        "changes": actor.may(Permission.POSTS) and found.account_id != actor.account_id
        and actor.within(Permission.POSTS).hold(found.org.lft, found.org.industry_lft),
        "chosen": (form or Form()).values.get("permission", ""),
    }  # fmt: skip
    return page(request, actor, now, "post", context, tab="accounts", status=status)


def preview_of(
    found: Post, now: datetime, *, permission: Permission | None = None, reach: Reach | None = None,
    orgs: list[int] | None = None, by: Actor | None = None, supposed: Text = "",
) -> Preview:  # fmt: skip
    """What the holder would see today if this were set: asked of the database in their own scope, and nothing of it is
    kept. Raises what setting it would raise."""
    with transaction.atomic():
        if permission is not None and by is not None:
            kernel.set_right(post=found, permission=permission, reach=reach, orgs=orgs or [], actor=by, now=now)
        seen = replace(actor_of(found.account, now=now), person_id=None)
        transaction.set_rollback(True)
    counts: list[tuple[Text, str]] = []
    numbers: list[str] = []
    if not seen.is_staff:
        return Preview([(_("No post today"), "0")], [], supposed)
    for asked in CASES:
        if not seen.may(asked):
            continue
        with bound(seen, Permission.READ if asked == Permission.CONFIDENTIAL else asked):
            cases = Case.objects.visible_to(seen, Permission.READ if asked == Permission.CONFIDENTIAL else asked)
            if asked == Permission.CONFIDENTIAL:
                cases = cases.filter(confidential=True)
            some = list(cases.order_by("-id").values_list("no", flat=True)[: CAP + 1])
            counts.append((asked.title, f"{CAP}+" if len(some) > CAP else str(len(some))))
            if asked == Permission.READ:
                numbers = some[:EXAMPLES]
    return Preview(counts or [(Permission.READ.title, "0")], numbers, supposed)


def _rows(found: Post) -> list[Row]:
    role, held = Role(found.role), matrix.held_by_post([found])[found.pk]
    gives = BY_ROLE.get(role, {})
    rights = {right.permission: right for right in found.rights.select_related("set_by")}
    orgs = Org.objects.in_bulk({pk for right in rights.values() for pk in right.orgs})
    rows = []
    for permission in Permission:
        right = rights.get(str(permission))
        chosen = [orgs[pk] for pk in right.orgs if pk in orgs] if right else []
        locked = _("belongs to another role") if kernel.belongs_elsewhere(role, permission) else ""
        usual = gives.get(permission, Reach.NONE)
        rows.append(Row(permission, usual, held.reach(permission), right, chosen, locked))
    return rows


def _typed(typed: QueryDict, actor: Actor, found: Post) -> tuple[Permission, Reach | None, list[int]]:
    permission, reach = typed.get("permission", ""), typed.get("reach", "")
    if permission not in set(Permission):
        raise Invalid(FieldProblem("permission", "required", _("Choose a permission.")))
    if reach not in {"", *Reach}:
        raise Invalid(FieldProblem("reach", "required", _("Choose a reach.")))
    orgs: list[int] = []
    if reach == Reach.CHOSEN:
        kept = [int(pk) for pk in typed.getlist("org") if pk.isascii() and pk.isdigit() and len(pk) <= 18]
        orgs = list(Org.objects.filter(pk__in=kept).values_list("pk", flat=True))
        for words in typed.get("more", "").replace("、", "\n").splitlines():
            if words.strip():
                orgs.append(org_named(actor, words, Permission.POSTS, field="more").pk)
        if not orgs:
            raise Invalid(FieldProblem("more", "required", _("Name at least one organisation.")))
    del found
    return Permission(permission), Reach(reach) if reach else None, sorted(set(orgs))


def _seen(actor: Actor, pk: int) -> Post:
    found = Post.objects.select_related("account", "org", "reach").filter(pk=pk).first()
    if found is None or not accounts_seen(actor).filter(Q(pk=found.account_id)).exists():
        raise NotFound(code="no_such_post")
    return found
