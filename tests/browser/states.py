"""Makes the states that browser tests start from: copies of the host's database, each some steps from another one.

Run in the host's environment: ``python -m tests.browser.states FOLDER``. What people do is done by the host's own
addresses; what the Academy or the calendar does, by the domain's functions or straight in its tables.
"""

import io
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.test import Client  # noqa: E402

from tests.browser import crowd  # noqa: E402
from tests.browser.answers import Bank  # noqa: E402
from wins_xblocks import context, jobs, time_case  # noqa: E402
from wins_xblocks.domain.audit import api as audit  # noqa: E402
from wins_xblocks.domain.cases import api as cases  # noqa: E402
from wins_xblocks.domain.cases.data import Question  # noqa: E402
from wins_xblocks.domain.exams import api as exams  # noqa: E402
from wins_xblocks.domain.jobs import api as jobs_api  # noqa: E402
from wins_xblocks.domain.jobs.data import NewLine  # noqa: E402
from wins_xblocks.domain.programme.models import ProgrammeVersion  # noqa: E402
from wins_xblocks.domain.quiz import api as quiz  # noqa: E402
from wins_xblocks.domain.quiz.models import Attempt  # noqa: E402
from wins_xblocks.domain.registration import api as registration  # noqa: E402
from wins_xblocks.domain.registration.models import Entitlement, Registration, Waiver  # noqa: E402
from wins_xblocks.domain.results import api as results  # noqa: E402
from wins_xblocks.domain.results import entries  # noqa: E402
from wins_xblocks.domain.results.data import Entered  # noqa: E402
from wins_xblocks.domain.study_time import book  # noqa: E402
from wins_xblocks.domain.study_time.data import BookTerms, BookTold, Decision  # noqa: E402
from wins_xblocks.domain.study_time.models import OfflineClaim, Strike, StudyDay, StudySession  # noqa: E402
from wins_xblocks.domain.vouchers import acts, names, requests  # noqa: E402
from wins_xblocks.domain.vouchers import api as pool  # noqa: E402
from wins_xblocks.domain.vouchers.data import Name  # noqa: E402
from wins_xblocks.domain.vouchers.models import Voucher, VoucherExam  # noqa: E402
from wins_xblocks.workbench.courses import library  # noqa: E402
from wins_xblocks.workbench.models import Enrolment  # noqa: E402

HOUR = 3_600_000
MODULES = {"foundation": "course-v1:WINS+FND+2026", "regulation": "course-v1:WINS+REG+2026"}
EXAMS = {"foundation": "WINS-FND", "regulation": "WINS-REG"}
LENA, ADA = (get_user_model().objects.get(username=name) for name in ("lena", "ada"))
# What people write, in the letters of the test language: pages in it are searched for words that are not translated.
OWN = "/wins/me/vouchers/"
NOBODY = "Nobody has this user name or mail address."
WRITTEN = "הרק מסטגץד הרקמסטגץדהרקמסטגץדהרקמסטגץדהרקמסטגץדהרקמסטגץד? 2027"


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


def fail_test(lena: Client, times: int) -> None:
    """Fail the Foundation Module's test, on so many days."""
    for number in range(times):
        if number:
            a_day_passes()
        pass_test(lena, "foundation", wrong=True)


def report(lena: Client) -> None:
    """Lena says what is wrong with the first question of the test that she takes."""
    running = quiz.open_try(LENA.id, block := key("foundation", "foundation-test"))
    told = {"number": running.number, "ref": running.questions[0].ref, "text": WRITTEN}
    post(lena, f"/handler/{block}/report_question", told)


def a_day_passes() -> None:
    Attempt.objects.update(submitted_at=F("submitted_at") - timedelta(hours=25))


def accept_hours(**hours: int) -> None:
    for module, number in hours.items():
        found = registration.latest(LENA.id, module)
        registration.waive(found.id, number * HOUR, WRITTEN, ADA.id, context.now())


def vouchers(lena: Client, module: str, *names: str) -> None:
    for name in names:
        post(lena, f"/handler/{key(module, f'{module}-voucher')}/{name}", {"exam": EXAMS[module]})


