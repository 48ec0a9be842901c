"""Giving a post, ending one, naming a substitute: forms that say why something is refused, with every word kept."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from zhijia.kernel.base.clock import CHINA
from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.notify import posts as telling
from zhijia.kernel.people.actors import Actor, Permission, Role
from zhijia.kernel.people.models import Post
from zhijia.kernel.people.permissions import BY_ROLE

from . import rights
from .frame import Form, account_named, account_seen, accounts_seen, admin_page, day_of, one_day, org_named, page

GIVEN = tuple(role for role in Role if role in BY_ROLE and role not in (Role.ORGANISER, Role.PARTNER))
"""Roles that are given here: an organiser is appointed on the programme's page, a partner by its credentials."""


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page(Permission.POSTS)
def appoint(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """/desk/admin/accounts/<id>/appoint/: give the account a post from one day to another."""
    found, form = account_seen(actor, pk), Form()
    if request.method == "POST":
        typed = request.POST
        try:
            role = typed.get("role", "")
            if role not in GIVEN:
                raise Invalid(FieldProblem("role", "required", _("Choose a role.")))
            org = org_named(actor, typed.get("org", ""), Permission.POSTS, field="org")
            top = org
            if typed.get("reach", "").strip():
                top = org_named(actor, typed.get("reach", ""), Permission.POSTS, field="reach")
            made = telling.appoint(
                account=found, role=Role(role), org_id=org.pk, reach_id=None if top == org else top.pk,
                from_day=one_day(typed, "from_day"), to_day=day_of(typed, "to_day", required=False),
                industry=bool(typed.get("industry")), actor=actor, now=now,
            )  # fmt: skip
        except Invalid as error:
            form = Form.wrong(typed, error.problems)
        else:
            messages.success(request, _("Appointed; they are told. Below is how far each permission of the post goes."))
            return redirect("admin:post", pk=made.pk)
    context = {
        "account": found, "form": form, "roles": [(str(role), role.title) for role in GIVEN],
        "today": now.astimezone(CHINA).date().isoformat(), "mine": found.pk == actor.account_id,
    }  # fmt: skip
    return page(request, actor, now, "appoint", context, tab="accounts", status=422 if form.problems else 200)


@require_POST
@admin_page(Permission.POSTS)
def end(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/admin/posts/<id>/end/: let a post end with a day; its substitutions end with it."""
    found = post_seen(actor, pk)
    try:
        telling.end_post(post=found, last_day=one_day(request.POST, "last_day"), actor=actor, now=now)
    except Invalid as error:
        return rights.show(request, actor, now, found, form=Form.wrong(request.POST, error.problems), status=422)
    messages.success(request, _("It ends with that day. Until then it can be moved again."))
    return redirect("admin:post", pk=pk)


@require_POST
@admin_page(Permission.POSTS)
def substitute(request: HttpRequest, actor: Actor, now: datetime, pk: int) -> HttpResponse:
    """POST /desk/admin/posts/<id>/substitute/: somebody holds the post from one day to another."""
    found, typed = post_seen(actor, pk), request.POST
    try:
        telling.substitute(
            post=found, account=account_named(accounts_seen(actor), typed.get("account", ""), field="account"),
            from_day=one_day(typed, "from_day"), to_day=one_day(typed, "to_day"), reason=typed.get("reason", ""),
            actor=actor, now=now,
        )  # fmt: skip
    except Invalid as error:
        return rights.show(request, actor, now, found, form=Form.wrong(typed, error.problems), status=422)
    messages.success(request, _("Recorded; both are told. Every record then says for whom they act."))
    return redirect("admin:post", pk=pk)


def post_seen(actor: Actor, pk: int) -> Post:
    """A post of somebody whose account this actor may see. Raises NotFound."""
    found = Post.objects.select_related("account", "org", "reach").filter(pk=pk).first()
    if found is None or not accounts_seen(actor).filter(pk=found.account_id).exists():
        raise NotFound(code="no_such_post")
    return found
