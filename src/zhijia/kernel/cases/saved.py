"""Named choices of the inbox's filters: each account's own, at most thirty, one of them the default."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import FieldProblem, Invalid, NotFound
from zhijia.kernel.base.text import clean
from zhijia.kernel.people.actors import Actor

from .desk import SavedView

MOST = 30
NAME_LIMIT = 40


def views_of(actor: Actor) -> list[SavedView]:
    """The actor's saved views, the oldest first."""
    return list(SavedView.objects.filter(account_id=actor.account_id or 0).order_by("pk"))


@transaction.atomic
def save_view(*, name: str, query: str, default: bool, actor: Actor, now: datetime) -> SavedView:
    """Keep `query` under `name`; the same name again replaces what it stood for. Raises Invalid for no name, a long
    one, and for more than MOST views."""
    name = _named(name)
    mine = _locked(actor)
    view = next((v for v in mine if v.name == name), None)
    if view is None:
        if len(mine) >= MOST:
            message = _("You have %(n)s views already. Delete one that you no longer use.") % {"n": MOST}
            raise Invalid(FieldProblem("name", "too_many", message))
        view = SavedView(account_id=actor.account_id or 0, name=name, created_at=now)
    view.query = query
    view.save()
    if default:
        _make_default(view, mine)
    return view


@transaction.atomic
def rename_view(*, view_id: int, name: str, actor: Actor) -> SavedView:
    """Give the actor's view another name. Raises NotFound for a view of somebody else, Invalid for a name that is
    empty, too long or taken."""
    name, mine = _named(name), _locked(actor)
    view = _one(mine, view_id)
    if any(v.name == name for v in mine if v.pk != view.pk):
        raise Invalid(FieldProblem("name", "taken", _("Another view has this name. Choose a different one.")))
    view.name = name
    view.save(update_fields=["name"])
    return view


@transaction.atomic
def set_default(*, view_id: int, on: bool, actor: Actor) -> SavedView:
    """Begin the inbox with this view, or (`on` false) with none. Raises NotFound for a view of somebody else."""
    mine = _locked(actor)
    view = _one(mine, view_id)
    if on:
        _make_default(view, mine)
    else:
        SavedView.objects.filter(pk=view.pk).update(default=False)
    return view


@transaction.atomic
def delete_view(*, view_id: int, actor: Actor) -> str:
    """Drop the actor's view and return its name. Raises NotFound for a view of somebody else."""
    view = _one(_locked(actor), view_id)
    name: str = view.name
    view.delete()
    return name


def _make_default(view: SavedView, mine: list[SavedView]) -> None:
    SavedView.objects.filter(pk__in=[v.pk for v in mine], default=True).exclude(pk=view.pk).update(default=False)
    SavedView.objects.filter(pk=view.pk).update(default=True)


def _locked(actor: Actor) -> list[SavedView]:
    """The actor's views, one change at a time."""
    return list(SavedView.objects.select_for_update().filter(account_id=actor.account_id or 0).order_by("pk"))


def _one(mine: list[SavedView], view_id: int) -> SavedView:
    found = next((v for v in mine if v.pk == view_id), None)
    if found is None:
        raise NotFound(code="no_such_view")
    return found


def _named(name: str) -> str:
    name = clean(name).strip()
    if not name:
        raise Invalid(FieldProblem("name", "required", _("Give the view a name.")))
    if len(name) > NAME_LIMIT:
        message = _("The name has %(n)s characters at most. Shorten it.") % {"n": NAME_LIMIT}
        raise Invalid(FieldProblem("name", "too_long", message))
    return name
