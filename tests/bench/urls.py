"""Our views, and the plain one they are measured against."""

import json

from django.contrib.auth.decorators import login_required
from django.db.models import F
from django.http import HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import ensure_csrf_cookie

from wins_xblocks.models import StudyLearner


@ensure_csrf_cookie
def token(request):
    return HttpResponse("")


@login_required
def floor(request):
    """One UPDATE behind session, login and CSRF; the body is read as JSON."""
    json.loads(request.body)
    StudyLearner.objects.filter(learner_id=request.user.id).update(beats=F("beats") + 1)
    return JsonResponse({"ok": True})


urlpatterns = [
    path("wins/", include("wins_xblocks.web.urls", namespace="wins")),
    path("bench/token/", token),
    path("bench/floor/", floor),
]
