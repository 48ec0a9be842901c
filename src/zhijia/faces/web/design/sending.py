"""Forms that a page sends itself, to show how far their files are (static/web/design/files.js)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SENDING, PLACE = "Zhijia-Sending", "Zhijia-Location"


class Sending:
    """Middleware: tells such a form where it would be sent on to, instead of sending it on. The script would follow by
    itself, and what the next page says only once (“Filed as …”) would be read by nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if SENDING in request.headers and response.status_code in (301, 302, 303):
            response.status_code, response[PLACE] = 200, response["Location"]
            del response["Location"]
        return response
