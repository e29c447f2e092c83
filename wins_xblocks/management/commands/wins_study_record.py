"""A learner's study records: their sums and digests, one as JSON or CSV, and whether a digest is that of a record."""

import re
from argparse import ArgumentParser
from hmac import compare_digest
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from ... import context, record_csv, record_view, words
from ...domain import Refusal
from ...domain.registration import api as registration
from ...domain.registration.data import RegistrationValue
from ...domain.reports import api as reports
from ..base import WinsCommand

DIGEST = re.compile(r"[0-9a-f]{64}")


class Command(WinsCommand):
    """``manage.py wins_study_record LEARNER [--module M] [--json | --csv | --verify DIGEST [--seal SEAL]]``"""

    help = "Say a learner's hours with the digest of each study record, write one as JSON or CSV, or check a digest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("learner", help="user name, or the number of the user")
        parser.add_argument("--module", default="", help="id of one module, as foundation")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--json", action="store_true", help="write the record: the very bytes of the digest")
        what.add_argument("--csv", action="store_true", help="write the record as a table, with names of who decided")
        what.add_argument("--verify", metavar="DIGEST", default="", help="does a record have this digest? Else exit 1")
        parser.add_argument("--seal", default="", help="with --verify: the seal that stood beside the digest")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._answer(self._found(options["learner"], options["module"]), options)
        except Refusal as refused:
            raise CommandError(words.refusal(refused)) from None

    def _found(self, name: str, module: str) -> list[RegistrationValue]:
        """All registrations, the newest first; those for one module when it is named."""
        own = registration.all_of(self._learner(name))[::-1]
        found = [one for one in own if not module or one.module == module]
        if not found:
            known = ", ".join(sorted({one.module for one in own}))
            raise CommandError(f"No registration for {module!r}; there are: {known}" if own else "No registration.")
        return found

    def _learner(self, name: str) -> int:
        user = get_user_model().objects.filter(username=name).first()
        if user is None and not (name.isascii() and name.isdigit() and len(name) < 19):
            raise CommandError(f"There is no user {name!r}.")
        return int(user.id if user else name)

    def _answer(self, found: list[RegistrationValue], options: dict[str, Any]) -> None:
        if options["verify"]:
            self._verify(found, options["verify"].strip().lower(), options["seal"].strip().lower())
        elif options["seal"]:
            raise CommandError("A seal alone says nothing: give --verify DIGEST too.")
        elif options["json"] or options["csv"]:
            self._write(found, options["json"])
        else:
            for own in found:
                self._say(own)

    def _say(self, own: RegistrationValue) -> None:
        record, _titles = record_view.record_of(own)
        counted, required = record.hours.counted, record.module.required_hours
        self.stdout.write(f"{own.module}, registration {own.id} ({own.state}): {counted} counted of {required} h")
        self.stdout.write(f"  flags {len(record.flags)}, digest {record.digest}")

    def _write(self, found: list[RegistrationValue], as_json: bool) -> None:
        """The newest of one module."""
        if len(modules := {own.module for own in found}) > 1:
            raise CommandError(f"Say which one: --module {' or '.join(sorted(modules))}")
        own = found[0]
        record, titles = record_view.record_of(own)
        facts = {"registration": own.id, "learner": own.learner_id, "form": "json" if as_json else "csv"}
        reports.note_file("record", facts, None, context.now())
        if as_json:
            self.stdout.write(record.canonical.decode(), ending="")
            return
        text = record_csv.text_of(record, titles, *record_view.people_in(record, for_staff=True))
        self.stdout.write(text, ending="")

    def _verify(self, found: list[RegistrationValue], digest: str, seal: str) -> None:
        if not DIGEST.fullmatch(digest) or (seal and not DIGEST.fullmatch(seal)):
            raise CommandError("A digest or seal is 64 signs of 0 to 9 and a to f.")
        ours = [own for own in found if seal and compare_digest(record_view.seal(own.id, digest), seal)]
        if seal and not ours:
            raise CommandError("This seal is not of this learner and digest, or its key has changed.")
        for own in ours or found:
            if record_view.record_of(own)[0].digest == digest:
                self.stdout.write(f"{own.module}, registration {own.id}: this is the record as it stands now.")
                return
        if not ours:
            raise CommandError("No record has this digest now. If it has changed since, only its seal tells: --seal.")
        told = "a record with this digest was made here. What it tells of has changed since."
        self.stdout.write(f"{ours[0].module}, registration {ours[0].id}: {told}")
