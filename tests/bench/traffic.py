"""Bytes sent and received in an hour of study, by the page's own script and the plugin's own views. Prints JSON.

Three pages of twenty minutes, touched every half minute. What a browser and the platform add to each request was
measured in Chromium on a real LMS (docs/compatibility.md): its cookies are most of it.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection  # noqa: E402  settings first

from tests.simulation import days, run, server  # noqa: E402

REQUEST_HEAD, ANSWER_HEAD = 2_668, 478
PAGES, PAGE, TOUCH = 3, 20 * days.MINUTE, 30 * days.SECOND


def an_hour(thin: bool) -> days.Day:
    """Three pages, read one after the other on a good line."""
    story = days.Story(1)
    story.devices = [days.Device(0, False, 0.0, False, [(0, "sure"), (1 << 50, "sure")], thin)]
    for number in range(PAGES):
        story.now = number * PAGE
        story.load()
        for _touch in range(PAGE // TOUCH - 1):
            story.now += TOUCH
            story.do("touch", number)
        story.now += TOUCH
        story.do("leave", number)
    return days.Day(1 + thin, days.MONDAY, story.devices, story.events, [(0, story.now)], story.now + days.MINUTE)


def sent(thin: bool) -> int:
    """All bytes of one such hour, both ways."""
    total, request = 0, server.Server._request

    def counted(self, asked):
        nonlocal total
        status, told = request(self, asked)
        total += REQUEST_HEAD + len(json.dumps(asked["body"], separators=(",", ":")))
        total += ANSWER_HEAD + len(json.dumps(told))
        return [status, told]

    server.Server._request = counted
    try:
        [(_day, ledger, _truth)] = run.play([an_hour(thin)])
    finally:
        server.Server._request = request
    hour = PAGES * PAGE
    assert abs(ledger.total_ms - hour) < 3_000, ledger
    return total


if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    json.dump({"hour": sent(thin=False), "thin": sent(thin=True)}, sys.stdout)
    connection.creation.destroy_test_db("", verbosity=0)
