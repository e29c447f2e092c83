"""Handlers of blocks, as a learner and as an author reaches them. CSRF is checked; nobody acts without signing in."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from opaque_keys.edx.keys import UsageKey
from xblock.django.request import django_to_webob_request, webob_to_django_response
from xblock.exceptions import InvalidScopeError, NoSuchHandlerError

from ..platform import platform
from .access import block_key, opened_course
from .courses import runtime_for


@transaction.non_atomic_requests
def handler(request: HttpRequest, usage_key: str, name: str, suffix: str = "") -> HttpResponse:
    """A handler as the LMS runs it: outside a transaction, for who may open the course."""
    if not request.user.is_authenticated:
        return _refused(_("You are not signed in."))
    key = block_key(usage_key)
    try:
        opened_course(request.user, str(key.context_key))
    except PermissionDenied:
        return _refused(_("You are not enrolled in this course."))
    return _run(request, key, name, suffix, studio=False)


@transaction.non_atomic_requests
def studio_handler(request: HttpRequest, usage_key: str, name: str, suffix: str = "") -> HttpResponse:
    """A handler as Studio runs it: fields may be changed, nothing is kept for learners."""
    key = block_key(usage_key)
    user = request.user
    if not user.is_authenticated or not platform().is_course_staff(user, str(key.context_key)):
        return _refused(_("You may not change this course."))
    return _run(request, key, name, suffix, studio=True)


def _run(request: HttpRequest, key: UsageKey, name: str, suffix: str, studio: bool) -> HttpResponse:
    block = runtime_for(request.user, studio).get_block(key)
    try:
        answer = block.runtime.handle(block, name, django_to_webob_request(request), suffix)
    except NoSuchHandlerError as error:
        raise Http404(name) from error
    except InvalidScopeError:  # content is changed in Studio only
        return _refused(_("This can be changed in Studio only."))
    response: HttpResponse = webob_to_django_response(answer)
    return response


def _refused(sentence: str) -> HttpResponse:
    return JsonResponse({"error": sentence}, status=403)
