"""What an operator must know about an installation, in words: one small function for each thing that can be missing.

Those that ask settings only are Django's system checks too (``checks.py``). ``manage.py wins_doctor`` asks all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from . import context, lacking
from .domain.audit import api as audit
from .domain.jobs import api as jobs
from .domain.outbox import api as outbox
from .domain.programme import api as programme_api
from .domain.programme.data import NOT_YET_APPLIED
from .domain.programme.loader import ProgrammeError, load
from .domain.schedule import api as schedule
from .domain.vouchers import api as vouchers
from .domain.vouchers.keys import KeyMissing, KeyTrouble
from .platform import platform
from .settings.common import TRACKING_PATTERN
from .settings.filters import lost_steps

HOST = "wins_xblocks.workbench.edge.HostEdge"
SILENT = timedelta(days=2)
STALLED = timedelta(minutes=30)


@dataclass(frozen=True)
class Finding:
    """What is wrong, and what to do. ``error``: something does not work; else something will be missed."""

    id: str
    error: bool
    text: str
    hint: str


def in_host() -> bool:
    """Are we in the embedded host of ``make run``, which has no filters, no tracking log and no courses to map?"""
    return getattr(settings, "WINS_PLATFORM", "") == HOST


def demo_time() -> Iterator[Finding]:
    """Demo time makes a minute count as hours: nowhere but in the embedded host."""
    if context.factor() != 1 and not in_host():
        yield Finding(
            "wins.E001", True, f"WINS_DEMO_TIME_FACTOR is {context.factor()}: study time would be multiplied.",
            "Take the setting out. It belongs to the demo host of `make run` only.",
        )  # fmt: skip


def filter_steps() -> Iterator[Finding]:
    if in_host():
        return
    for kind in lost_steps(getattr(settings, "OPEN_EDX_FILTERS_CONFIG", {})):
        yield Finding(
            "wins.W002", False, f"Our step of the filter {kind} is lost: something set OPEN_EDX_FILTERS_CONFIG anew.",
            "In your own settings add to the pipelines that stand there, or call "
            "wins_xblocks.settings.common.plugin_settings at their end.",
        )  # fmt: skip


def tracking() -> Iterator[Finding]:
    if not in_host() and TRACKING_PATTERN not in getattr(settings, "TRACKING_IGNORE_URL_PATTERNS", []):
        yield Finding(
            "wins.W003", False, "What people write to WINS, and each beat of the clock, goes to the tracking log.",
            f"Add {TRACKING_PATTERN!r} to TRACKING_IGNORE_URL_PATTERNS.",
        )  # fmt: skip


def packages() -> Iterator[Finding]:
    """Packages that Open edX brings and this installation lacks. The host needs none."""
    for package in () if in_host() else platform().missing_packages():
        yield Finding(
            "wins.W015", False, lacking.sentence(package),
            "Install it as your release of Open edX does, and start LMS, Studio and workers again.",
        )  # fmt: skip


def keys() -> Iterator[Finding]:
    """A key that is not set, or is none. Whether it opens the stored codes is asked by ``stored_codes``."""
    try:
        context.voucher_keys().check()
    except KeyTrouble as trouble:
        yield Finding("wins.W004", False, str(trouble), "Until then no voucher code can be imported or shown.")
    try:
        audit.check_key()
    except audit.KeyWrong as trouble:
        yield Finding("wins.E005", True, str(trouble), "Until then nothing that is written down can be done.")
    if not context.setting("WINS_AUDIT_KEY"):
        yield Finding(
            "wins.W005", False, "WINS_AUDIT_KEY is empty: the audit trail is chained without a secret.",
            "Put a long random text there before the first voucher, and keep it safe outside the database.",
        )  # fmt: skip


def tables() -> Iterator[Finding]:
    """Migrations of ours that have not run: after the first installation, or after an upgrade."""
    folder = Path(apps.get_app_config("wins_xblocks").path, "migrations")
    ran = {name for label, name in MigrationRecorder(connection).applied_migrations() if label == "wins_xblocks"}
    if late := sorted({path.stem for path in folder.glob("0*.py")} - ran):
        yield Finding(
            "wins.E014", True, f"The database lacks tables or columns of ours: {', '.join(late)} did not run.",
            "manage.py lms migrate wins_xblocks",
        )  # fmt: skip


def rules() -> Iterator[Finding]:
    try:
        context.programme()
    except ProgrammeError as error:
        yield Finding("wins.E006", True, str(error), "Nothing of the programme works until the file can be read.")


def rules_file() -> Iterator[Finding]:
    """The first version alone: it is a file, so it can be asked for at start. Later ones are asked by ``rules``."""
    try:
        programme_api.first(context.first_rules())
    except ProgrammeError as error:
        yield Finding("wins.W006", False, str(error), "Nothing of the programme works until the file can be read.")


def unapplied() -> Iterator[Finding]:
    """Policies that WINS set otherwise than shipped, and that nothing reads yet."""
    ours, shipped = context.programme(), load()
    if differ := [name for name in NOT_YET_APPLIED if attrgetter(name)(ours) != attrgetter(name)(shipped)]:
        yield Finding(
            "wins.W013", False, f"Set in the rules, but not yet applied: {', '.join(differ)}.",
            "What is shipped holds until a later version of the plugin reads them. Promise nothing else.",
        )  # fmt: skip


def stored_codes() -> Iterator[Finding]:
    """Do the keys open the codes that are stored? A missing one is told by ``keys``."""
    try:
        vouchers.check_keys(context.voucher_keys())
    except KeyMissing:
        return
    except KeyTrouble as trouble:
        yield Finding("wins.E007", True, str(trouble), "No voucher code can be shown with these keys.")
    else:
        yield from _old_digest_key()


def _old_digest_key() -> Iterator[Finding]:
    """The change of the digest key: not at its end, or at its end with the old key still there."""
    keys = context.voucher_keys()
    if vouchers.changing(keys):
        yield Finding(
            "wins.W016", False, "The digest key of the voucher codes is being changed: codes are shown, none imported.",
            "Run manage.py wins_rotate_keys --digest to its end.",
        )  # fmt: skip
    elif keys.old_digest_key:
        yield Finding(
            "wins.I016", False, "WINS_VOUCHER_DIGEST_KEY_OLD is set, and no stored code needs it.", "Take it out."
        )


def pool(now: datetime) -> Iterator[Finding]:
    """Exams without a code; those whose module is taught nowhere need none."""
    programme, taught = context.programme(), _taught()
    exams = [module.exam for module in programme.modules if module.id in taught]
    empty = [row for row in vouchers.stock(exams, programme, now) if not row.usable]
    for row in empty:
        if row.waiting:
            yield Finding(
                "wins.W008", False, f"No code left for {row.exam}, and learners wait: {row.waiting}.",
                "Order codes and import them (manage.py wins_import_vouchers, or the desk).",
            )  # fmt: skip
    if unused := [row.exam for row in empty if not row.waiting]:
        yield Finding("wins.I008", False, f"No code in stock for {', '.join(unused)}.", "Import some in good time.")


def courses() -> Iterator[Finding]:
    """Courses of the Academy's organisations that no module knows, and modules without a course."""
    programme, taught = context.programme(), _taught()
    organisations = {module.course.org.casefold() for module in programme.modules}
    for course, title in platform().courses():
        ours = course.split(":")[-1].split("+")[0].casefold() in organisations
        if ours and context.module_of_course(course, programme) is None:
            yield Finding(
                "wins.W009", False, f"{course} ({title}) belongs to no module: hours and vouchers are off there.",
                "Give the course the number of a module, or add its number to the rules.",
            )  # fmt: skip
    if missing := [f"{m.course.org}+{m.course.number} ({m.id})" for m in programme.modules if m.id not in taught]:
        told = f"No course yet for {len(missing)} of {len(programme.modules)} modules: {', '.join(missing)}."
        yield Finding("wins.I009", False, told, "Import those that are to be taken here.")


