"""The embedded host of one test module: its address, its folder, its states."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.line import python_path
from tests.ports import free_port
from wins_xblocks.workbench.demo_time import FACTOR

SETTINGS = "wins_xblocks.workbench.settings"


def environment(home: Path, factor: str = "", settings: str = SETTINGS) -> dict[str, str]:
    """What a process of the host needs; nothing of the demo's speed that this shell may have set."""
    own = {
        "WINS_HOST_HOME": str(home),
        "PYTHONPATH": python_path(),
        "PYTHONUNBUFFERED": "1",
        "WINS_DEMO_FACTOR": factor,
    }
    own["DJANGO_SETTINGS_MODULE"] = settings
    return {**os.environ, **own}


def command(home: Path, *words: str) -> str:
    """Run ``python …`` in the host's environment; what it printed."""
    done = subprocess.run(
        [sys.executable, *words], cwd=home, env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def furnish(home: Path) -> Path:
    """Courses, demo people and the states of ``states.py`` in a folder from which hosts are copied."""
    command(home, "-m", "course_export", "build", "--out", str(home / "dist"))
    command(home, "-m", "wins_xblocks.workbench", "demo")
    command(home, "-m", "tests.browser.states", str(home / "states"))
    return home


class Host:
    """A host that runs. ``state`` puts its people back to where a test begins; ``factor`` is the speed of demo time."""

    def __init__(self, furnished: Path, home: Path, factor: int = FACTOR, settings: str = SETTINGS) -> None:
        self.home, self.factor, self.settings = home, factor, settings
        shutil.copytree(furnished, home, dirs_exist_ok=True)
        self.sessions = json.loads((home / "states/sessions.json").read_text())
        self.database = home / "var/host.sqlite3"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "host.log"

    def start(self, again: bool = False) -> None:
        """``again``: with all that it has stored."""
        if not again:
            self.state("new")
        with self.log.open("a" if again else "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "wins_xblocks.workbench", "runserver", str(self.port)],
                cwd=self.home, env=environment(self.home, str(self.factor), self.settings), stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        for _ in range(240):  # a minute: the machine may be busy
            try:
                urllib.request.urlopen(self.url, timeout=2).read()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.25)
        self.stop()
        raise AssertionError(f"the host did not start:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:  # a machine that is very busy
            self.process.kill()
            self.process.wait()

    def state(self, name: str) -> None:
        """Replace all that is stored by one of the states that ``states.py`` made."""
        with sqlite3.connect(self.home / "states" / name) as kept, sqlite3.connect(self.database, timeout=20) as now:
            kept.backup(now)

    @property
    def ahead(self) -> int:
        """Milliseconds by which the clock of a host with ``moved_settings`` is ahead."""
        file = self.home / "ahead"
        return int(file.read_text()) if file.exists() else 0

    @ahead.setter
    def ahead(self, ms: int) -> None:
        new = self.home / "ahead.new"
        new.write_text(str(ms))
        new.replace(self.home / "ahead")  # at once: a request under way must not read half a file

    def sql(self, text: str, *values: object) -> list[tuple]:
        """Look into the host's tables."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            return connection.execute(text, values).fetchall()

    def run(self, code: str) -> str:
        """A few lines of Python in the host's environment, with Django ready; what they printed."""
        return command(self.home, "-c", f"import django; django.setup()\n{code}")
