"""A rule file that is wrong while the platform runs: every page, block and command says so in words."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.blocks import call, make_block
from tests.conftest import person
from tests.domain.quiz.banks import bank
from tests.domain.vouchers.builders import fill, issue, ready
from tests.plugin.test_permissions import HANDLERS, address, blocks, patterns
from wins_xblocks import context
from wins_xblocks.domain.programme.loader import SHIPPED
from wins_xblocks.domain.study_time import api as study_time

pytestmark = pytest.mark.django_db


def changed(old, new):
    text = SHIPPED.read_text(encoding="utf-8")
    assert text.count(old) == 1
    return text.replace(old, new)


BROKEN = {
    "missing": None, "no YAML": "a: [", "empty": "", "not UTF-8": b"\xff", "a list": "[]", "a text": "hello",
    "deep": "[" * 3000, "a date that is none": "a: 2027-99-99", "half": "version: 1\n", "tags": "!!python/object:x {}",
    "a key twice": changed("\nversion: 1\n", "\nversion: 1\nversion: 2\n"),
    "no agreement": changed("at_once: 16", "at_once: 32"),
}  # fmt: skip

SENT = {"number": 1, "revision": 0, "exam": "WINS-FND", "values": {}, "defaults": []}


@pytest.fixture
def cast(learner, world, now, monkeypatch):
    """A learner with a voucher and an administrator; then the rules cannot be read any more."""
    monkeypatch.setattr(context, "now", lambda: now)
    study_time.accept_notice(learner.id, now)
    ready(learner.id)
    fill()
    issue(learner.id)
    world.user_id = learner.id
    return {"learner": learner, "administrator": person("boss", "WINS Academy administrators")}


@pytest.fixture(params=BROKEN)
def broken(request, cast, settings, tmp_path):
    file, body = tmp_path / "programme.yaml", BROKEN[request.param]
    if body is not None:
        file.write_bytes(body if isinstance(body, bytes) else body.encode())
    settings.WINS_PROGRAMME = str(file)
    if hasattr(context, "forget_programme"):
        context.forget_programme()
    return cast


def test_every_page_answers(broken):
    for user in broken.values():
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for one in patterns():
            for method in one.callback.wins_methods:
                kind = {"content_type": "application/json"} if one.name in ("hello", "beat", "notice") else {}
                data = json.dumps({"ticket": "x"}) if kind else {}
                response = getattr(client, method.lower())(address(one.name), data, **kind)
                assert response.status_code != 500, (one.name, method)
                assert response.getvalue().strip() or response.status_code == 302, one.name


@pytest.mark.parametrize("place", ["learner", "staff", "studio", "outsider"])
def test_every_block_answers(broken, world, place):
    world.in_lms = place != "studio"
    world.may_author = place == "studio"
    world.enrolments = world.enrolments if place == "learner" else set()
    world.staff = {(world.user_id, world.course_id)} if place == "staff" else set()
    for entry, kind in blocks().items():
        block = make_block(kind, {"bank": bank()} if entry == "wins_quiz" else {}, usage="quiz-1")
        for view in ("student_view", "author_view", "studio_view"):
            assert "wins" in getattr(block, view)({}).content, (entry, view)
        for name in HANDLERS[entry]:
            status, answer = call(block, name, SENT)
            assert status in (200, 400, 403, 409, 503), (entry, name)
            assert status == 200 or answer, (entry, name)


def test_the_commands_say_why(broken, tmp_path, capsys):
    codes = tmp_path / "codes.csv"
    codes.write_text("code,exam,expires\nABCD1234,WINS-FND,2028-01-01\n", encoding="utf-8")
    for words in (["wins_import_vouchers", str(codes), "--order", "1"], ["wins_periodic", "--force"]):
        with pytest.raises(CommandError, match=r"."):
            call_command(*words)


def test_staff_are_told_line_place_and_reason_wherever_they_look(cast, client, world, settings, tmp_path, capsys):
    file = tmp_path / "programme.yaml"
    file.write_text(changed("electives: 1,", "electives: 12,"), encoding="utf-8")
    settings.WINS_PROGRAMME = str(file)
    context.forget_programme()
    line = next(n for n, text in enumerate(file.read_text().splitlines(), start=1) if "electives: 12" in text)
    told = f"{file}: line {line}: designations.0.electives: asks for 12 elective modules; there are only 9"

    client.force_login(cast["administrator"])
    response = client.get("/wins/desk/")
    assert response.status_code == 503
    assert told in response.content.decode()

    world.in_lms, world.may_author = False, True
    assert told in make_block(blocks()["wins_module"], {}).author_view({}).content

    out = StringIO()
    with pytest.raises(CommandError):
        call_command("wins_doctor", stdout=out)
    assert f"ERROR wins.E006 {told}" in " ".join(out.getvalue().replace(":  ", " ").split())
    with pytest.raises(CommandError):
        call_command("wins_periodic", "--force")
    assert told in capsys.readouterr().out


def test_where_the_file_lies_is_told_to_staff_only(client, learner, administrator, settings, tmp_path):
    settings.WINS_PROGRAMME = str(tmp_path / "hidden-place.yaml")
    context.forget_programme()
    for user, told in ((learner, False), (administrator, True)):
        client.force_login(user)
        response = client.get("/wins/me/")
        assert response.status_code == 503
        assert ("hidden-place" in response.content.decode()) is told
