"""Every page of every role, with the state in which it is looked at: one table for all tests that walk the pages."""

from dataclasses import dataclass

from tests.browser.deeds import (
    FORGOTTEN,
    FOUND,
    KEPT,
    NOT_SAVED,
    OTHER_SAVED,
    RUNNING,
    SEEN_BY_LEARNERS,
    STOPPED,
    UNFIT,
    bulk_of,
    file_of,
)

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
    """One page: who looks at it ("": nobody is signed in), in which state of ``states.py``, and where.

    ``then`` is done on it, in the page's own script: what ``shows`` (CSS) is then to be seen. ``status`` is the
    answer's.
    """

    name: str
    person: str
    state: str
    path: str
    then: str = ""
    shows: str = ""
    status: int = 200


TEST, VOUCHERS = page("foundation", "test-page"), page("foundation", "voucher-page")
STUDY, DESK_CASE = "/wins/me/study/", "/wins/desk/questions/{case}"
ELECTIVE, OWN_VOUCHERS = page("regulation", "voucher-page"), "/wins/me/vouchers/"
BOOKING = f"{OWN_VOUCHERS}WINS-REG/booking"
NAME, GET, ARRANGE = (f"{OWN_VOUCHERS}{part}" for part in ("name", "WINS-FND/get", "WINS-FND/arrangements"))
NO_NAME = "document.getElementById('family').value = '7'; document.querySelector('main form').noValidate = true;"
NO_NAME += "document.getElementById('given').value = 'A'; document.querySelector('main form').requestSubmit();"
NOT_SAID = "document.getElementById('what').value = 'other'; document.querySelector('[value=ask]').click();"
BOOK, DESK_BOOK, TIMER = "/wins/me/book/", "/wins/desk/book-hours", "/wins/me/timer/"
RECORD, DESK_RECORD = "/wins/me/study/{record}/record/", "/wins/desk/study/{record}/record/"
HINTS = "/wins/desk/quizzes/hints"
STRIKE, REPORTED = "/wins/desk/study/{record}/strike", "/wins/desk/quizzes/reports"
RESULTS, QUIZZES, BANKS = "/wins/desk/results", "/wins/desk/quizzes/tries", "/wins/desk/quizzes"
RESULT_ROW, RESULT = f"{RESULTS}/rows/{{row}}", f"{RESULTS}/of/{{lena}}/WINS-REG"
MAILS, MAIL = "/wins/desk/mails", "/wins/desk/mails/voucher_ready/en"
LOOK, BRACE = "document.querySelector('[value=look]').click();", "document.getElementById('body').value = '{0}';"
HOLD = "const own = document.getElementById('reason-hold'); own.value = '   '; own.form.requestSubmit();"
IMPORT, EDITOR = "/wins/desk/vouchers/import", studio("edit", "regulation", "wins_quiz", "u1-quiz")
SPACES = "const box = document.querySelector('main textarea'); box.value = '   '; box.form.requestSubmit();"
QUARTER = "document.getElementById('more').value = '25'; "
NO_CITY = "document.getElementById('city').value = ' '; document.querySelector('[value=book]').click();"
REFUSE = "document.querySelector('[name=entry]').checked = true; document.querySelector('[value=refuse]').click();"
SEND = "document.querySelector('[data-submit]').click();"
SHOW = "document.querySelector('[data-exam=WINS-REG] [data-do=show]').click();"
SHOW_OWN, CODE = "document.querySelector('main form button').click();", "[data-code-box]:not([hidden]) .wins-code"
GOOD = "code,exam,expires,order\nZZZZ-1111-AAAA,WINS-FND,2030-03-31,7\nZZZZ-2222-BBBB,WINS-REG,2030-03-31,7\n"
SAT = "RegistrationID\tExamSeriesCode\tExamDate\tGrade\tVoucher\n7\tWINS-REG\t2026/01/07 09:00:00\tpass\tZZZZ\n"
BAD = "code,exam,expires,order\nZZZZ-1111-AAAA,WINS-XXX,2030-03-31,7\n,WINS-FND,31.3.2030,7\nZ,WINS-REG,2020-03-31,7\n"


