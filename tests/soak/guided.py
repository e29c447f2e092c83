"""One target fed by libFuzzer (atheris), which looks for inputs that reach code of ours that no input reached before.

``python -m tests.soak.guided TARGET RUNS SEED FOLDER``; ends with 0 when each was read, or refused in words.
"""

import os
import sys

import atheris
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
OURS = [
    *(f"wins_xblocks.domain.{name}" for name in ("vouchers", "results", "quiz", "cases.reported")),
    *(f"wins_xblocks.{name}" for name in ("exchange", "marked_text", "quiz_block", "quiz_page", "quiz_report",
                                          "quiz_review", "quiz_yaml")),
]  # fmt: skip
LIBRARIES = {"Markdown": ["markdown"]}  # whose own branches are worth finding

with atheris.instrument_imports(include=OURS + LIBRARIES.get(sys.argv[1] if len(sys.argv) > 1 else "", [])):
    django.setup()
    from django.db import connection

    from tests.soak import targets


class Chance:
    """Chance as the bytes say: what of ``random.Random`` is asked for. Without bytes it is always the first."""

    def __init__(self, data):
        self._left = atheris.FuzzedDataProvider(data)

    def randrange(self, most):
        return self._left.ConsumeIntInRange(0, most - 1)

    def choice(self, among):
        return among[self.randrange(len(among))]


def main(what, runs, seed, folder):
    target = targets.TARGETS[what]
    if what == targets.REQUESTS:
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
    options = [f"-runs={runs}", f"-seed={seed}", "-max_len=4096", "-rss_limit_mb=1500"]
    # Seconds on the wall: a busy machine stands still at times.
    found = ["-timeout=300", "-verbosity=0", f"-artifact_prefix={folder}/", folder]
    atheris.Setup([sys.argv[0], *options, *found], lambda data: targets.fed(target, data, Chance))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
