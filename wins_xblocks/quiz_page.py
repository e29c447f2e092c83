"""What the quiz's learner page needs beside the quiz itself: words for its script, and how its answers are read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from webob import Response
from xblock.exceptions import JsonHandlerError


class NewerError(JsonHandlerError):
    """409 with what stands now, beside the sentence: somebody else was faster."""

    def __init__(self, message: str, state: Mapping[str, Any]) -> None:
        super().__init__(409, message)
        self.state = state

    def get_response(self, **kwargs: Any) -> Response:
        return Response(json_body={"error": self.message, **self.state}, status=self.status_code, **kwargs)


def whole(data: Mapping[str, Any], *names: str) -> list[int]:
    """Whole numbers of a request, in the order asked. Raises JsonHandlerError (400)."""
    values = [data.get(name) for name in names]
    if not all(isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 for value in values):
        raise JsonHandlerError(400, _("The request is not complete. Open the page again."))
    return values


def moment(value: datetime | None) -> str:
    """A moment as "14 March 2027, 09:00 UTC", or nothing."""
    return str(formats.date_format(timezone.localtime(value), "j F Y, H:i T")) if value else ""


def ask_url() -> str:
    """Where a learner asks WINS; empty where our pages are not mounted (Studio)."""
    try:
        return reverse("wins:ask")
    except NoReverseMatch:
        return ""


def script_words() -> dict[str, str]:
    """What the page's script says, in the reader's language; ``{n}`` and the like are filled in there."""
    return {
        "answered": _("{done} of {all} answered"),
        "saving": _("Saving your answers …"),
        "saved": _("Your answers are saved."),
        "unsaved": _("No connection. Your answers are not saved yet. We try again."),
        "failed": _("We could not reach WINS. Nothing was lost. Try again; pressing twice is safe."),
        "missing": _("You did not answer: question {numbers}."),
        "missing_many": _("You did not answer: questions {numbers}."),
    }
