"""Every URL and every handler, walked with everybody: a new one fails until it stands in the tables below."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.urls import URLPattern, reverse

from tests.blocks import call, make_block
from tests.conftest import person
from tests.domain.vouchers.builders import fill, issue, ready
from wins_xblocks.domain.vouchers.models import Voucher
from wins_xblocks.web import roles, urls
from wins_xblocks.web.roles import Action, Role

pytestmark = pytest.mark.django_db

EVERYBODY = {"learner", "teacher", "instructor", "auditor", "officer", "administrator", "superuser"}
ACADEMY = {"auditor", "officer", "administrator", "superuser"}
ADMINISTRATORS = {"administrator", "superuser"}
STAFF = ACADEMY | {"teacher", "instructor"}
INSTRUCTORS = ADMINISTRATORS | {"instructor"}
OF_RESULTS = ADMINISTRATORS | {"officer"}
URLS = {
    "health": EVERYBODY, "path": EVERYBODY, "time": EVERYBODY, "ask": EVERYBODY, "vouchers": EVERYBODY,
    "study": EVERYBODY, "wrong": EVERYBODY, "questions": EVERYBODY, "book": EVERYBODY, "book_entry": EVERYBODY,
    "booking": EVERYBODY, "calendar": EVERYBODY, "document_name": EVERYBODY, "get_voucher": EVERYBODY,
    "read_again": EVERYBODY, "jobs": ACADEMY, "job": ACADEMY, "job_file": ACADEMY,
    "bulk": ADMINISTRATORS, "place": ADMINISTRATORS, "arrangement": EVERYBODY, "request": ACADEMY,
    "reports": ACADEMY, "report": ACADEMY, "report_file": ACADEMY,
    "voucher_file": ACADEMY, "vouchers_file": ACADEMY,
    "decide_request": ADMINISTRATORS,
    "timer": EVERYBODY, "timer_entry": EVERYBODY, "timer_worker": EVERYBODY,
    "notice": EVERYBODY, "hello": EVERYBODY, "beat": EVERYBODY,
    "desk": ACADEMY, "learners": STAFF, "pool": ACADEMY, "import": ADMINISTRATORS, "take_back": ADMINISTRATORS,
    "next_item": INSTRUCTORS | {"officer"},
    "desk_book": STAFF, "case": ACADEMY, "answer": ADMINISTRATORS,
    "results": ACADEMY, "result_find": ACADEMY, "result_row": ACADEMY, "result_entry": ACADEMY,
    "result": ACADEMY, "voucher": ACADEMY, "voucher_act": ADMINISTRATORS, "find_voucher": ADMINISTRATORS,
    "strike": INSTRUCTORS, "record": EVERYBODY, "record_file": EVERYBODY,
    "policies": ACADEMY, "policy_change": ADMINISTRATORS, "policy_withdraw": ADMINISTRATORS, "ready": ACADEMY,
    "desk_book_entry": STAFF, "one_learner": STAFF, "issue": ADMINISTRATORS, "waive": INSTRUCTORS,
    "key_corrections": ACADEMY | INSTRUCTORS, "key_correction": ACADEMY | INSTRUCTORS,
    "key_correction_file": ACADEMY | INSTRUCTORS, "correct_key": INSTRUCTORS,
    "quiz_banks": STAFF, "quiz_bank": STAFF, "quiz_bank_file": STAFF,
    "hints": ADMINISTRATORS, "hint": ADMINISTRATORS,
    "tries": INSTRUCTORS, "extra_time": INSTRUCTORS, "quizzes": STAFF, "reported": STAFF, "reported_question": STAFF,
    "desk_record": STAFF, "desk_record_file": STAFF,
    "mails": ACADEMY, "mail_text": ACADEMY, "mail_log": ACADEMY, "mail_again": ADMINISTRATORS,
    "audit": ACADEMY, "audit_file": ACADEMY,
}  # fmt: skip
# Where fewer people may send a form than read the page.
CHANGES = {
    "one_learner": INSTRUCTORS, "reported_question": INSTRUCTORS,
    "desk_book": INSTRUCTORS, "results": OF_RESULTS, "result_row": OF_RESULTS, "result_entry": OF_RESULTS,
    "result": OF_RESULTS, "mail_text": ADMINISTRATORS, "ready": ADMINISTRATORS, "job": ADMINISTRATORS,
}  # fmt: skip
OPEN = {"health"}  # to whoever is not signed in, too
JSON = {"notice", "hello", "beat", "timer_entry"}
# What stands in the addresses of single things; of a voucher, the one that there is.
PARTS = {
    "take_back": [1], "voucher": [1], "voucher_act": [1], "voucher_file": [1], "book_entry": [1],
    "desk_book_entry": [1], "one_learner": [1], "issue": [1, "WINS-FND"], "waive": [1], "tries": [1], "extra_time": [1],
    "booking": ["WINS-FND"], "calendar": ["WINS-FND"], "get_voucher": ["WINS-FND"], "arrangement": ["WINS-FND"],
    "report": ["progress"], "report_file": ["progress", "csv"],
    "quiz_bank": [1], "quiz_bank_file": [1], "correct_key": [1], "key_correction": [1], "key_correction_file": [1],
    "request": [1], "decide_request": [1], "place": [1],
    "policy_withdraw": [2], "result_row": [1], "result_entry": [1], "result": [1, "WINS-FND"],
    "job": [1], "job_file": [1],
    "wrong": ["foundation"], "read_again": ["foundation", "f1.1"], "case": ["W-000001"], "answer": ["W-000001"],
    "mail_text": ["voucher_ready", "en"], "mail_again": [1],
    "reported_question": [1], "hint": [1],
    "strike": [1], "record": [1], "record_file": [1, "csv"], "desk_record": [1], "desk_record_file": [1, "csv"],
}  # fmt: skip
GROUPS = {
    "auditor": "WINS auditors",
    "officer": "WINS certification officers",
    "administrator": "WINS Academy administrators",
}

HANDLERS = {
    "wins_module": {"submit_studio_edits": "author"},
    "wins_study_time": {"submit_studio_edits": "author"},
    "wins_exam_voucher": {"get": "learner", "show": "learner", "submit_studio_edits": "author"},
    "wins_quiz": {
        "begin": "learner", "save_answers": "learner", "submit": "learner", "check_answer": "learner",
        "tell_outage": "learner", "result": "learner", "report_question": "learner",
        "save_quiz": "author", "read_yaml": "author", "write_yaml": "author",
        "read_questions": "author", "write_questions": "author", "preview_questions": "author",
        "question_statistics": "author",
    },
}  # fmt: skip
# Where nothing may be written: what the world says of the person who calls.
NOT_A_LEARNER = {
    "not enrolled": {"enrolments": set()},
    "views as somebody": {"shown_id": 99, "masquerading": True},
    "views as a learner": {"masquerading": True},
    "in Studio": {"in_lms": False},
    "in a library": {"course_id": None},
    "signed out": {"user_id": None},
}


def patterns(found=urls.urlpatterns):
    """Every URL of ours, those of included modules too."""
    for one in found:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from patterns(one.url_patterns)


def blocks():
    """The classes that setup.py names as blocks, by entry point."""
    named = re.findall(r'"(wins_\w+) = ([\w.]+_block):(\w+)"', Path("setup.py").read_text(encoding="utf-8"))
    return {entry: getattr(import_module(module), name) for entry, module, name in named}


def handlers():
    return [(entry, name, who) for entry, own in HANDLERS.items() for name, who in own.items()]


@pytest.fixture
def cast(learner, teacher, instructor, world):
    """Everybody; the learner holds an unseen voucher, number 1 of ``take_back``."""
    ready(learner.id)
    fill()
    issue(learner.id)
    others = {name: person(name, group) for name, group in GROUPS.items()}
    boss = person("superuser")
    boss.is_superuser = True
    boss.save()
    return {"learner": learner, "teacher": teacher, "instructor": instructor, "superuser": boss, **others}


def address(name):
    of_voucher = name in ("take_back", "voucher", "voucher_act", "voucher_file") and Voucher.objects.exists()
    own = [Voucher.objects.get().id] if of_voucher else PARTS.get(name, [])
    return reverse(f"wins:{name}", args=own)


def ask(client, name, method):
    if name in JSON:
        return client.generic(method, address(name), "{}", content_type="application/json")
    return getattr(client, method.lower())(address(name))


def let_in(response):
    """Was the person let in? A sign-in page, 401 and 403 are a no; anything else was decided by the page itself."""
    to_login = response.status_code == 302 and response["Location"].startswith("/login/")
    return not to_login and response.status_code not in (401, 403)


def test_every_url_stands_in_the_table():
    assert sorted(one.name for one in patterns()) == sorted(URLS)


def test_every_view_asks_the_table_of_roles_and_says_its_methods():
    for one in patterns():
        assert one.callback.wins_action in Action, one.name
        assert one.callback.wins_changes in Action, one.name
        assert set(one.callback.wins_methods) <= {"GET", "POST"}, one.name


def test_no_view_that_writes_holds_a_transaction_open():
    assert [one.name for one in patterns() if not getattr(one.callback, "_non_atomic_requests", None)] == []


def test_every_action_is_somebodys():
    assert set(roles.TABLE) == set(Action)
    assert all(roles.TABLE.values())
    assert set().union(*roles.TABLE.values()) == set(Role)


@pytest.mark.parametrize("name", URLS)
def test_each_page_lets_in_those_of_the_table_and_nobody_else(client, cast, name):
    [view] = [one.callback for one in patterns() if one.name == name]
    for method in view.wins_methods:
        found = set()
        for who, user in cast.items():
            client.force_login(user)
            if let_in(ask(client, name, method)):
                found.add(who)
        wanted = CHANGES.get(name, URLS[name]) if method == "POST" else URLS[name]
        assert found == wanted, method
        client.logout()
        assert let_in(ask(client, name, method)) if name in OPEN else not let_in(ask(client, name, method)), (
            "whoever is signed out is sent to sign in"
        )


@pytest.mark.parametrize("name", URLS)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client, administrator, name, method):
    client.force_login(administrator)
    response = client.generic(method, address(name), "{}", content_type="application/json")
    assert response.status_code == 405
    assert response["Allow"]


def test_every_handler_of_every_block_stands_in_the_table():
    found = {
        entry: {name for name in dir(cls) if getattr(getattr(cls, name, None), "_is_xblock_handler", False)}
        for entry, cls in blocks().items()
    }
    assert found == {entry: set(own) for entry, own in HANDLERS.items()}


@pytest.mark.parametrize(("entry", "name", "who"), [h for h in handlers() if h[2] == "learner"])
@pytest.mark.parametrize("where", NOT_A_LEARNER)
def test_a_learners_handler_writes_for_nobody_else(world, learner, entry, name, who, where):
    world.user_id = learner.id
    world.__dict__.update(NOT_A_LEARNER[where])
    status, answer = call(make_block(blocks()[entry]), name)
    assert (status, answer["error"]) == (409, "This is a preview. Nothing is stored here.")


@pytest.mark.parametrize(("entry", "name", "who"), [h for h in handlers() if h[2] == "author"])
def test_an_authors_handler_refuses_whoever_may_not_author(world, learner, teacher, entry, name, who):
    for user in (learner, teacher):
        world.user_id = user.id
        assert call(make_block(blocks()[entry]), name)[0] == 403


def test_the_groups_are_made_once_and_keep_their_people(administrator):
    roles.ensure_groups()
    roles.ensure_groups()
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS.values())
    assert roles.academy_roles(administrator) == {Role.ADMINISTRATOR}


def test_a_group_of_another_name_gives_nothing():
    assert roles.academy_roles(person("somebody", "wins academy administrators", "Administrators")) == frozenset()


def test_staff_of_django_admin_are_nobody_special(learner):
    learner.is_staff = True
    learner.save()
    assert not any(roles.may(learner, action) for action in Action if Role.LEARNER not in roles.TABLE[action])
