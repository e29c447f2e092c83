"""Write the stored voucher codes anew under a new key, while the platform runs."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from ... import context, words
from ...domain import Refusal
from ...domain.results import api as results
from ...domain.vouchers import rotation
from ...domain.vouchers.rotation import Rotated
from ..base import WinsCommand


class Command(WinsCommand):
    """``manage.py wins_rotate_keys --codes | --digest``: exit 1 when a code could not be read."""

    help = "Write stored voucher codes anew under a new key. Safe while the platform runs, and to be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--codes", action="store_true", help="encrypt under the first of WINS_VOUCHER_KEYS")
        which.add_argument("--digest", action="store_true", help="digest under WINS_VOUCHER_DIGEST_KEY")
        left = "with --digest: end although some codes cannot be read; the same codes could be imported again"
        parser.add_argument("--leave-unreadable", action="store_true", help=left)

    def handle(self, *args: Any, **options: Any) -> None:
        keys, now = context.voucher_keys(), context.now()
        try:
            if options["codes"]:
                done = rotation.rotate_codes(keys, now, self._said)
            else:
                leave = options["leave_unreadable"]
                done = rotation.rotate_digest(keys, now, self._said, lambda: results.rotate_digest(keys), leave)
        except Refusal as refused:
            raise CommandError(words.refusal(refused)) from None
        self.stdout.write(f"{done.changed} codes written anew.")
        if options["codes"]:
            self._files()
        setting = "WINS_VOUCHER_KEYS" if options["codes"] else "WINS_VOUCHER_DIGEST_KEY_OLD"
        self._judge(done, setting, options["leave_unreadable"])

    def _files(self) -> None:
        changed, unreadable = results.rotate(context.voucher_keys())
        self.stdout.write(f"{changed} pieces of files and rows of results written anew.")
        if unreadable:
            raise CommandError(f"{unreadable} of them could not be read and were left. Keep the earlier key.")

    def _said(self, number: int) -> None:
        self.stdout.write(f"{number} codes looked at")

    def _judge(self, done: Rotated, setting: str, leave: bool) -> None:
        if done.unreadable:
            shown = ", ".join(str(id_) for id_ in done.unreadable[:20])
            told = f"{len(done.unreadable)} codes could not be read and were left: voucher {shown}."
            if leave:
                raise CommandError(f"{told} They were left for good: cancel these vouchers on the desk.")
            more = " Nothing can be imported until they can be, or until you add --leave-unreadable."
            raise CommandError(f"{told} Keep the earlier key.{more if setting.endswith('_OLD') else ''}")
        self.stdout.write(f"No code needs the earlier key any more. Take it out of {setting}.")
