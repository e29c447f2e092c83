"""Makes the states that browser tests start from: copies of the host's database, each one step further.

Run in the host's environment: ``python -m tests.browser.states FOLDER``. Everything is done as the people do it, by the
host's own addresses; only the hours are accepted by the Academy, since nobody reads forty hours here.
"""

import json
import sqlite3
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402

from tests.browser.answers import Bank  # noqa: E402
from wins_xblocks import context  # noqa: E402
from wins_xblocks.domain.quiz import api as quiz  # noqa: E402
from wins_xblocks.domain.registration import api as registration  # noqa: E402
from wins_xblocks.workbench.courses import library  # noqa: E402

HOUR = 3_600_000
MODULES = {"foundation": "course-v1:WINS+FND+2026", "regulation": "course-v1:WINS+REG+2026"}
EXAMS = {"foundation": "WINS-FND", "regulation": "WINS-REG"}
LENA = get_user_model().objects.get(username="lena")


def client(person: str) -> Client:
    made = Client(SERVER_NAME="localhost")
    made.force_login(get_user_model().objects.get(username=person))
    return made


def sessions() -> dict[str, str]:
    """A session of each demo person, so that a test signs in with a cookie."""
    people = ("lena", "arno", "ada")
    return {name: client(name).cookies[settings.SESSION_COOKIE_NAME].value for name in people}


def key(module: str, name: str) -> str:
    course = MODULES[module]
    return next(str(k) for k in library().keys if str(k.context_key) == course and k.block_id == name)


def post(person: Client, url: str, data: dict) -> dict:
    answer = person.post(url, json.dumps(data), content_type="application/json")
    assert answer.status_code == 200, (url, answer.status_code, answer.content[:300])
    return answer.json()


def pass_test(lena: Client, module: str, wrong: bool = False) -> None:
    block = key(module, f"{module}-test")
    post(lena, f"/handler/{block}/begin", {})
    bank, running = Bank(Path(settings.WINS_HOST_ARCHIVES) / f"{module}.tar.gz"), quiz.open_try(LENA.id, block)
    responses = {
        q.ref: [o.ref for o in q.options if (o.text in bank.right(q.stem)) != wrong][: 1 if wrong else None]
        for q in running.questions
    }
    sheet = {"number": running.number, "revision": running.revision, "responses": responses}
    post(lena, f"/handler/{block}/submit", sheet)


def accept_hours(module: str, hours: int) -> None:
    found = registration.latest(LENA.id, module)
    ada = get_user_model().objects.get(username="ada")
    registration.waive(found.id, hours * HOUR, "Studied on paper.", ada.id, context.now())


def vouchers(lena: Client, module: str, name: str) -> None:
    post(lena, f"/handler/{key(module, f'{module}-voucher')}/{name}", {"exam": EXAMS[module]})


def steps():
    """(name of the state, what leads to it from the one before)."""
    lena = client("lena")
    yield "new", lambda: None
    yield "reading", lambda: post(lena, "/wins/notice", {})
    yield "running", lambda: post(lena, f"/handler/{key('foundation', 'foundation-test')}/begin", {})
    yield "tested", lambda: pass_test(lena, "foundation")
    yield "ready", lambda: (
        pass_test(lena, "regulation"), accept_hours("foundation", 40), accept_hours("regulation", 41),
    )  # fmt: skip
    yield "issued", lambda: vouchers(lena, "foundation", "get")
    yield "shown", lambda: (vouchers(lena, "regulation", "get"), vouchers(lena, "regulation", "show"))


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sessions.json").write_text(json.dumps(sessions()))
    for name, step in steps():
        step()
        with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as now, sqlite3.connect(folder / name) as kept:
            now.backup(kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
