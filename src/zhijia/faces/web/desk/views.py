"""Saved views of the inbox: name a choice of filters, rename, delete, begin with it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from zhijia.faces.web.pages import desk_page
from zhijia.kernel.base.errors import Invalid
from zhijia.kernel.cases import saved
from zhijia.kernel.people.actors import Actor, Permission

from .filters import Filters
from .nav import desk_page_of


@require_safe
@desk_page(Permission.READ)
def listed(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """GET /desk/views/: the actor's own views, to rename, delete and begin with."""
    return _page(request, actor, now)


@require_POST
@desk_page(Permission.READ)
def save(request: HttpRequest, actor: Actor, now: datetime) -> HttpResponse:
    """POST /desk/views/save/: keep the filters in `query` under `name`; what makes no sense in them is left out."""
    query = Filters.read(QueryDict(request.POST.get("query", "")[:2000].removeprefix("?"))).url()
    name, default = request.POST.get("name", ""), bool(request.POST.get("default"))
    try:
        view = saved.save_view(name=name, query=query, default=default, actor=actor, now=now)
    except Invalid as error:
        refused = {"name": name, "query": query, "default": default}
        return _page(request, actor, now, error, refused=refused)
    messages.success(request, _("Saved: %(name)s") % {"name": view.name})
    return redirect(reverse("desk:inbox") + view.query)


@require_POST
@desk_page(Permission.READ)
def change(request: HttpRequest, actor: Actor, now: datetime, pk: str, act: str) -> HttpResponse:
    """POST /desk/views/<pk>/<rename|default|plain|delete>/: change one of the actor's own views."""
    view_id, name = int(pk), request.POST.get("name", "")
    try:
        if act == "rename":
            saved.rename_view(view_id=view_id, name=name, actor=actor)
        elif act == "delete":
            gone = saved.delete_view(view_id=view_id, actor=actor)
            messages.success(request, _("Deleted: %(name)s") % {"name": gone})
        else:
            saved.set_default(view_id=view_id, on=act == "default", actor=actor)
    except Invalid as error:
        return _page(request, actor, now, error, typed={"pk": view_id, "name": name})
    return redirect("desk:views")


def _page(
    request: HttpRequest, actor: Actor, now: datetime, error: Invalid | None = None, **typed: dict[str, Any]
) -> HttpResponse:
    context = {"views": saved.views_of(actor), "problem": error.problems[0].message if error else "", **typed}
    status = error.status if error else 200
    return desk_page_of(request, actor, now, "web/desk/views.html", context, current="views", status=status)