def _learner():
    return [
        ("path before the notice", "new", "/wins/me/"), ("time before the notice", "new", "/wins/me/time/"),
        ("reading before the notice", "new", page("foundation", "u1-r1")),
        ("study before any", "new", STUDY), ("study", "reading", STUDY), ("study, weeks", "studied", STUDY),
        ("path", "reading", "/wins/me/"), ("time", "reading", "/wins/me/time/"), ("ask", "reading", "/wins/me/ask/"),
        ("ask, refused", "reading", "/wins/me/ask/", SPACES, "#problem", 400),
        ("ask, with my questions", "empty pool, taken back", "/wins/me/ask/"),
        ("all my questions", "empty pool, taken back", "/wins/me/questions/"),
        ("this looks wrong", "studied", f"{STUDY}foundation/wrong"),
        ("this looks wrong, refused", "studied", f"{STUDY}foundation/wrong", SPACES, "#problem", 400),
        ("all my questions, answered", "answered", "/wins/me/questions/"),
        ("reading", "reading", page("foundation", "u1-r1")), ("task", "reading", page("foundation", "u1-task")),
        ("reading, hours reached", "read", page("foundation", "u1-r1")),
        ("objectives", "reading", page("foundation", "u1-objectives")),
        ("module", "reading", page("foundation", "start-module")),
        ("how time is counted, in the course", "reading", page("foundation", "start-hours")),
        ("unit quiz", "reading", page("foundation", "u1-quiz-page")),
        ("test, start", "reading", TEST), ("test, running", "running", TEST), ("test, result", "tested", TEST),
        ("test, sent too early", "running", TEST, SEND, "[data-confirm]:not([hidden])"),
        ("test, failed", "failed", TEST), ("test, again", "failed yesterday", TEST), ("test, used up", "used up", TEST),
        ("grades", "tested", "/grades/"),
        ("courses", "reading", "/courses/"), ("outline", "reading", f"/courses/{COURSES['foundation']}/"),
        ("not for a learner", "reading", "/wins/desk/", "", "", 403),
        ("no such page", "reading", "/nowhere", "", "", 404),
    ("rules that cannot be read", "lost rules", "/wins/me/", "", "", 503),
        *_book(), *_timer(), *_record(), *_steps(), *_vouchers(),
    ]  # fmt: skip


def _record():
    yield "study record", "studied", RECORD
    yield "study record, nothing yet", "reading", RECORD
    yield "study record, book hours in every state", "book hours", RECORD


def _book():
    yield "book hours before the notice", "new", BOOK
    yield "book hours, none yet", "reading", BOOK
    yield "book hours, without a time", "reading", BOOK, SPACES, "#problem", 400
    yield "book hours in every state", "book hours", BOOK
    yield "book hours, changed", "book hours", f"{BOOK}{{entry}}"
    yield "book hours, changed to nothing", "book hours", f"{BOOK}{{entry}}", SPACES, "#problem", 400
    yield "book hours, decided before", "book hours", f"{BOOK}{{decided}}"


def _timer():
    yield "book timer before the notice", "new", TIMER
    yield "book timer", "reading", TIMER
    yield "book timer, running", "reading", TIMER, RUNNING, "#timer-press"
    yield "book timer, stopped", "reading", TIMER, STOPPED, "#timer-review"
    yield "book timer, forgotten", "reading", TIMER, FORGOTTEN, "#timer-odd"
    yield "book timer, an entry refused", "reading", TIMER, KEPT, "#timer-list li"


