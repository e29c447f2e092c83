"""One of the processes that issue at once: its threads send what learners send who press [Get my voucher].

``python -m tests.races.issuing`` reads a line of JSON, says that it is ready, waits for a line, and answers JSON.
"""

import json
import sys
import threading
import time
from collections import deque

from tests.races import served  # first: it sets Django up

# isort: split
from django.db import connection, transaction
from django.test import RequestFactory

from wins_xblocks.domain.vouchers import api, giving, pool

FORM = {"rules": "read", "arrangements": "no"}


def naive(learner_id, exam, rules, first_rules, factor, now, on_issued=None):
    """The negative control, what one writes first: look for a free code, save it as hers. No lock, no condition."""
    slot = pool.usable(exam, rules.policies.days_left_at_issue, now).select_related("voucher").first()
    with transaction.atomic():
        if slot is None:
            giving.put_in_queue(exam, learner_id, rules, now)
        else:
            row = slot.voucher
            row.state, row.holder_id, row.issued_at = "issued", learner_id, now
            row.save()
            slot.state, slot.open_holder = "open", learner_id
            slot.save()
    return api.position(learner_id, exam, rules, first_rules, factor, now)


class Work:
    """Presses in turn, each by whichever thread is free."""

    def __init__(self, presses, threads, exam):
        self.left, self.path = deque(presses), f"/wins/me/vouchers/{exam}/get"
        self.answers, self.handler = [], served.handler()
        self.gate = threading.Barrier(threads + 1)

    def thread(self):
        connection.ensure_connection()
        self.gate.wait()
        while True:
            try:
                learner_id = self.left.popleft()
            except IndexError:
                break
            request = RequestFactory().post(self.path, FORM, headers={"X-Who": str(learner_id)})
            response = self.handler.get_response(request)
            self.answers.append((learner_id, response.status_code, response.get("X-Said", "")))
        connection.close()


def main():
    told = json.loads(sys.stdin.readline())
    if told["naive"]:
        api.issue = naive
    work = Work(told["presses"], told["threads"], told["exam"])
    threads = [threading.Thread(target=work.thread) for _ in range(told["threads"])]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    work.gate.wait()
    for thread in threads:
        thread.join()
    print(json.dumps({"answers": work.answers, "seconds": time.monotonic() - began}), flush=True)


if __name__ == "__main__":
    main()
