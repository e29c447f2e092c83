"""Every page of every role, with the state in which it is looked at: one table for all tests that walk the pages."""

from dataclasses import dataclass

COURSES = {"foundation": "course-v1:WINS+FND+2026", "regulation": "course-v1:WINS+REG+2026"}


def block(module: str, kind: str, name: str) -> str:
    """Usage key of a block of a course, named as the exporter names it."""
    course = COURSES[module].removeprefix("course-v1:")
    return f"block-v1:{course}+type@{kind}+block@{module}-{name}"


def page(module: str, name: str) -> str:
    """Address of a course page, for example ``page("foundation", "u1-r1")``."""
    return f"/courses/{COURSES[module]}/page/{block(module, 'vertical', name)}"


def studio(view: str, module: str, kind: str, name: str) -> str:
    return f"/studio/{block(module, kind, name)}/{view}"


@dataclass(frozen=True)
class Place:
    """One page: who looks at it ("": nobody is signed in), in which state of ``states.py``, and where."""

    name: str
    person: str
    state: str
    path: str


def _learner():
    test, vouchers = page("foundation", "test-page"), page("foundation", "voucher-page")
    return [
        ("path before the notice", "new", "/wins/me/"), ("time before the notice", "new", "/wins/me/time/"),
        ("reading before the notice", "new", page("foundation", "u1-r1")),
        ("path", "reading", "/wins/me/"), ("time", "reading", "/wins/me/time/"), ("ask", "reading", "/wins/me/ask/"),
        ("reading", "reading", page("foundation", "u1-r1")), ("task", "reading", page("foundation", "u1-task")),
        ("objectives", "reading", page("foundation", "u1-objectives")),
        ("module", "reading", page("foundation", "start-module")),
        ("how time is counted, in the course", "reading", page("foundation", "start-hours")),
        ("unit quiz", "reading", page("foundation", "u1-quiz-page")),
        ("test, start", "reading", test), ("test, running", "running", test), ("test, result", "tested", test),
        ("path after a test", "tested", "/wins/me/"), ("grades", "tested", "/grades/"),
        ("my vouchers outside the courses", "shown", "/wins/me/vouchers/"),
        ("vouchers, not ready", "tested", vouchers), ("vouchers, ready", "ready", vouchers),
        ("path, ready", "ready", "/wins/me/"), ("module, complete", "ready", page("regulation", "start-module")),
        ("vouchers, issued", "issued", vouchers), ("path, shown", "shown", "/wins/me/"),
        ("vouchers, shown", "shown", page("regulation", "voucher-page")),
        ("courses", "reading", "/courses/"), ("outline", "reading", f"/courses/{COURSES['foundation']}/"),
        ("not for a learner", "reading", "/wins/desk/"), ("no such page", "reading", "/nowhere"),
    ]  # fmt: skip


def _author():
    rows = [
        ("studio", "new", "/studio/"), ("course as staff", "new", f"/courses/{COURSES['regulation']}/"),
        ("module as staff", "new", page("regulation", "start-module")),
        ("quiz as staff", "new", page("regulation", "u1-quiz-page")),
        ("learners of my courses", "reading", "/wins/desk/learners"),
    ]  # fmt: skip
    for kind, name in (
        ("wins_module", "module"), ("wins_study_time", "u1-r1-time"), ("wins_quiz", "u1-quiz"),
        ("wins_exam_voucher", "voucher"),
    ):  # fmt: skip
        rows += [(f"edit {kind}", "new", studio("edit", "regulation", kind, name))]
        rows += [(f"preview {kind}", "new", studio("preview", "regulation", kind, name))]
    return rows


ADMINISTRATOR = [
    ("desk", "shown", "/wins/desk/"), ("learners", "issued", "/wins/desk/learners"),
    ("search", "issued", "/wins/desk/learners?q=lena"), ("search, nobody", "issued", "/wins/desk/learners?q=zz"),
    ("import", "shown", "/wins/desk/vouchers/import"), ("path without a module", "new", "/wins/me/"),
    ("take back", "issued", "/wins/desk/vouchers/take-back/{voucher}"),
]  # fmt: skip


def _places():
    yield Place("start", "", "new", "/")
    for person, rows in (("lena", _learner()), ("arno", _author()), ("ada", ADMINISTRATOR)):
        for name, state, path in rows:
            yield Place(f"{person}: {name}", person, state, path)


PLACES = tuple(_places())


def opened(browser, host, place: Place, language: str = "en") -> None:
    """Put the host into the page's state and open the page as its person."""
    browser.driver.get("about:blank")
    host.state(place.state)
    browser.become(host, place.person)
    browser.speak(language)
    path = place.path
    if "{voucher}" in path:
        path = path.format(voucher=host.sql("SELECT id FROM wins_xblocks_voucher WHERE state = 'issued'")[0][0])
    browser.open(path)
    browser.until(lambda: browser.js("return document.readyState === 'complete'"), "the page to be there")
