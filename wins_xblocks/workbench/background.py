"""Jobs in the host: a thread beside the requests, where the platform has workers."""

import logging
import threading

from django.db import connection

from .. import jobs

log = logging.getLogger(__name__)


def start(job_id: int) -> threading.Thread:
    """Begin with a job; the periodic work goes on with it should the host be stopped."""
    thread = threading.Thread(target=_run, args=(job_id,), name=f"job {job_id}", daemon=True)
    thread.start()
    return thread


def _run(job_id: int) -> None:
    try:
        jobs.run(job_id)
    except Exception as error:  # noqa: BLE001  the periodic work tries again
        log.warning("job %s stopped: %s", job_id, type(error).__name__)
    finally:
        connection.close()
