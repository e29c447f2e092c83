"""What the platform's Celery workers do for us. Celery finds this module in every installed app by its name."""

from celery import shared_task

from . import jobs


@shared_task(ignore_result=True)
def run_job(job_id: int) -> None:
    """Do a job to its end."""
    jobs.run(job_id)
