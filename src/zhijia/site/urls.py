"""Every address of the platform, by face."""

from django.urls import URLPattern, URLResolver, include, path

from zhijia.faces.api.main import api
from zhijia.faces.web import files, shared

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/oauth/", include("zhijia.faces.api.oauth_urls")),
    path("api/v1/", api.urls),
    path("", include("zhijia.faces.web.vouchers.urls")),
    path("", include("zhijia.faces.web.calculators.urls")),
    path("desk/", include("zhijia.faces.web.admin.urls")),
    path("desk/", include("zhijia.faces.web.desk.urls")),
    path("audit/", include("zhijia.faces.web.audit.urls")),
    path("board/", include("zhijia.faces.web.board.urls")),
    path("figures/", include("zhijia.faces.web.figures.urls")),
    path("cases/typical/", include("zhijia.faces.web.typical.urls")),
    path("files/<str:token>", files.content, name="file_content"),
    path("shared/<str:code>/", shared.status, name="joint_shared"),
    path("", include("zhijia.faces.web.design.urls")),
    path("", include("zhijia.faces.web.oidc.urls")),
    path("", include("zhijia.faces.web.sign_in_urls")),
    path("", include("zhijia.faces.web.worker.urls")),
]
handler400 = "zhijia.faces.outage.bad_request"
handler404 = "zhijia.faces.web.pages.not_found"
handler500 = "zhijia.faces.outage.server_error"
