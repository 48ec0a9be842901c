"""The site that passkeys are bound to: the host of the request, which Django has checked against ALLOWED_HOSTS, or the
domain that the operator names for all hosts below it."""

from django.conf import settings
from django.http import HttpRequest

from zhijia.kernel.people.passkeys import Site


def site_of(request: HttpRequest) -> Site:
    """Domain, origin and name for WebAuthn."""
    host = request.get_host()
    domain = settings.PASSKEY_DOMAIN or host.partition(":")[0]
    return Site(domain=domain, origin=f"{request.scheme}://{host}", name="Zhijia 职家")
