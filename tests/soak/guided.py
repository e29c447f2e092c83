"""One reader fed by libFuzzer (atheris), which looks for files that reach code of ours that no file reached before.

``python -m tests.soak.guided READER RUNS SEED FOLDER``; ends with 0 when every file was read, or refused in words.
"""

import os
import sys

import atheris
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

with atheris.instrument_imports(include=["wins_xblocks.domain.vouchers", "wins_xblocks.domain.results"]):
    django.setup()
    from tests.domain.vouchers import readers
    from tests.domain.vouchers.workbooks import workbook
    from wins_xblocks.domain import Refusal


def sheet_of(data):
    """A workbook whose sheet is this: no fuzzer finds its way through compressed bytes."""
    return workbook(body=data)


def main(what, runs, seed, folder):
    read = readers.READERS[what][0]
    wrapped = sheet_of if what == "codes, workbooks" else bytes

    def one(data):
        try:
            read(wrapped(data))
        except Refusal as refusal:
            if not str(refusal):
                raise AssertionError("refused without words") from refusal

    options = [f"-runs={runs}", f"-seed={seed}", "-max_len=4096", "-rss_limit_mb=1500", "-timeout=20", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", folder], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