def own(module: str) -> Voucher:
    """Lena's voucher for the module's exam."""
    return Voucher.objects.get(exams__exam=EXAMS[module], holder_id=LENA.id)


def change(module: str, **values: object) -> None:
    Voucher.objects.filter(id=own(module).id).update(**values)


def close(module: str, state: str) -> None:
    """Her voucher has ended in this state."""
    change(module, state=state, ended_at=context.now())
    VoucherExam.objects.filter(voucher_id=own(module).id).update(state="closed", open_holder=None)


def last_day(module: str, days: int) -> None:
    """Her voucher ends in so many days."""
    ends = context.now() + timedelta(days=days)
    change(module, expires_on=ends.date(), expires_at=ends)


def take_back(module: str) -> None:
    pool.take_back(own(module).id, ADA.id, WRITTEN, context.now())


def withdraw_codes(module: str) -> None:
    """Nothing is left in the pool of the module's exam."""
    free = VoucherExam.objects.filter(exam=EXAMS[module], state="free")
    Voucher.objects.filter(id__in=list(free.values_list("voucher_id", flat=True))).update(
        state="void", ended_at=context.now()
    )
    free.update(state="closed")


def questions() -> None:
    """Two questions of Lena's; the answer to one is late."""
    for token, asked in (("late", date(2026, 1, 5)), ("young", context.now().date())):
        cases.ask(Question(LENA.id, "question", "Ask WINS", WRITTEN, token), asked, 10, context.now())


def looks_wrong() -> None:
    """Lena asks about her time; visits of all kinds go with it."""
    own, now = registration.latest(LENA.id, "foundation"), context.now()
    end = int(now.timestamp() * 1000)
    visits = {"a": ([[end - HOUR, end]], []), "b": ([[end - 2 * HOUR, end]], ["late"])}
    for key_, (spans, flags) in visits.items():
        StudySession.objects.create(
            learner_id=LENA.id, key=key_, registration_id=own.id, module=own.module, kind="text", flags=flags,
            unit="u1", page=key("foundation", "foundation-u1-r1"), begins=spans[0][0], ends=end,
            reported=spans, credited=spans[:1] if key_ == "a" else [],
        )  # fmt: skip
    user = get_user_model().objects.get(id=LENA.id)
    today = now.date()
    attach = partial(time_case.attached, user, own, today, today)
    cases.ask(Question(LENA.id, time_case.KIND, "s", WRITTEN, "wrong"), today, 10, now, attach)


def answer() -> None:
    cases.answer(cases.open_cases()[0].number, WRITTEN, ADA.id, context.now())


def event(module: str, kind: str) -> None:
    exams.record(LENA.id, EXAMS[module], kind, context.now(), context.now(), ADA.id)


def weeks() -> None:
    """Three weeks of study of the Foundation Module, some of it with the book, some of it struck."""
    found, today = registration.latest(LENA.id, "foundation"), context.now().date()
    who = {"learner_id": LENA.id, "registration_id": found.id}
    for ago in (0, 1, 2, 5, 6, 7, 9, 12, 13, 14, 19, 20):
        day = today - timedelta(days=ago)
        ms = (90 - 4 * ago) * 60_000 // context.factor()
        StudyDay.objects.create(**who, module="foundation", day=day, ms=ms)
    StudySession.objects.create(
        **who,
        module="foundation",
        key="kept",
        unit=key("foundation", "foundation-u1"),
        page="",
        kind="text",
        begins=int(context.now().timestamp() * 1000) - 3_600_000,
        ends=int(context.now().timestamp() * 1000),
        credited_ms=3_600_000,
        flags=["late"],
    )
    for ago in (1, 7, 15):
        OfflineClaim.objects.create(
            **who,
            module="foundation",
            day=today - timedelta(days=ago),
            ms=HOUR,
            what=WRITTEN,
            state="counted",
            made_at=context.now(),
        )
    Strike.objects.create(
        registration_id=found.id, ms=600_000 // context.factor(), reason=WRITTEN, made_at=context.now(), made_by=ADA.id
    )


