"""Health for whoever watches the servers: is the database there, can the rules be read? Nothing else is told."""

from django.db import DatabaseError, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from .. import context, lacking
from ..domain.programme.loader import ProgrammeError
from ..domain.schedule import api as schedule
from .roles import Action


@transaction.non_atomic_requests
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 when learners can study here, else 503. What is wrong stands in the log, and in ``wins_doctor``."""
    if request.method not in ("GET", "HEAD"):
        return JsonResponse({"healthy": False}, status=405, headers={"Allow": "GET"})
    try:
        with context.told_in_words():
            schedule.last_runs()
            context.programme()
    except ProgrammeError:  # the log has it
        return JsonResponse({"healthy": False}, status=503)
    except DatabaseError as error:
        lacking.say(f"not healthy: {error}")
        return JsonResponse({"healthy": False}, status=503)
    return JsonResponse({"healthy": True})


health.wins_action = Action.HEALTH  # type: ignore[attr-defined]  # read by the test that walks the table
health.wins_changes = Action.HEALTH  # type: ignore[attr-defined]
health.wins_methods = ("GET",)  # type: ignore[attr-defined]
