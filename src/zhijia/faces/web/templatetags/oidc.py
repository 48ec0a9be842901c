"""What the sign-in page and the consent page show of other systems."""

from django import template

from zhijia.kernel.base import clock
from zhijia.kernel.base.errors import Text
from zhijia.kernel.people import providers
from zhijia.kernel.people.actors import Role
from zhijia.kernel.people.models import Provider

register = template.Library()


@register.simple_tag
def doors() -> list[Provider]:
    """The identity providers by which people can sign in today."""
    return list(providers.doors(now=clock.now()))


@register.filter
def role_title(role: str) -> Text:
    """A role in the reader's language."""
    return Role(role).title