def book_hours() -> None:
    """An entry of Lena's in every state, all of today; one that counts was drawn for a check."""
    rules, own, now = context.programme(), registration.latest(LENA.id, "foundation"), context.now()
    today = now.astimezone(rules.zone).date()
    terms = BookTerms(own.id, own.module, today, rules.zone, 16 * HOUR, 24 * HOUR, 10)

    def told(hours: int) -> int:
        return book.make(LENA.id, lambda: terms, BookTold(today, hours * 60, WRITTEN), f"{hours} hours", 0, now).id

    for hours, accept in ((1, True), (3, False)):
        book.decide(told(hours), LENA.id, 0, Decision(accept, WRITTEN, ADA.id, now), 24 * HOUR, own.module)
    book.withdraw(LENA.id, told(4), now)
    told(2), told(15)


def leave() -> None:
    """Lena has left both modules."""
    Enrolment.objects.filter(user_id=LENA.id).delete()
    Registration.objects.filter(learner_id=LENA.id).update(state="cancelled", open_slot=None, ended_at=context.now())


def lose_rules() -> None:
    """Lena studies under rules that nobody can read any more."""
    made = {"reason": "-", "body": {}, "made_at": context.now(), "made_by": ADA.id}
    ProgrammeVersion.objects.create(version=99, effective=date(2999, 1, 1), **made)
    Registration.objects.update(rule_version=99)


def steps(lena: Client) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """(name of the state, the state it begins from, what leads to it)."""
    yield "new", "", lambda: None
    yield "reading", "new", lambda: post(lena, "/wins/notice", {})
    yield "read", "reading", lambda: accept_hours(foundation=40)
    yield "book hours", "reading", lambda: (lena.get("/wins/me/"), book_hours())
    yield "lost rules", "reading", lose_rules
    yield "studied", "reading", weeks
    yield "asked", "studied", looks_wrong
    yield "answered", "asked", answer
    yield "running", "reading", lambda: post(lena, f"/handler/{key('foundation', 'foundation-test')}/begin", {})
    yield "reported", "running", lambda: report(lena)
    yield "failed", "running", lambda: fail_test(lena, 1)
    yield "failed yesterday", "failed", a_day_passes
    yield "used up", "failed yesterday", lambda: fail_test(lena, 2)
    yield "tested", "running", lambda: pass_test(lena, "foundation")
    yield from crowd.steps(key("foundation", "foundation-test"), ADA.id)
    yield "half", "tested", lambda: accept_hours(foundation=40)
    yield "nameless", "tested", lambda: (pass_test(lena, "regulation"), accept_hours(foundation=40, regulation=41))
    yield "ready", "nameless", lambda: lena.post("/wins/me/vouchers/name", {"given": "Lena", "family": "Learner"})
    yield "arranging", "ready", lambda: lena.post(f"{OWN}WINS-FND/arrangements", {"what": "other", "text": WRITTEN})
    yield "arranged", "arranging", decide
    yield "country asked", "ready", ask_country
    yield "issued", "ready", lambda: vouchers(lena, "foundation", "get")
    yield "shown", "issued", lambda: vouchers(lena, "regulation", "get", "show")
    yield from ended(lena)


def decide() -> None:
    """What Lena asked for is agreed."""
    requests.decide(requests.open_requests()[0].id, True, WRITTEN, ADA.id, context.now())


def ask_country() -> None:
    """A person is to look at Lena's country."""
    rules, now = context.programme(), context.now()
    names.correct(LENA.id, Name("Lena", "Learner", "", "AT"), WRITTEN, ADA.id, now)
    with transaction.atomic():
        requests.open_country(LENA.id, EXAMS["foundation"], "AT", rules, now)


def tell_booking(lena: Client) -> None:
    day = context.now().date() + timedelta(days=60)
    lena.post("/wins/me/vouchers/WINS-REG/booking", {"day": day.isoformat(), "city": WRITTEN})


def replace(lena: Client) -> None:
    """Her elective's code was replaced; that of the Foundation exam is lost."""
    vouchers(lena, "foundation", "show")
    acts.replace(own("regulation").id, "sent_twice", WRITTEN, ADA.id, context.programme(), context.now())
    acts.mark_lost(own("foundation").id, WRITTEN, ADA.id, context.programme(), context.now())


