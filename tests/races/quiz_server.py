"""The quiz's handler behind a plain HTTP server, in a process that a test may kill.

``python -m tests.races.quiz_server FILE``, as ``served.py``. The gradebook is the file: a line for each grade and each
completion that was published, which a kill does not take back. Who asks stands in a header; in others, at which call of
a function, from the first or from the commit, the process ends itself by SIGKILL: so the moments are spread over all
that a request does, however busy the machine is.
"""

import json
import os
import signal
import sys
from typing import Any

from tests.races import served
from tests.races.quiz_crowd import asked, block_of

GRADE, DONE = "{learner} {earned!r} {possible!r}\n", "{learner} done\n"


class Booked(served.Everybody):
    """A platform whose gradebook is a file."""

    file = -1
    moments: Any = None

    def publish_grade(self, block: Any, earned: float, possible: float) -> None:
        line = GRADE.format(learner=block.scope_ids.user_id, earned=earned, possible=possible)
        os.write(Booked.file, line.encode())
        Booked.moments.published = Booked.moments.calls

    def publish_completion(self, block: Any, fraction: float) -> None:
        os.write(Booked.file, DONE.format(learner=block.scope_ids.user_id).encode())


class Moments:
    """Counts calls of functions in one request: from its first one, and from the commit of the try."""

    def __init__(self, last: int, after_commit: int) -> None:
        self.calls = self.committed = self.published = 0
        self._last, self._after_commit = last, after_commit

    def seen(self, _frame: Any, event: str, _told: Any) -> None:
        if event not in ("call", "c_call"):
            return
        self.calls += 1
        if self.calls == self._last:
            os.kill(os.getpid(), signal.SIGKILL)

    def executed(self, execute: Any, sql: str, *more: Any) -> Any:
        """Around each statement; none is in a transaction, so that it is committed when it is done."""
        done = execute(sql, *more)
        if sql.startswith("UPDATE") and "submitted_at" in sql.partition("WHERE")[0]:
            self.committed = self.calls
            self._last = self._last or (self.calls + self._after_commit if self._after_commit else 0)
        return done


def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    from django.db import connection

    body = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    block = block_of(int(environ["HTTP_X_LEARNER"]))
    Booked.moments = moments = Moments(int(environ["HTTP_X_LAST"]), int(environ["HTTP_X_AFTER_COMMIT"]))
    sys.setprofile(moments.seen)
    try:
        with connection.execute_wrapper(moments.executed):
            status, answer = asked(block, "submit", body)
    finally:
        sys.setprofile(None)
        connection.close()
    out = json.dumps(answer).encode()
    told = {"X-Calls": moments.calls, "X-Between": moments.published - moments.committed, "Content-Length": len(out)}
    start_response(f"{status} told", [(name, str(value)) for name, value in told.items()])
    return [out]


def main(file: str) -> None:
    from django.conf import settings

    settings.WINS_PLATFORM = "tests.races.quiz_server.Booked"
    Booked.file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    served.forking(application)


if __name__ == "__main__":
    from tests.races import quiz_server  # by the name by which the port finds it

    quiz_server.main(sys.argv[1])
