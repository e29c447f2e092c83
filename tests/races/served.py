"""Our pages as the LMS serves them, with Django's own handler and ``ATOMIC_REQUESTS``, in a process of its own.

``python -m tests.races.served`` forks an HTTP server for each line that it reads, and prints the server's process and
port: a test may kill it and have the next one at once. Its database stands in ``WINS_TEST_DATABASE``. Who asks stands
in a header; what the page would say after its redirect comes back in one.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from wsgiref.simple_server import make_server

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402  settings first
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402

from tests import edge  # noqa: E402
from tests.races.beat_server import Quiet, Server  # noqa: E402
from wins_xblocks.people import Person  # noqa: E402
from wins_xblocks.web.pages import SAID  # noqa: E402

STAFF = 1_000_000  # who has this number or a higher one is an administrator
BOTH = (edge.FOUNDATION, edge.REGULATION)


class Everybody(edge.FakeOpenEdx):
    """A platform where everybody studies both courses."""

    def enrolled_courses(self, user_id):
        return BOTH

    def is_enrolled(self, user_id, course_id):
        return course_id in BOTH

    def people(self, ids):
        return {id_: Person(id_, f"user{id_}", f"User {id_}", f"user{id_}@example.org") for id_ in ids}


def who(get_response):
    """Middleware: signed in is whom the header names."""

    def served(request):
        id_ = int(request.META["HTTP_X_WHO"])
        groups = SimpleNamespace(values_list=lambda *names, flat: [])
        request.user = SimpleNamespace(
            id=id_, is_authenticated=True, is_superuser=id_ >= STAFF, is_staff=id_ >= STAFF, groups=groups
        )
        request.session, request._dont_enforce_csrf_checks = {}, True
        response = get_response(request)
        response["Content-Length"] = str(len(response.content))  # half a page is no answer
        response["X-Said"] = request.session.get(SAID, "")
        return response

    return served


def handler() -> WSGIHandler:
    """What goes wrong is told on this process's standard error."""
    logging.basicConfig(level=logging.ERROR)
    logging.getLogger("django.request").setLevel(logging.ERROR)
    settings.WINS_PLATFORM = "tests.races.served.Everybody"
    settings.MIDDLEWARE = ["tests.races.served.who"]
    return WSGIHandler()


def serve(application: Callable[..., Any]) -> None:
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        print(os.getpid(), server.server_port, flush=True)
        server.serve_forever()


def forking(application: Callable[..., Any]) -> None:
    """A server for each line of the standard input."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _line in sys.stdin:
        if os.fork() == 0:
            serve(application)


if __name__ == "__main__":
    forking(handler())