def _steps():
    """The path at each of its steps; the first one is that of somebody without a module."""
    for name, state in (
        ("hours reached", "read"), ("test running", "running"), ("test failed", "failed"), ("test used up", "used up"),
        ("step 3", "half"), ("step 4", "ready"), ("code shown", "shown"), ("step 5", "passed both"),
        ("waiting and taken back", "empty pool, taken back"), ("no place and expired", "no place, expired"),
        ("booked and used", "booked, used"), ("one exam passed", "passed, ends soon"), ("left", "left"),
    ):  # fmt: skip
        yield f"path, {name}", state, "/wins/me/"


def _vouchers():
    for name, state in (
        ("not ready", "tested"), ("ready", "ready"), ("issued", "issued"),
        ("waiting and taken back", "empty pool, taken back"), ("no place and expired", "no place, expired"),
        ("booked and used", "booked, used"), ("taken back and not ready", "taken back, not ready"),
        ("under review", "review, ready"), ("passed and ends soon", "passed, ends soon"),
    ):  # fmt: skip
        yield f"vouchers, {name}", state, VOUCHERS
    yield "vouchers, shown before", "shown", ELECTIVE
    yield "vouchers, code on the page", "shown", ELECTIVE, SHOW, CODE
    yield "vouchers, exam booked", "booked", ELECTIVE
    yield "vouchers, replaced and lost", "replaced, lost", ELECTIVE
    yield "vouchers, cancelled", "cancelled", ELECTIVE
    yield "vouchers, name not confirmed", "nameless", VOUCHERS
    yield "vouchers, arrangements asked for", "arranging", VOUCHERS
    yield "name on the document", "nameless", NAME
    yield "name on the document, refused", "nameless", NAME, NO_NAME, "#problem", 400
    yield "name on the document, saved", "ready", NAME
    yield "name on the document, fixed", "issued", NAME
    yield "get a voucher", "nameless", GET
    yield "get a voucher, refused", "nameless", GET, NO_NAME, "#problem", 400
    yield "get a voucher, too early", "reading", GET, "", "", 409
    yield "arrangements", "ready", ARRANGE
    yield "arrangements, refused", "ready", ARRANGE, NOT_SAID, "#problem", 400
    yield "arrangements, asked for", "arranging", ARRANGE
    yield "arrangements, agreed", "arranged", ARRANGE
    yield "booking", "shown", BOOKING
    yield "booking, told", "booked", BOOKING
    yield "booking, refused", "booked", BOOKING, NO_CITY, "#problem", 400
    yield "booking, without a code", "issued", BOOKING, "", "", 409
    yield "my vouchers outside the courses", "shown", OWN_VOUCHERS
    yield "my vouchers outside the courses, exam booked", "booked", OWN_VOUCHERS
    yield "my vouchers outside the courses, code on the page", "left", OWN_VOUCHERS, SHOW_OWN, "#code"
    yield "module, complete", "ready", page("regulation", "start-module")


def _author():
    rows = [
        ("studio", "new", "/studio/"), ("course as staff", "new", f"/courses/{COURSES['regulation']}/"),
        ("module as staff", "new", page("regulation", "start-module")),
        ("quiz as staff", "new", page("regulation", "u1-quiz-page")), ("vouchers as staff", "new", ELECTIVE),
        ("learners of my courses", "reading", "/wins/desk/learners"),
        ("no try left in my courses", "used up", QUIZZES),
        ("questions of my courses", "many tries", BANKS), ("questions of my course", "many tries", f"{BANKS}/1/"),
        ("book hours of my courses", "book hours", DESK_BOOK), ("a learner of my courses", "reading", LEARNER),
        ("edit wins_quiz, a question open", "new", EDITOR, "document.querySelector('[data-do=edit]').click();",
         "[data-form]"),
        ("edit wins_quiz, one deleted", "new", EDITOR, "document.querySelector('[data-do=delete]').click();",
         "[data-do=undo]:not([hidden])"),
        ("edit wins_quiz, saved by somebody else", "new", EDITOR, OTHER_SAVED, "[data-conflict]:not([hidden])", 409),
        ("edit wins_quiz, questions found", "new", EDITOR, FOUND, "[data-do=find-all]:not([hidden])"),
        ("edit wins_quiz, not saved", "new", EDITOR, NOT_SAVED, "[data-leave]:not([hidden])"),
        ("edit wins_quiz, refused", "new", EDITOR, UNFIT, "[data-problems]:not([hidden])", 409),
        ("edit wins_quiz, seen by learners", "new", EDITOR, SEEN_BY_LEARNERS, "dialog[open]"),
    ]  # fmt: skip
    for kind, name in (
        ("wins_module", "module"), ("wins_study_time", "u1-r1-time"), ("wins_quiz", "u1-quiz"),
        ("wins_exam_voucher", "voucher"),
    ):  # fmt: skip
        rows += [(f"edit {kind}", "new", studio("edit", "regulation", kind, name))]
        rows += [(f"preview {kind}", "new", studio("preview", "regulation", kind, name))]
    return rows