def results_wait() -> None:
    """Two rows that name no voucher of ours: one on the day that Lena told, one on another."""
    rules, keys = context.programme(), context.voucher_keys()
    told = "".join(f"{n}\tWINS-REG\t2026/01/0{n} 09:00:00\tpass\t\n" for n in (7, 8))
    file = io.BytesIO(f"RegistrationID\tExamSeriesCode\tExamDate\tGrade\tVoucher\n{told}".encode())
    # By somebody else than Ada, who may then say whose a row without a code is.
    report = results.check(file, "exam.dat", keys, rules.zone, None, context.now())
    results.take_over(report.file_id, keys, rules.zone, None, context.now())


def result_entered() -> None:
    """Lena passed, and somebody wants it withdrawn."""
    event("regulation", "pass")
    told = Entered(LENA.id, EXAMS["regulation"], "revoke", context.now(), "entry-of-the-tests", reason=WRITTEN)
    entries.enter(told, get_user_model().objects.get(username="arno").id, context.now())


def run_jobs() -> None:
    """A job that ended without success, one that runs, and a list that was only checked."""
    now = context.now()
    held, unknown = NewLine(2, EXAMS["regulation"], LENA.id, own("regulation").id), NewLine(3, problem=NOBODY)
    ended, running, _checked = (
        jobs_api.draft(kind, lines, ADA.id, WRITTEN, "sent_twice", now)
        for kind, lines in (("grant", [held, unknown]), ("replace", [held]), ("issue", [held]))
    )
    jobs_api.start(ended, ADA.id, now, leave_out=True)
    jobs.run(ended)
    jobs_api.start(running, ADA.id, now)
    jobs_api.take(running, now + timedelta(days=400))  # by a worker that holds it for long


def ask_to_cancel() -> None:
    """Somebody wants a voucher cancelled that Lena has seen."""
    exam, number, now = EXAMS["regulation"], own("regulation").id, context.now()
    told = Entered(LENA.id, exam, "void", now, "cancelled-in-tests", voucher_id=number, reason=WRITTEN)
    entries.enter(told, get_user_model().objects.get(username="arno").id, now)


def cancel() -> None:
    """A second person confirms it."""
    entries.confirm(entries.waiting()[-1].id, ADA.id, context.now(), context.programme())


def ended(lena: Client) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """What becomes of vouchers. Two exams, so most of these are two states of a voucher."""
    yield "booked", "shown", lambda: tell_booking(lena)
    yield "results", "booked", results_wait
    yield "entered", "results", result_entered
    yield "replaced, lost", "shown", lambda: replace(lena)
    yield "to be cancelled", "shown", ask_to_cancel
    yield "cancelled", "to be cancelled", cancel
    yield "empty pool, taken back", "issued", lambda: (
        take_back("foundation"), vouchers(lena, "regulation", "get"), take_back("regulation"),
        withdraw_codes("foundation"), vouchers(lena, "foundation", "get"), questions(),
    )  # fmt: skip
    yield "no place, expired", "ready", lambda: (
        Entitlement.objects.filter(exam=EXAMS["foundation"]).update(state=Entitlement.WITHDRAWN),
        vouchers(lena, "regulation", "get", "show"), last_day("regulation", -1),
    )  # fmt: skip
    yield "booked, used", "shown", lambda: (
        vouchers(lena, "foundation", "show"), change("foundation", state="booked"), close("regulation", "used"),
    )  # fmt: skip
    yield "taken back, not ready", "issued", lambda: (take_back("foundation"), Waiver.objects.all().delete())
    yield "review, ready", "ready", lambda: event("foundation", "hold")
    yield "passed, ends soon", "shown", lambda: (
        close("foundation", "used"), event("foundation", "pass"), last_day("regulation", 20),
    )  # fmt: skip
    yield "passed both", "passed, ends soon", lambda: (close("regulation", "used"), event("regulation", "pass"))
    yield "left", "shown", leave
    yield "jobs", "shown", run_jobs
    yield "sealed", "shown", lambda: audit.anchor(context.now().date(), context.now())


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sessions.json").write_text(json.dumps(sessions()))
    database = settings.DATABASES["default"]["NAME"]
    for name, base, step in steps(client("lena")):
        if base:
            connection.close()
            _copy(folder / base, database)
        step()
        _copy(database, folder / name)


def _copy(source: object, target: object) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
