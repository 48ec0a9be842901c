"""What every OpenID Connect library reads first: /.well-known/openid-configuration."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from zhijia.kernel.people.oidc_models import OPENID, POSTS, PROFILE

from .server import issuer_of


@require_safe
@cache_control(public=True, max_age=3600)
def configuration(request: HttpRequest) -> HttpResponse:
    """GET /.well-known/openid-configuration and, for OAuth2 alone, /.well-known/oauth-authorization-server."""
    issuer = issuer_of(request)
    secrets = ["client_secret_basic", "client_secret_post"]
    places = {
        name: issuer + reverse(view)
        for name, view in (
            ("authorization_endpoint", "oidc_authorize"), ("token_endpoint", "token"),
            ("userinfo_endpoint", "userinfo"), ("jwks_uri", "jwks"), ("revocation_endpoint", "revoke"),
            ("introspection_endpoint", "introspect"), ("end_session_endpoint", "oidc_leave"),
        )
    }  # fmt: skip
    response = JsonResponse({
        "issuer": issuer, **places,
        "scopes_supported": [OPENID, PROFILE, POSTS],
        "claims_supported": ["sub", "name", "posts", "auth_time", "amr"],
        "subject_types_supported": ["pairwise"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": [*secrets, "none"],
        "revocation_endpoint_auth_methods_supported": [*secrets, "none"],
        "introspection_endpoint_auth_methods_supported": secrets,
        "prompt_values_supported": ["none", "login", "consent"],
        "ui_locales_supported": ["zh-CN", "en"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    })  # fmt: skip
    response["Access-Control-Allow-Origin"] = "*"
    return response
