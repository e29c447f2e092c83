"""In the host: submitting 20 questions against the least a graded block can do, and the path page. Prints JSON.

Run by ``servers.py`` with ``tests.bench.host_settings`` in a folder of its own (``WINS_HOST_HOME``).
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402  settings first
from django.test import Client  # noqa: E402
from lxml import etree  # noqa: E402
from xblock.core import XBlock  # noqa: E402
from xblock.fields import Integer, Scope  # noqa: E402
from xblock.runtime import KvsFieldData  # noqa: E402

from tests.bench.timing import WARM, compare, milliseconds  # noqa: E402
from wins_xblocks.workbench import archives, blocks, courses  # noqa: E402
from wins_xblocks.workbench.furnish import furnish  # noqa: E402
from wins_xblocks.workbench.library import HostKeys  # noqa: E402

HOME = Path(os.environ["WINS_HOST_HOME"])
FOUNDATION = "course-v1:WINS+FND+2026"
TIMES = 20
MOST = {20: 3, 100: 4}  # of so many questions, so many times as long as the floor
NEXT = "/wins/desk/next"


class Floor(XBlock):
    """Writes one field of the learner's state and publishes one grade: the least that a graded block does."""

    has_score = True
    tries = Integer(scope=Scope.user_state, default=0)

    @XBlock.json_handler
    def submit(self, data, suffix=""):
        self.tries += 1
        self.runtime.publish(self, "grade", {"value": 1.0, "max_value": 1.0})
        return {"tries": self.tries}


def bank(questions):
    """Questions of four options; the first is right."""
    items = [
        {
            "id": f"q{number}", "kind": "single", "objective": "o1", "stem": f"Question number {number}?",
            "rationale": "So it is.",
            "options": [{"id": letter, "text": f"Answer {letter}", "correct": letter == "a"} for letter in "abcd"],
        }
        for number in range(questions)
    ]  # fmt: skip
    return json.dumps(
        {"bank_id": f"bench-{questions}", "objectives": [{"id": "o1", "text": "Measure"}], "items": items}
    )


def add_blocks():
    """A quiz of each length and the floor, beside the blocks of the Foundation Module; their keys."""
    blocks.TYPES["wins_floor"] = Floor
    loading = courses.Loading(archives.read(HOME / "dist/foundation.tar.gz"))
    loading.library = courses.library()
    loading.id_reader = loading.id_generator = HostKeys(loading.library)
    loading._services["field-data"] = KvsFieldData(loading.library.fields)
    parent = loading.library.courses[FOUNDATION]
    written = {"purpose": "unit", "pass_percent": "70", "max_tries": "0"}
    quizzes = {
        length: loading._load(
            etree.Element("wins_quiz", url_name=f"bench-quiz-{length}", bank=bank(length), **written), parent
        )
        for length in MOST
    }
    return quizzes, loading._load(etree.Element("wins_floor", url_name="bench-floor"), parent)


class Learner:
    """Lena's browser."""

    def __init__(self):
        self.client = Client(enforce_csrf_checks=True)
        self.client.get("/")
        token = self.client.cookies["csrftoken"].value
        self.client.post("/sign-in/", {"person": "lena", "csrfmiddlewaretoken": token})
        self.client.get("/wins/me/ask/")
        self.token = self.client.cookies["csrftoken"].value

    def post(self, key, handler, body):
        url, headers = f"/handler/{key}/{handler}", {"X-CSRFToken": self.token}
        answer = self.client.post(url, json.dumps(body), content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content
        return answer


def opened(learner, quiz):
    """A started try: its number, and an answer to each question."""
    from wins_xblocks.models import Attempt

    Attempt.objects.filter(block=str(quiz)).delete()  # a page that lists a hundred tries is nobody's
    learner.post(quiz, "begin", {})
    attempt = Attempt.objects.filter(block=str(quiz), open_slot=1).get()
    return {"number": attempt.number, "revision": attempt.revision,
            "responses": {q["ref"]: [q["options"][0]["ref"]] for q in attempt.drawn}}  # fmt: skip


def submit(learner, quiz, floor):
    """One press of [Send my answers], beside the floor; each try is opened outside the measured time."""
    ready = []
    return compare(
        lambda number: learner.post(quiz, "submit", ready.pop()),
        lambda number: learner.post(floor, "submit", {}),
        TIMES,
        prepare=lambda number: ready.append(opened(learner, quiz)),
    )


def desk_seconds():
    """The administrator's list of 2,000 learners, one of its pages: median of five."""
    from django.contrib.auth import get_user_model

    from wins_xblocks import context
    from wins_xblocks.domain.registration.models import Registration

    users = get_user_model().objects
    names = [get_user_model()(username=f"p{n}", first_name=f"Person {n}", password="!") for n in range(2000)]
    users.bulk_create(names)
    Registration.objects.bulk_create(
        Registration(
            learner_id=id_, module="foundation", course_id=FOUNDATION, rule_version=1, source="enrolment",
            started_at=context.now(),
        )
        for id_ in users.filter(username__startswith="p").values_list("id", flat=True)
    )  # fmt: skip
    ada = Client()
    ada.force_login(users.get(username="ada"))
    return statistics.median(milliseconds(lambda _: ada.get("/wins/desk/learners?page=20"), 0) for _ in range(5)) / 1000


def queue_ms():
    """Forty things of 440 are decided, one after the other: from press to next page, the slowest but two."""
    from django.contrib.auth import get_user_model

    from tests.browser.waiting import fill

    fill(11)
    ada = Client()
    ada.force_login(get_user_model().objects.get(username="ada"))
    shown, took = [ada.get(NEXT)], []
    for _number in range(WARM + 40):
        page = etree.HTML(shown[0].content)
        [item], choices = page.xpath("//input[@name='item']/@value"), page.xpath("//input[@name='choice']/@value")
        form = {"item": item, "choice": choices[0]}
        took.append(
            milliseconds(lambda _, form=form: shown.insert(0, ada.post("/wins/desk/next", form, follow=True)), 0)
        )
        assert b'role="status"' in shown[0].content, shown[0].content
    return sorted(took[WARM:])[-3]


def main():
    subprocess.run(
        [sys.executable, "-m", "course_export", "build", "--out", HOME / "dist"], check=True, stdout=sys.stderr
    )
    call_command("migrate", run_syncdb=True, verbosity=0)
    furnish()
    learner = Learner()
    quizzes, floor = add_blocks()
    figures = {}
    for length, most in MOST.items():
        ours, least, ratio = submit(learner, quizzes[length], floor)
        name = f"quiz.submit_{length}"
        figures |= {f"{name}.ms": ours, f"{name}.floor_ms": least, f"{name}.ratio": ratio, f"{name}.ratio.max": most}
    page = learner.client.get("/wins/me/")
    assert page.status_code == 200
    figures |= {
        "bytes.path_page": len(page.content), "bytes.path_page.max": 20 * 1024,
        "desk.queue.answer.ms": queue_ms(), "desk.queue.answer.ms.max": 400,
        "desk.2000_learners.seconds": desk_seconds(), "desk.2000_learners.seconds.max": 1,
    }  # fmt: skip
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
