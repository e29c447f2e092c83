"""Files that are sent while they are read."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from django.http import StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
FIRST = 2  # pieces: the head, and the first rows


def sent(pieces: Iterable[str] | Iterable[bytes], kind: str, name: str) -> StreamingHttpResponse:
    """A file to be saved under this name. Its first rows are read before it is answered: a page can still say what is
    missing, a file that has begun can only be cut off.
    """
    rest: Iterator[str | bytes] = iter(pieces)
    response = StreamingHttpResponse(chain(list(islice(rest, FIRST)), rest), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
