"""Forms and addresses as nobody's browser sends them, keys that do not fit, and names with a sting."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import NOW, person
from tests.domain.vouchers.builders import FND, code, csv, fill, issue, ready
from wins_xblocks import context
from wins_xblocks.domain.cases.models import Case
from wins_xblocks.domain.outbox.models import OutboxMessage
from wins_xblocks.domain.study_time.models import OfflineClaim
from wins_xblocks.domain.vouchers import api as vouchers
from wins_xblocks.domain.vouchers.models import Batch, TakenBack, Voucher
from wins_xblocks.periodic import send_messages

from .builders import joined, noticed

pytestmark = pytest.mark.django_db

TAKE_BACK = "/wins/desk/vouchers/take-back/{}"
STING = "<script>alert(1)</script>\"'>{{ 7|add:7 }}{0.__class__}%s"
TEXTS = ["\0", "a\0b", "😀" * 900, STING, "\r\nBcc: x@example.org", "\u202e\u2066", "\ud7ff\ufffe\uffff"]
TEXTS += ["=cmd|'/c calc'!A1"]
KEYS = [None, [], "", [None], ["x"], [7], {"a": "b"}, 7.5, ["é" * 44]]


@pytest.fixture
def held(learner):
    ready(learner.id)
    fill(2)
    issue(learner.id)
    return learner


def of(learner):
    """The id of the voucher the learner holds."""
    return Voucher.objects.get(holder_id=learner.id).id


@pytest.mark.parametrize("text", TEXTS)
def test_a_question_of_any_text_is_kept_or_refused_and_shown_as_text(signed_in, learner, administrator, text):
    form = {"token": "t" * 32, "text": text, "about": text}
    assert signed_in(learner).post("/wins/me/ask/", form).status_code in (302, 400)
    for user, pages in ((learner, ["me/ask/", "me/"]), (administrator, ["desk/"])):
        for page in pages:
            answer = signed_in(user).get(f"/wins/{page}")
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()
    send_messages(NOW)


@pytest.mark.parametrize("text", TEXTS)
def test_book_hours_of_any_text_are_kept_or_refused_and_shown_as_text(signed_in, learner, administrator, text):
    joined(learner)
    noticed(learner)
    form = {"token": "t" * 32, "module": "foundation", "day": "2027-03-01", "hours": "17", "what": text}
    assert signed_in(learner).post("/wins/me/book/", form).status_code in (302, 400)
    for user, pages in ((learner, ["me/book/"]), (administrator, ["desk/book-hours", "desk/"])):
        for page in pages:
            answer = signed_in(user).get(f"/wins/{page}")
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()
    for found in OfflineClaim.objects.all():
        form = {"do": "refuse", "entry": [f"{found.id}-0"], "reason": text}
        assert signed_in(administrator).post("/wins/desk/book-hours", form).status_code in (302, 400)
        assert "<script>alert" not in signed_in(learner).get("/wins/me/book/").content.decode()
    send_messages(NOW)


@pytest.mark.parametrize("field", ["module", "day", "hours", "minutes", "token"])
@pytest.mark.parametrize("text", [*TEXTS, "9" * 300, "-0", "1e3", "NaN", "２"])
def test_no_field_of_book_hours_breaks_the_page(signed_in, learner, field, text):
    joined(learner)
    noticed(learner)
    form = {"token": "t" * 32, "module": "foundation", "day": "2027-03-01", "hours": "1", "minutes": "", "what": "x"}
    answer = signed_in(learner).post("/wins/me/book/", form | {field: text})
    assert answer.status_code in (302, 400, 409)
    assert OfflineClaim.objects.count() == (answer.status_code == 302)


@pytest.mark.parametrize("text", TEXTS)
def test_names_are_text_wherever_they_are_shown(signed_in, held, administrator, world, text):
    type(held).objects.filter(id=held.id).update(first_name=text.replace("\0", "")[:140], last_name="X")
    noticed(held)
    desk = ["desk/", "desk/learners", f"desk/vouchers/take-back/{of(held)}"]
    for user, pages in ((held, ["me/"]), (administrator, desk)):
        for page in pages:
            answer = signed_in(user).get(f"/wins/{page}")
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()
    send_messages(NOW)
    assert OutboxMessage.objects.filter(sent_at__isnull=True).count() == 0
    assert all("\n" not in subject and "\r" not in subject for _to, subject, _body in world.mails)


@pytest.mark.parametrize("text", TEXTS)
def test_a_reason_of_any_text_reaches_the_learner_as_text(signed_in, held, administrator, text):
    answer = signed_in(administrator).post(TAKE_BACK.format(of(held)), {"reason": text})
    assert answer.status_code in (302, 400)
    assert TakenBack.objects.count() == (answer.status_code == 302)
    page = signed_in(held).get("/wins/me/")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("query", [
    "q=%00", "q=%ED%A0%80", "q=%25_%5C", "q=" + "x" * 5000, "page=-1", "page=99999999999999999999", "page=%C2%B2",
    "page=NaN", "q=%27%29%3B--", "q[]=1&page[]=2", "q=%F0%9F%98%80",
])  # fmt: skip
def test_a_search_for_anything_is_answered(signed_in, administrator, held, query):
    assert signed_in(administrator).get(f"/wins/desk/learners?{query}").status_code == 200


@pytest.mark.parametrize("body", [
    b"", b"\xff\xfe", b"\0" * 100, b"code,exam,expires\n" + b"\0,WINS-FND,2028-01-01\n", b"code;exam\n", b"code\n",
    b'"code,exam,expires\n' + b"x" * 200_000, b"code,exam,expires\n" + b"," * 140_000,
    "code,exam,expires\nＡＢＣＤ１２３４,WINS-FND,2028-02-30\n".encode(),
    b"code,code,exam,expires\nA,B,C,D\n", b"code,exam,expires\nABCD1234,WINS-FND,99999-01-01\n",
    b"code,exam,expires,order\nABCD1234,WINS-FND,2028-01-01," + b"=" * 900 + b"\n",
    b"\xef\xbb\xbf" * 3 + b"code,exam,expires",
    b"code,exam,expires\nABCD\xc2\xa01234,wins-fnd ,2028-01-01\rX,Y,Z\r",
])  # fmt: skip
@pytest.mark.parametrize("do", ["check", "import", "\0", ""])
def test_a_file_of_any_bytes_is_answered_and_imports_nothing_bad(signed_in, administrator, body, do):
    form = {"file": SimpleUploadedFile("codes\0\r\n.csv", body), "do": do, "order": "PO-1", "expires": ""}
    answer = signed_in(administrator).post("/wins/desk/vouchers/import", form)
    assert answer.status_code in (200, 302, 400)
    assert Voucher.objects.count() == Batch.objects.count() == (answer.status_code == 302)


@pytest.mark.parametrize("digest_key", ["tests only", None, b"bytes", 7])
@pytest.mark.parametrize("keys", KEYS)
def test_keys_that_are_none_are_said_to_the_administrator(signed_in, held, administrator, settings, keys, digest_key):
    settings.WINS_VOUCHER_KEYS, settings.WINS_VOUCHER_DIGEST_KEY = keys, digest_key
    file = SimpleUploadedFile("codes.csv", csv([code(50)]).encode())
    answer = signed_in(administrator).post("/wins/desk/vouchers/import", {"file": file, "do": "import", "order": "1"})
    assert answer.status_code == 400
    assert "WINS_VOUCHER_" in answer.content.decode()
    assert Voucher.objects.count() == 2
    with pytest.raises(vouchers.Unreadable):
        vouchers.reveal(held.id, FND, context.voucher_keys(), context.now())
    assert Voucher.objects.filter(state="revealed").count() == 0


ODD = ["us-ascii", "raw_unicode_escape", "unicode_escape", "utf-7", "utf-16", "latin-1", "none-such", ""]


@pytest.mark.parametrize("charset", ODD)
def test_a_request_in_another_encoding_is_refused_in_words(signed_in, held, administrator, charset):
    """ "\\ud800" in some of them is half a character, which no database stores and no page shows."""
    part = b'--BB\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\\ud800\r\n'
    body = b"".join(part % name for name in (b"text", b"about", b"next", b"reason", b"exam")) + b"--BB--\r\n"
    kind = f"multipart/form-data; boundary=BB; charset={charset or '%00'}"
    for user, posted, read in (
        (held, ["me/ask/", "notice", "me/vouchers/", "beat", "me/book/"], "me/ask/?about=\\ud800"),
        (
            administrator,
            ["desk/vouchers/import", f"desk/vouchers/take-back/{of(held)}", "desk/book-hours"],
            "desk/learners?q=\\ud800",
        ),
    ):
        client = signed_in(user)
        for path in posted:
            answer = client.generic("POST", f"/wins/{path}", body, content_type=kind)
            assert (path, answer.status_code) == (path, 400)
            assert "UTF-8" in answer.content.decode()
        assert client.get(f"/wins/{read}", CONTENT_TYPE=kind).status_code == 400
    assert (Case.objects.count(), TakenBack.objects.count()) == (0, 0)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_our_own_encoding_may_be_named(signed_in, learner, charset):
    form, kind = f"token={'t' * 32}&text=%C5%BDofie", f"application/x-www-form-urlencoded; charset={charset}"
    assert signed_in(learner).post("/wins/me/ask/", form, content_type=kind).status_code == 302


def test_somebody_elses_form_and_voucher_are_out_of_reach(signed_in, held, other_learner, administrator):
    form = {"token": "t" * 32, "text": "mine"}
    assert signed_in(held).post("/wins/me/ask/", form).status_code == 302
    answer = signed_in(other_learner).post("/wins/me/ask/", form | {"text": "theirs"})
    assert answer.status_code == 400
    assert "mine" not in answer.content.decode()
    assert Case.objects.get().text == "mine"
    joined(other_learner)
    assert str(held.email) not in signed_in(other_learner).get("/wins/me/").content.decode()


def test_a_form_without_its_token_changes_nothing(held, administrator):
    for user, path, form in (
        (held, "/wins/me/ask/", {"token": "t" * 32, "text": "x"}), (held, "/wins/notice", {}),
        (administrator, TAKE_BACK.format(of(held)), {"reason": "x"}),
        (administrator, "/wins/desk/vouchers/import", {"do": "import"}),
    ):  # fmt: skip
        client = Client(enforce_csrf_checks=True)
        client.force_login(user)
        assert client.post(path, form).status_code == 403
        assert client.get(path, form).status_code in (200, 405)
    assert (Case.objects.count(), TakenBack.objects.count()) == (0, 0)


@pytest.mark.parametrize("back", [
    "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/\t/evil.example", "\\/evil",
    "/x\r\nSet-Cookie: a=b",
])  # fmt: skip
def test_the_notice_leads_to_this_site_only(signed_in, learner, back):
    answer = signed_in(learner).post("/wins/notice", {"next": back})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert not answer["Location"].startswith(("//", "/\\"))
    assert "\n" not in answer["Location"]


def test_a_name_that_looks_like_markup_is_searched_as_text(signed_in, administrator):
    person("sting")
    answer = signed_in(administrator).get("/wins/desk/learners", {"q": STING})
    assert "<script>alert" not in answer.content.decode()
