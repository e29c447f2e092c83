"""The host's own clock: what cron does for a platform."""

import logging
import threading
import time
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

EVERY_SECONDS = 5


def run_once() -> None:
    """What is due now. Trouble is told and does not end the host."""
    try:
        call_command("wins_periodic", stdout=StringIO())  # mails print themselves
    except (CommandError, DatabaseError) as error:
        log.warning("periodic work: %s", error)


def _run_for_ever() -> None:
    while True:
        time.sleep(EVERY_SECONDS)
        run_once()
        connection.close()


def start() -> None:
    """Run the periodic work beside the server, until it stops."""
    threading.Thread(target=_run_for_ever, name="periodic", daemon=True).start()