TAKE_BACK = "/wins/desk/vouchers/take-back/{voucher}"
LEARNER, STUDY_OF = "/wins/desk/learners/{lena}/", "/wins/desk/study/{record}/"
AN_HOUR = "document.getElementById('hours').value = '1'; document.getElementById('reason').value = 'הרק';"
AN_HOUR += "document.querySelector('[value=check]').click();"
VOUCHER, FIND = "/wins/desk/vouchers/{seen}/", "/wins/desk/vouchers/find"
BULK, PLACE, REQUEST = "/wins/desk/vouchers/bulk", "/wins/desk/study/{record}/place", "/wins/desk/requests/{request}/"
JOBS = "/wins/desk/jobs"
SPACES_GRANT = "document.querySelector('main textarea').value = '  '; document.querySelector('[value=grant]').click();"
SPACES_PREVIEW = "document.getElementById('reason').value = '  '; document.querySelector('[value=preview]').click();"
NEW_KEY = "document.querySelector('[name^=do-][value=key]').checked = true; "
NEW_KEY += "document.getElementById('reason').value = '2025'; "
NEW_KEY += "document.querySelector('[value=preview]').click();"
LOSE = "const own = document.getElementById('reason-lose'); own.value = '   '; own.form.requestSubmit();"
NO_COUNTRY = "document.getElementById('country').value = '12'; const own = document.getElementById('reason-correct');"
NO_COUNTRY += "own.value = 'x'; own.form.requestSubmit();"
NEXT = "/wins/desk/next"
NO_REASON = "const own = document.querySelector('[value=\"refuse.own\"]'); own.checked = true;"
NO_REASON += "own.form.noValidate = true; own.form.requestSubmit();"
NO_CODE = "const own = document.getElementById('code'); own.value = 'x'; own.form.requestSubmit();"
REPORTS = "/wins/desk/reports"
POLICIES, CHANGE = "/wins/desk/policies", "/wins/desk/policies/change"
RULE = "document.getElementById('policies.late_days').value = LATE; document.getElementById('reason').value = 'הרק';"
RULE += "document.getElementById('reason').form.requestSubmit();"
ADMINISTRATOR = [
    ("desk", "shown", "/wins/desk/"), ("desk, people wait", "empty pool, taken back", "/wins/desk/"),
    ("desk, book hours wait", "book hours", "/wins/desk/"),
    ("question about study time", "asked", DESK_CASE), ("question, answered", "answered", DESK_CASE),
    ("question, answered by nothing", "asked", DESK_CASE, SPACES, "#problem", 400),
    ("next: book hours", "book hours", NEXT), ("next: nothing", "reading", NEXT), ("next: question", "asked", NEXT),
    ("next: request", "arranging", NEXT), ("next: result", "results", NEXT),
    ("next: without a reason", "book hours", NEXT, NO_REASON, "#problem", 400),
    ("book hours", "book hours", DESK_BOOK), ("book hours, none wait", "reading", DESK_BOOK),
    ("book hours, without a reason", "book hours", DESK_BOOK, REFUSE, "#problem", 400),
    ("book hours, one entry", "book hours", f"{DESK_BOOK}/{{decided}}"),
    ("study record, staff", "studied", DESK_RECORD), ("study record, book hours", "book hours", DESK_RECORD),
    ("take time out", "studied", STRIKE), ("take time out, refused", "studied", STRIKE, SPACES, "#problem", 400),
    ("take time out of nothing", "reading", STRIKE),
    ("learners", "issued", "/wins/desk/learners"),
    ("search", "issued", "/wins/desk/learners?q=lena"), ("search, nobody", "issued", "/wins/desk/learners?q=zz"),
    ("learners, filtered", "issued", "/wins/desk/learners?state=voucher&module=foundation&sort=family"),
    ("learners, no such filter", "issued", "/wins/desk/learners?country=France&from=1.2.27&to=x", "", "", 400),
    ("results", "shown", RESULTS), ("results, rows wait", "results", RESULTS),
    ("results, one row", "results", RESULT_ROW),
    ("results, whose a row is", "results", f"{RESULT_ROW}?learner={{lena}}"),
    ("results, find", "results", f"{RESULTS}/find?q=lena"), ("result", "results", RESULT),
    ("result, passed", "entered", RESULT), ("result, without a reason", "entered", RESULT, HOLD, "#problem", 400),
    ("results, an entry waits", "entered", RESULTS), ("results, the entry", "entered", f"{RESULTS}/entries/{{result}}"),
    ("results, good file", "shown", RESULTS, file_of(SAT), "#report"),
    ("results, bad file", "shown", RESULTS, file_of(SAT.replace("pass", "maybe")), "#report", 400),
    ("pool", "shown", "/wins/desk/vouchers/"), ("pool, people wait", "empty pool, taken back", "/wins/desk/vouchers/"),
    ("import", "shown", IMPORT), ("import, good file", "shown", IMPORT, file_of(GOOD), "#report"),
    ("import, bad file", "shown", IMPORT, file_of(BAD), "#report", 400),
    ("path without a module", "new", "/wins/me/"),
    ("voucher", "shown", VOUCHER), ("voucher, replaced", "replaced, lost", VOUCHER),
    ("voucher, to be cancelled", "to be cancelled", VOUCHER),
    ("results, a voucher to be cancelled", "to be cancelled", f"{RESULTS}/entries/{{result}}"),
    ("voucher, not seen", "issued", "/wins/desk/vouchers/{voucher}/"),
    ("voucher, without a reason", "shown", VOUCHER, LOSE, "#problem", 400),
    ("desk, a request waits", "arranging", "/wins/desk/"),
    ("request", "arranging", REQUEST), ("request, decided", "arranged", REQUEST),
    ("request, decided by nothing", "arranging", REQUEST, SPACES_GRANT, "#problem", 400),
    ("request, a country", "country asked", REQUEST),
    ("request, a country that is none", "country asked", REQUEST, NO_COUNTRY, "#problem", 400),
    ("voucher, exam booked", "booked", VOUCHER), ("many at once", "shown", BULK),
    ("many at once, bad file", "shown", BULK, bulk_of("learner,exam\nlena,WINS-NPM\n"), "#report", 400),
    ("one learner, new", "new", LEARNER), ("one learner, in the middle", "answered", LEARNER),
    ("one learner, vouchers", "replaced, lost", LEARNER), ("one learner, results", "results", LEARNER),
    ("one learner, a note without words", "shown", LEARNER, SPACES, "#problem", 400),
    ("accept hours", "studied", f"{STUDY_OF}waive"),
    ("accept hours, refused", "studied", f"{STUDY_OF}waive", SPACES, "#problem", 400),
    ("accept hours, the effect", "studied", f"{STUDY_OF}waive", AN_HOUR, "main .wins-note[role=status]"),
    ("no try left", "used up", QUIZZES), ("no try left, nobody", "reading", QUIZZES),
    ("no try left, no such module", "reading", f"{QUIZZES}?module=x", "", "", 400),
    ("reported questions", "reported", REPORTED), ("reported questions, none", "reading", REPORTED),
    ("reported question", "reported", f"{REPORTED}/1"),
    ("reported question, no answer", "reported", f"{REPORTED}/1", SPACES, "#problem", 400),
    ("next: reported question", "reported", "/wins/desk/next?kind=reported"),
    ("hints", "hinted", HINTS), ("hints, none", "reading", HINTS), ("hint", "hinted", f"{HINTS}/1"),
    ("hint, without a note", "hinted", f"{HINTS}/1", SPACES, "#problem", 400),
    ("give tries, from the list", "used up", f"{STUDY_OF}tries?from=list"),
    ("give tries", "used up", f"{STUDY_OF}tries"),
    ("give tries, refused", "used up", f"{STUDY_OF}tries", SPACES, "#problem", 400),
    ("give time", "used up", f"{STUDY_OF}time"),
    ("give time, refused", "used up", f"{STUDY_OF}time", QUARTER + SPACES, "#problem", 400),
    ("issue a voucher", "ready", f"{LEARNER}issue/WINS-FND"),
    ("issue a voucher, not ready", "reading", f"{LEARNER}issue/WINS-FND"),
    ("jobs, none", "shown", JOBS), ("jobs", "jobs", JOBS), ("job, ended", "jobs", f"{JOBS}/1/"),
    ("job, runs", "jobs", f"{JOBS}/2/"), ("job, checked", "jobs", f"{JOBS}/3/"),
    ("give a place", "shown", PLACE), ("give a place, refused", "shown", PLACE, SPACES, "#problem", 400),
    ("find a voucher", "shown", FIND), ("find a voucher, no code", "shown", FIND, NO_CODE, "#problem", 400),
    ("take back", "issued", TAKE_BACK), ("take back, refused", "issued", TAKE_BACK, SPACES, "#problem", 400),
    ("take back, too late", "no place, expired", TAKE_BACK, "", "", 409),
    ("mails", "shown", MAILS), ("mail", "shown", MAIL),
    ("mail, as it will be read", "shown", MAIL, LOOK, "#preview"),
    ("mail, a text that cannot be sent", "shown", MAIL, f"{BRACE}{LOOK}", "#problem-body", 400),
    ("mails that were sent", "shown", f"{MAILS}/log"),
    ("mails that were sent, none of these", "shown", f"{MAILS}/log?q=zz&state=given_up"),
    ("audit", "shown", "/wins/desk/audit"), ("audit, sealed", "sealed", "/wins/desk/audit"),
    ("audit, one voucher", "shown", "/wins/desk/audit?about=voucher"),
    ("audit, no such day", "shown", "/wins/desk/audit?from=x", "", "", 400),
    ("reports", "shown", REPORTS), ("report, progress", "book hours", f"{REPORTS}/progress"),
    ("report, by month", "results", f"{REPORTS}/progress?by=month"), ("report, hours", "studied", f"{REPORTS}/hours"),
    ("report, book hours", "book hours", f"{REPORTS}/book-hours"),
    ("report, quizzes", "tested", f"{REPORTS}/quizzes"), ("report, vouchers", "shown", f"{REPORTS}/vouchers"),
    ("report, deliveries", "shown", f"{REPORTS}/vouchers?by=batch"),
    ("report, results", "entered", f"{REPORTS}/results"), ("report, members", "shown", f"{REPORTS}/members"),
    ("report, nothing found", "new", f"{REPORTS}/results"),
    ("report, refused", "shown", f"{REPORTS}/progress?from=2027-02-30", "", "", 400),
    ("quizzes", "many tries", BANKS), ("quizzes, nobody answered", "new", BANKS),
    ("quiz, its questions", "many tries", f"{BANKS}/1/"), ("quiz, too few", "tested", f"{BANKS}/1/"),
    ("quiz, its answers", "many tries", f"{BANKS}/1/", "document.querySelector('#a3').open = true;", "#a3 table"),
    ("correct a key", "key was wrong", f"{BANKS}/1/keys"),
    ("correct a key, what it does", "key was wrong", f"{BANKS}/1/keys", NEW_KEY, "#who"),
    ("correct a key, without a reason", "key was wrong", f"{BANKS}/1/keys", SPACES_PREVIEW, "#problem", 400),
    ("correct a key, no such quiz", "new", f"{BANKS}/99/keys", "", "", 404),
    ("corrections", "key corrected", f"{BANKS}/corrections"), ("corrections, none", "new", f"{BANKS}/corrections"),
    ("one correction", "key corrected", f"{BANKS}/corrections/1/"),
    ("quiz, no such one", "new", f"{BANKS}/99/", "", "", 404),
    ("policies", "shown", POLICIES), ("policies, a version that cannot be read", "lost rules", POLICIES),
    ("change the rules", "shown", CHANGE),
    ("change the rules, refused", "shown", CHANGE, RULE.replace("LATE", "'x'"), "#problem", 400),
    ("change the rules, what they do", "studied", CHANGE, RULE.replace("LATE", "'9'"), "#who"),
    ("get ready", "shown", "/wins/desk/ready"),
    ("rules that cannot be read", "lost rules", "/wins/desk/learners", "", "", 503),
]  # fmt: skip


