"""The start page, and signing in as a person of the demo."""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth import get_user_model, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from .cast import PEOPLE


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Three cards: learner, author, administrator."""
    if not settings.WINS_HOST_DEMO:
        raise Http404("the demo people are switched off")
    return render(request, "wins_host/start.html", {"next": _local(request, request.GET.get("next", ""))})


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as the person that the button names. A demo: no password."""
    person = PEOPLE.get(request.POST.get("person", ""))
    user = person and get_user_model().objects.filter(username=person.username).first()
    if not settings.WINS_HOST_DEMO or not _this_machine(request) or person is None or user is None:
        raise Http404("no such demo person")
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponseRedirect(_local(request, request.POST.get("next", "")) or reverse(person.home))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("wins_host:start")


def _this_machine(request: HttpRequest) -> bool:
    """Whoever has no password must sit here, wherever the server was told to listen."""
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _local(request: HttpRequest, address: str) -> str:
    """``address`` when it leads to this site, else nothing."""
    return address if url_has_allowed_host_and_scheme(address, {request.get_host()}) else ""
