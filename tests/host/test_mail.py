"""What the product mails is printed by the host within seconds: the periodic work runs beside the server."""

from django.core import mail

from wins_xblocks.domain.outbox import api as outbox
from wins_xblocks.workbench import periodic


def test_a_question_to_wins_is_mailed_to_both(lena):
    periodic.run_once()  # of the few codes that the demo has
    mail.outbox.clear()
    page = lena.get("/wins/me/ask/").content.decode()
    token = page.split('name="token" value="')[1].split('"')[0]
    answer = lena.form("/wins/me/ask/", text="When is my book sent?", token=token)
    assert answer.status_code == 302
    periodic.run_once()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["academy@localhost", "lena@example.org"]


def test_trouble_ends_nothing_and_is_told(demo, monkeypatch, caplog):
    monkeypatch.setattr(outbox, "send_due", lambda *_: 1 / 0)
    periodic.run_once()
    assert "periodic work: failed" in caplog.text
    assert "messages" in caplog.text