def _places():
    yield Place("start", "", "new", "/")
    for person, rows in (("lena", _learner()), ("arno", _author()), ("ada", ADMINISTRATOR)):
        for name, *rest in rows:
            yield Place(f"{person}: {name}", person, *rest)


PLACES = tuple(_places())


def opened(browser, host, place: Place, language: str = "en") -> None:
    """Put the host into the page's state and open the page as its person."""
    browser.driver.get("about:blank")
    host.state(place.state)
    browser.become(host, place.person)
    browser.speak(language)
    again(browser, host, place)


def again(browser, host, place: Place) -> None:
    """Open the page once more, with what is done on it."""
    path = place.path
    if "{voucher}" in path:  # Lena's first one
        path = path.format(voucher=host.sql("SELECT MIN(id) FROM wins_xblocks_voucher WHERE holder_id > 0")[0][0])
    if "{seen}" in path:  # the first one that she has seen
        path = path.format(seen=host.sql("SELECT MIN(id) FROM wins_xblocks_voucher WHERE revealed_at > 0")[0][0])
    if "{lena}" in path:
        path = path.replace("{lena}", str(host.sql("SELECT id FROM auth_user WHERE username = 'lena'")[0][0]))
    for mark, table in (("{row}", "examrow"), ("{result}", "resultentry")):  # the first that waits
        if mark in path:
            found = host.sql(f"SELECT MIN(id) FROM wins_xblocks_{table} WHERE state = 'waiting'")
            path = path.replace(mark, str(found[0][0]))
    if "{request}" in path:
        path = path.format(request=host.sql("SELECT MIN(id) FROM wins_xblocks_voucherrequest")[0][0])
    if "{case}" in path:
        path = path.format(case=host.sql("SELECT MIN(number) FROM wins_xblocks_case")[0][0])
    if "{record}" in path:  # of Lena's first registration
        own = "module = 'foundation' AND learner_id = (SELECT id FROM auth_user WHERE username = 'lena')"
        path = path.format(record=host.sql(f"SELECT MIN(id) FROM wins_xblocks_registration WHERE {own}")[0][0])
    for mark, state in (("{entry}", "counted"), ("{decided}", "refused")):  # Lena's book hours
        if mark in path:
            found = host.sql("SELECT id FROM wins_xblocks_offlineclaim WHERE state = ?", state)
            path = path.replace(mark, str(found[0][0]))
    browser.open(path)
    complete(browser)
    if place.then:
        browser.js(place.then)
        browser.one(place.shows)
        complete(browser)


def complete(browser) -> None:
    browser.until(lambda: browser.js("return document.readyState === 'complete'"), "the page to be there")
