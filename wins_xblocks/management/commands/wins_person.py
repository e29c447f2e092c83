"""One person's data: written down as JSON, or erased by hand."""

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from ... import context, privacy
from ...platform import platform
from ..base import WinsCommand

NEVER_CODES = "Voucher codes are not in it: the person sees them on the page of vouchers."


class Command(WinsCommand):
    """``manage.py wins_person --user NAME --json FILE``, or ``--forget --yes``"""

    help = f"Write all that is held of one person as JSON, or erase what need not be kept. {NEVER_CODES}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--user", help="user name")
        who.add_argument("--id", type=int, help="number of the user, as a log names one whose account is gone")
        parser.add_argument("--json", metavar="FILE", help="a new file, readable by you alone; - is standard output")
        parser.add_argument("--forget", action="store_true", help="erase; docs/privacy.md says what stays")
        parser.add_argument("--yes", action="store_true", help="with --forget: really do it; there is no way back")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["json"] and not options["forget"]:
            raise CommandError("Say --json FILE, or --forget --yes.")
        user_id = options["id"] if options["id"] is not None else self._find(options["user"])
        if options["json"]:
            self._tell(user_id, options["json"])
        if options["forget"] and not options["yes"]:
            raise CommandError("Nothing was erased. There is no way back: say --yes too.")
        if options["forget"]:
            self._forget(user_id)

    def _find(self, name: str) -> int:
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name!r}.")
        return int(user.id)

    def _tell(self, user_id: int, target: str) -> None:
        now = context.now()
        person = platform().people([user_id]).get(user_id)
        found = {
            "person": {"id": user_id, "username": person.username, "name": person.name, "email": person.email}
            if person
            else {"id": user_id},
            "written_at": now.isoformat(),
            "remark": NEVER_CODES,
            "tables": privacy.told_of(user_id),
        }
        text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        if target == "-":
            self.stdout.write(text, ending="")
        else:
            self._write(target, text)
            rows = sum(len(own) for own in found["tables"].values())
            self.stdout.write(f"{rows} rows of {len(found['tables'])} tables were written. {NEVER_CODES}")
        privacy.note(user_id, "person.told", now)

    def _write(self, path: str, text: str) -> None:
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        with os.fdopen(made, "w", encoding="utf-8") as file:
            file.write(text)

    def _forget(self, user_id: int) -> None:
        done = privacy.forget(user_id, context.now(), by_hand=True)
        for name, rows in done.rows.items():
            self.stdout.write(f"{name}: {rows} rows erased or changed")
        if done.failed:
            raise CommandError(f"failed: {', '.join(done.failed)}. Run it again; the log names the error.")
