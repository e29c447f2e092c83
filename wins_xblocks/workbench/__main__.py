"""``python -m wins_xblocks.workbench demo``, then ``… runserver``; every other Django command works too."""

import os
import sys
from importlib.metadata import entry_points

TOLD = ("host-secrets", "WINS_DEMO_FACTOR")  # what is wrong with these is told in one line
BLOCKS = {"wins_module", "wins_study_time", "wins_quiz", "wins_exam_voucher"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wins_xblocks.workbench.settings")
    missing = BLOCKS - {entry.name for entry in entry_points(group="xblock.v1")}
    if missing:
        sys.exit('The blocks are not installed in this Python. Run: python -m pip install -e ".[host]"')
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["python -m wins_xblocks.workbench", *sys.argv[1:]])
    except ValueError as error:
        if not any(name in str(error) for name in TOLD):
            raise
        sys.exit(str(error))


if __name__ == "__main__":
    main()
