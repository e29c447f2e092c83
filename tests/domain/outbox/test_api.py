"""A message is written once with its fact, sent later, and never lost."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from wins_xblocks.domain.outbox import api
from wins_xblocks.domain.outbox.models import OutboxMessage

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


class Post:
    """Takes messages; broken as long as told."""

    def __init__(self, broken=False):
        self.broken, self.sent = broken, []

    def __call__(self, message):
        if self.broken:
            raise OSError("mail server is down " + "x" * 400)
        self.sent.append((message.kind, message.subject, message.recipient_id, message.values))


def write(subject="voucher:1", due=NOW, kind="voucher_ready"):
    return api.write(kind, subject, due, NOW, 7, {"exam": "WINS-FND"})


def test_a_message_is_sent_once():
    write()
    post = Post()
    assert api.send_due(NOW, post) == (1, 0)
    assert api.send_due(NOW + timedelta(days=1), post) == (0, 0)
    assert post.sent == [("voucher_ready", "voucher:1", 7, {"exam": "WINS-FND"})]


def test_the_same_fact_is_told_once():
    assert [write(), write(), write(kind="voucher_expired"), write(due=NOW + MINUTE)] == [True, False, True, True]


def test_nothing_is_sent_before_it_is_due():
    write(due=NOW + MINUTE)
    assert api.send_due(NOW, Post()) == (0, 0)
    assert api.send_due(NOW + MINUTE, Post()) == (1, 0)


def test_a_failure_is_kept_in_words_and_tried_again_after_a_growing_pause():
    write()
    assert api.send_due(NOW, Post(broken=True)) == (0, 1)
    row = OutboxMessage.objects.get()
    assert row.last_error.startswith("OSError: mail server is down")
    assert api.send_due(NOW + 4 * MINUTE, Post()) == (0, 0)
    assert api.send_due(NOW + 5 * MINUTE, Post(broken=True)) == (0, 1)
    assert api.send_due(NOW + 14 * MINUTE, Post()) == (0, 0)
    assert api.send_due(NOW + 15 * MINUTE, Post()) == (1, 0)
    assert OutboxMessage.objects.get().last_error == ""


def test_a_message_that_never_goes_out_is_given_up_after_twelve_tries_and_still_counted():
    write()
    tries = 0
    for day in range(20):
        tries += api.send_due(NOW + timedelta(days=day), Post(broken=True))[1]
    assert tries == api.MOST_TRIES
    assert api.waiting(NOW) == 1


def test_one_failure_holds_up_no_other_message():
    write("voucher:1")
    write("voucher:2")
    sent = []

    def send(message):
        if message.subject == "voucher:1":
            raise ValueError("no address")
        sent.append(message.subject)

    assert api.send_due(NOW, send) == (1, 1)
    assert sent == ["voucher:2"]


def test_a_sender_that_dies_does_not_try_for_ever():
    """The try is counted before it: a message that kills its process must not do so at every run."""
    write()

    def die(message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.send_due(NOW, die)
    assert OutboxMessage.objects.get().tries == 1
    assert api.send_due(NOW, Post()) == (0, 0)


def test_what_another_process_took_is_left_alone():
    write("voucher:1")
    write("voucher:2")
    post = Post()

    def send(message):
        if message.subject == "voucher:1":  # meanwhile another process sends the second one
            OutboxMessage.objects.filter(subject="voucher:2").update(tries=1)
        post(message)

    assert api.send_due(NOW, send) == (1, 0)
    assert [subject for _, subject, _, _ in post.sent] == ["voucher:1"]


def test_waiting_counts_what_is_due_and_not_sent():
    write("voucher:1")
    write("voucher:2", due=NOW + MINUTE)
    assert api.waiting(NOW) == 1
    api.send_due(NOW, Post())
    assert api.waiting(NOW) == 0
