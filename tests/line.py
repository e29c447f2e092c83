"""What the suite runs on: the wheel installed for a line of Open edX, or the folder itself when pytest is typed."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINE = os.environ.get("WINS_LINE", "")  # set by make


def python_path() -> str:
    """PYTHONPATH by which a process that a test starts elsewhere finds the same packages as the test."""
    return os.pathsep.join(filter(None, ["" if LINE else str(ROOT), os.environ.get("PYTHONPATH")]))
