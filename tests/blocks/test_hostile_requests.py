"""Every handler of every block against what no page of ours sends: each answers in words, none raises."""

import json

import pytest
from webob import Request

from tests.blocks import make_block
from tests.domain.quiz.banks import bank
from tests.plugin.test_permissions import HANDLERS, blocks
from wins_xblocks import context

pytestmark = pytest.mark.django_db

VALUES = {
    "null": None, "true": True, "a list": [], "an object": {}, "nested": [[[{"a": [None]}]]], "minus": -1,
    "a huge number": 10**30, "NaN": float("nan"), "infinity": float("inf"), "half a character": "\ud800",
    "NUL": "a\0b", "emoji": "😀" * 300, "long": "x" * 5000, "markup": "<script>alert(1)</script>",
}  # fmt: skip
NAMES = {
    "wins_quiz": (
        "number", "revision", "responses", "settings", "bank", "loaded", "text", "objectives",
        *[f"settings.{name}" for name in ("display_name", "module_id", "purpose", "draw", "weight", "max_tries")],
        *[f"bank.{name}" for name in ("bank_id", "items", "objectives")],
    ),
    "wins_exam_voucher": ("exam",),
    "wins_module": ("values", "defaults", "values.display_name", "values.module_id", "values.hours"),
    "wins_study_time": ("values", "defaults", "values.display_name", "values.module_id"),
}  # fmt: skip
GOOD = {
    "number": 1, "revision": 0, "responses": {}, "exam": "WINS-FND", "values": {}, "defaults": [], "text": "items: []",
    "bank": {"bank_id": "b", "items": [], "objectives": []}, "objectives": [], "loaded": "",
    "settings": {
        "display_name": "T", "module_id": "", "purpose": "unit", "pass_percent": 70, "max_tries": 0, "draw": 0,
        "draw_by": "", "minutes": 0, "one_by_one": False, "check_each": False, "weight": None,
    },
}  # fmt: skip
BODIES = {
    "nothing": b"", "no JSON": b"{", "a list": b"[]", "null": b"null", "a number": b"1e999",
    "not UTF-8": b'{"a": "\xff"}',
    "half a character": b'"\\ud800"',
    "deep": b'{"exam": ' + b"[" * 200_000, "a long number": b'{"exam": ' + b"9" * 9000 + b"}",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr(context, "now", lambda: now)


def handlers():
    return [(entry, name, who) for entry, own in HANDLERS.items() for name, who in own.items()]


def made(entry):
    return make_block(blocks()[entry], {"bank": bank()} if entry == "wins_quiz" else {}, usage="quiz-1")


def send(entry, name, body):
    """(status, answer) of a POST with these bytes; an answer that is no is one in words."""
    request = Request.blank("/", method="POST", body=body)
    request.content_type = "application/json"
    response = made(entry).handle(name, request)
    assert response.status_code in (200, 400, 403, 409, 413), response.status_code
    answer = json.loads(response.body)
    if response.status_code != 200:
        assert answer.get("error") or answer.get("messages"), answer
    return response.status_code, answer


def put(name, value):
    body = json.loads(json.dumps(GOOD))
    *way, last = name.split(".")
    place = body
    for step in way:
        place = place[step]
    place[last] = value
    return json.dumps(body).encode()


@pytest.fixture(params=["learner", "author"])
def somebody(request, learner, world):
    world.user_id = learner.id
    world.may_author = request.param == "author"
    world.in_lms = request.param == "learner"
    return request.param


@pytest.mark.parametrize(("entry", "name", "who"), handlers())
def test_a_body_of_the_wrong_kind_is_refused_in_words(somebody, entry, name, who):
    for what, body in BODIES.items():
        status, _ = send(entry, name, body)
        if who == somebody:
            assert status in (400, 413), what


@pytest.mark.parametrize(("entry", "name", "who"), handlers())
def test_a_value_of_the_wrong_kind_is_refused_in_words(somebody, entry, name, who):
    for key in NAMES[entry]:
        for value in VALUES.values():
            send(entry, name, put(key, value))


@pytest.mark.parametrize(("entry", "name", "who"), handlers())
def test_a_body_that_says_it_is_huge_is_not_read(somebody, entry, name, who):
    request = Request.blank("/", method="POST", body=b"{}")
    request.content_length = 1 << 40
    assert made(entry).handle(name, request).status_code == 413


@pytest.mark.parametrize(("entry", "name", "who"), handlers())
def test_nothing_is_done_by_looking(somebody, entry, name, who):
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert made(entry).handle(name, Request.blank("/", method=method)).status_code == 405


@pytest.mark.parametrize("text", [
    "<<: {items: []}", "items: [{<<: {id: a}}]", "items: !!set {a, b}", "items: !!pairs [a: 1]", "!!set {items}",
    "items: [!!python/object/apply:os.system [ls]]", "? [a]\n: b", "items: [!!timestamp 9999-99-99]",
    "items: !!binary aa",
    "a: &a [x]\nitems: *a", "items:\n" + "- " * 50 + "x", "items: [" * 5000, "\x00",
    "items: [!!int 0x" + "f" * 9000 + "]",
    "%YAML 9.9\n---\nitems: []", "items: []\n---\nitems: []", "items: [{id: a, stem: 2027-01-01}]", "!!str items: []",
    "items: []\nitems: 5", "items: 5\nitems: [{}]",
])  # fmt: skip
def test_a_yaml_text_of_any_kind_is_answered_in_words(world, learner, text):
    world.user_id, world.may_author, world.in_lms = learner.id, True, False
    send("wins_quiz", "read_yaml", json.dumps({"text": text}).encode())
