"""The beat's own view behind a plain HTTP server, in a process that a test may kill. Prints its port when it is ready.

``python -m tests.races.beat_server``, with the database in ``WINS_TEST_DATABASE``. Who asks stands in a header.
"""

import os
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.handlers.wsgi import WSGIRequest  # noqa: E402  settings first
from django.db import connection  # noqa: E402

from wins_xblocks.web import json_views, study_time  # noqa: E402


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


def application(environ, start_response):
    request = WSGIRequest(environ)
    request.user = SimpleNamespace(id=int(environ["HTTP_X_LEARNER"]), is_authenticated=True)
    request._dont_enforce_csrf_checks = True
    try:
        response = study_time.beat(request)
    finally:
        connection.close()
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


if __name__ == "__main__":
    json_views.MOST_PER_MINUTE = 1_000_000
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        print(server.server_port, flush=True)
        server.serve_forever()
