"""Files to be saved: whole, or sent while they are read."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from .. import context
from ..domain.reports import api as reports

CSV = "text/csv; charset=utf-8"
FIRST = 2  # pieces: the head, and the first rows


def noted(request: HttpRequest, file: str, **facts: object) -> None:
    """Write down who takes which file with personal data, before it is sent; who asks for its head takes nothing."""
    if request.method != "HEAD":
        told = {name: value for name, value in facts.items() if value}
        reports.note_file(file, told, request.user.id, context.now())


def whole(body: str | bytes, kind: str, name: str) -> HttpResponse:
    """A file to be saved under this name."""
    response = HttpResponse(body, content_type=kind)
    _name(response, name)
    return response


def sent(pieces: Iterable[str] | Iterable[bytes], kind: str, name: str) -> StreamingHttpResponse:
    """The same in pieces. Its first rows are read before it is answered: a page can still say what is missing, a file
    that has begun can only be cut off.
    """
    rest: Iterator[str | bytes] = iter(pieces)
    response = StreamingHttpResponse(chain(list(islice(rest, FIRST)), rest), content_type=kind)
    _name(response, name)
    return response


def _name(response: HttpResponseBase, name: str) -> None:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
