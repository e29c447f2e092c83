"""The host with the ten courses, its demo people, and browsers for them."""

import ast
import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

ROOT = Path(__file__).resolve().parents[2]

if settings.SETTINGS_MODULE != "tests.host.settings":
    collect_ignore_glob = ["test_*.py"]  # run by their own: see pytest.ini beside this file


def declared_entry_points() -> dict[str, list[str]]:
    """What ``setup.py`` declares."""
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    found = next(node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "entry_points")
    return ast.literal_eval(found)


def make_known(folder: Path) -> None:
    """In a checkout that is not installed, what an installation would write."""
    info = folder / "wins_xblocks-0.0.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: wins-xblocks\nVersion: 0.0.0\n")
    groups = declared_entry_points().items()
    (info / "entry_points.txt").write_text("".join(f"[{group}]\n" + "\n".join(lines) + "\n" for group, lines in groups))
    sys.path.append(str(folder))
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))


@pytest.fixture(autouse=True)
def language():
    """A page that the test before read leaves its language behind."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def archives():
    """The ten courses, built by the exporter into the host's own folder."""
    home = Path(os.environ["WINS_HOST_HOME"])
    if not any(entry.name == "wins_quiz" for entry in entry_points(group="xblock.v1")):
        make_known(home / "installed")
    command = [sys.executable, "-m", "course_export", "build", "--out", str(home / "dist")]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return sorted((home / "dist").glob("*.tar.gz"))


@pytest.fixture(scope="session")
def django_db_setup(archives, django_db_setup, django_db_blocker):
    """The host's database as ``demo`` leaves it; each test sees it so."""
    from wins_xblocks.workbench.furnish import furnish

    with django_db_blocker.unblock():
        furnish()


@pytest.fixture
def demo(db):
    """The furnished host."""


class Browser(Client):
    """A test client that sends CSRF tokens as a browser does; ``bare`` calls send none."""

    def __init__(self):
        super().__init__(enforce_csrf_checks=True)

    def sign_in(self, person, next_page=""):
        self.get("/")
        return self.form("/sign-in/", person=person, next=next_page)

    def form(self, url, **values):
        page = self.get("/")
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.content)[1].decode()
        return self.post(url, {"csrfmiddlewaretoken": token, **values})

    def json(self, url, body):
        token = self.cookies["csrftoken"].value
        return self.post(url, body, content_type="application/json", headers={"X-CSRFToken": token})


@pytest.fixture
def anybody(demo):
    return Browser()


@pytest.fixture
def lena(demo):
    browser = Browser()
    browser.sign_in("lena")
    return browser


@pytest.fixture
def arno(demo):
    browser = Browser()
    browser.sign_in("arno")
    return browser


@pytest.fixture
def ada(demo):
    browser = Browser()
    browser.sign_in("ada")
    return browser
