"""The commands, as one types them: a fresh folder, twice, and after a restart."""

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.line import python_path

STATE = """
import django; django.setup()
from wins_xblocks.workbench.courses import library, runtime_for
block = runtime_for(None).get_block(min(library().keys, key=str))
print(len(library().keys), block.usage_key, sorted(map(str, library().keys))[::97])
"""


@pytest.fixture(scope="module")
def home(archives, tmp_path_factory):
    """A folder with the courses, where ``demo`` ran once."""
    folder = tmp_path_factory.mktemp("home")
    shutil.copytree(archives[0].parent, folder / "dist")
    done = host(folder, "demo")
    assert done.returncode == 0, done.stderr
    assert "Ready: 10 courses, 2 of them studied by the learner; 3 people; 12 new voucher codes." in done.stdout
    return folder


def environment(folder):
    own = {"WINS_HOST_HOME": str(folder), "PYTHONPATH": python_path(), "PYTHONWARNINGS": "ignore"}
    own["DJANGO_SETTINGS_MODULE"] = "wins_xblocks.workbench.settings"
    return {**os.environ, **own}


def host(folder, *arguments):
    command = [sys.executable, "-m", "wins_xblocks.workbench", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)


def test_demo_may_run_again(home):
    done = host(home, "demo")
    assert done.returncode == 0, done.stderr
    assert "3 people; 0 new voucher codes." in done.stdout
    with sqlite3.connect(home / "var/host.sqlite3") as database:
        assert database.execute("SELECT COUNT(*) FROM auth_user").fetchone() == (3,)
        assert database.execute("SELECT COUNT(*) FROM wins_host_enrolment").fetchone() == (2,)
        assert database.execute("SELECT COUNT(*) FROM wins_host_courserole").fetchone() == (10,)


def test_keys_are_made_once_and_only_their_owner_reads_them(home):
    file = home / "var/host-secrets.json"
    before = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(set(json.loads(before).values())) == 4
    assert host(home, "check").returncode == 0
    assert file.read_bytes() == before
    assert [path.name for path in (home / "var").glob(".host-secrets*")] == []


def test_demo_says_when_there_are_no_courses(tmp_path):
    done = host(tmp_path, "demo")
    assert done.returncode == 1
    assert done.stderr.strip().startswith("CommandError: No courses in ")
    assert "python -m course_export build" in done.stderr


def test_the_server_says_when_demo_has_not_run(tmp_path):
    done = host(tmp_path, "runserver", "0")
    assert done.returncode == 1
    assert "Run: python -m wins_xblocks.workbench demo" in done.stderr


def test_a_broken_key_file_is_named_in_one_line(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var/host-secrets.json").write_text("{}")
    done = host(tmp_path, "check")
    assert done.returncode == 1
    assert "host-secrets.json: does not hold the host's keys" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_restart_keeps_all_usage_keys(home):
    command, own, text = [sys.executable, "-c", STATE], environment(home), {"capture_output": True, "text": True}
    runs = [({**own, "PYTHONHASHSEED": seed}, command) for seed in ("1", "2")]
    said = [subprocess.run(line, cwd=home, env=env, check=False, **text) for env, line in runs]
    assert said[0].returncode == 0, said[0].stderr
    assert "+type@" in said[0].stdout
    assert said[0].stdout == said[1].stdout


def test_an_edit_survives_a_restart_and_demo_but_not_a_reset(home):
    with sqlite3.connect(home / "var/host.sqlite3") as database:
        database.execute("INSERT INTO wins_host_authoredit (block, name, value) VALUES ('b', 'n', '1')")
    host(home, "demo")
    count = "SELECT COUNT(*) FROM wins_host_authoredit"
    with sqlite3.connect(home / "var/host.sqlite3") as database:
        assert database.execute(count).fetchone() == (1,)
    assert "Undone: 1 changes in Studio." in host(home, "demo", "--reset").stdout
    with sqlite3.connect(home / "var/host.sqlite3") as database:
        assert database.execute(count).fetchone() == (0,)


@pytest.fixture
def server(home, request):
    """The host as ``runserver`` serves it, on a free port; its address."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-u", "-m", "wins_xblocks.workbench", "runserver", "--port", str(port)]
    own = {**environment(home), "WINS_HOST_DEBUG": getattr(request, "param", "")}
    with open(home / "said", "w") as log:
        process = subprocess.Popen(command, cwd=home, env=own, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, address, home / "said")
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait(process, address, said):
    import time

    for _ in range(600):  # a minute: the machine may be busy
        assert process.poll() is None, said.read_text()
        try:
            return urllib.request.urlopen(address).close()
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(said.read_text())


def get(address):
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_server_serves_pages_and_their_styles(server):
    status, page = get(server)
    assert status == 200
    for name in re.findall(r'href="(/static/[^"]+)"', page):
        assert get(server + name)[0] == 200, name
    assert get(server + "/workbench/")[0] == 404


def test_many_browsers_at_once_get_their_pages(server):
    """Pages read and write in one transaction each; SQLite must make them wait, not fail."""
    page = "/courses/course-v1:WINS+FND+2026/jump_to/block-v1:WINS+FND+2026+type@vertical+block@foundation-u1-quiz-page"

    def visit(number):
        jar = urllib.request.HTTPCookieProcessor()
        browser = urllib.request.build_opener(jar)
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', browser.open(server).read().decode())[1]
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "person": "lena"}).encode()
        return [browser.open(server + "/sign-in/", form).status, browser.open(server + page).status]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(visit, range(24))) == [[200, 200]] * 24


@pytest.mark.parametrize("server", ["1"], indirect=True)
def test_developers_find_the_stock_workbench(server):
    status, page = get(server + "/workbench/")
    assert status == 200
    assert "XBlock" in page
