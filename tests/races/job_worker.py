"""A worker of a job in a process of its own, which a test kills.

``python -m tests.races.job_worker JOB SECONDS``, with the database in ``WINS_TEST_DATABASE`` and a clock that is so
many seconds fast. It says "line" when one is done.
"""

import sys
from datetime import timedelta

from tests.races import served  # noqa: F401  first: it sets Django up

# isort: split
from django.utils import timezone

from wins_xblocks import context, jobs
from wins_xblocks.domain.jobs import api


def main():
    job_id, fast = int(sys.argv[1]), timedelta(seconds=int(sys.argv[2]))
    context.now = lambda: timezone.now() + fast
    work = api.take(job_id, context.now())
    while work and api.step(work, jobs.KINDS[work.kind], context.now()):
        print("line", flush=True)


if __name__ == "__main__":
    main()