def _taught() -> set[str]:
    """Ids of the modules that have a course."""
    found = (context.module_of_course(course) for course, _title in platform().courses())
    return {module.id for module in found if module}


def completion() -> Iterator[Finding]:
    """The switch; that there is nothing to switch is told by ``packages``."""
    if "edx-completion" not in platform().missing_packages() and not platform().completion_is_on():
        yield Finding(
            "wins.W010", False, "The platform does not keep which blocks were completed.",
            "manage.py lms waffle_switch completion.enable_completion_tracking on --create",
        )  # fmt: skip


def isolation() -> Iterator[Finding]:
    if connection.vendor != "mysql":
        return
    name = "tx_isolation" if connection.mysql_is_mariadb else "transaction_isolation"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT @@session.{name}")
        level = str(cursor.fetchone()[0])
    if level.upper() != "READ-COMMITTED":
        yield Finding(
            "wins.W011", False, f"The database's isolation level is {level}.",
            'Django\'s default is right: take "isolation_level" out of DATABASES, or set it to "read committed".',
        )  # fmt: skip


def periodic(now: datetime) -> Iterator[Finding]:
    newest: Any = max(schedule.last_runs().values(), default=None)
    if newest is None or now - newest > SILENT:
        since = f"last ran on {newest:%d %B %Y, %H:%M} UTC" if newest else "never ran"
        yield Finding(
            "wins.W012", False, f"manage.py wins_periodic {since}: no mail is sent and no voucher ends.",
            "Run it every five minutes, from cron or a CronJob.",
        )  # fmt: skip


def stalled(now: datetime) -> Iterator[Finding]:
    """Jobs that nobody takes up, and mails that were given up: both wait for a person."""
    if late := jobs.due(now - STALLED):
        yield Finding(
            "wins.W017", False, f"Jobs from the desk that nobody does: {', '.join(map(str, late))}.",
            "Start a Celery worker, or run manage.py wins_periodic: it takes them up and says why one fails.",
        )  # fmt: skip
    if lost := outbox.given_up():
        yield Finding(
            "wins.W018", False, f"Mails that were tried twelve times and never sent: {lost}.",
            "See why in the desk's list of mails. When mail works again, send them from there.",
        )  # fmt: skip
