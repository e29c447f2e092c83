"""The Tutor plugin in the real Tutor of each release line: what it renders, and what its commands run."""

import ast
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from cryptography.fernet import Fernet

from tests.line import ROOT, python_path
from tests.tutor import KEYS, LINES, NASTY, Tutor, prepared
from wins_xblocks import models
from wins_xblocks.settings.common import DEFAULTS

NOT_FOR_OPERATORS = {"WINS_PLATFORM", "WINS_DEMO_TIME_FACTOR"}
pytestmark = pytest.mark.slow

# Only Python's own names are needed of the platform: whether a course exists, and an import that may fail.
MANAGE = f"""#!{sys.executable}
import json, os, pathlib, sys, types
system, command, *rest = sys.argv[1:]
assert (system, sys.stdin.read()) == ("cms", ""), "manage.py would eat the list of courses"
if command == "shell":
    store = types.SimpleNamespace(has_course=lambda key: str(key) in os.environ["THERE"].split())
    module = types.ModuleType("xmodule.modulestore.django")
    module.modulestore = lambda: store
    sys.modules.update({{name: module for name in ("xmodule", "xmodule.modulestore", "xmodule.modulestore.django")}})
    exec(rest[1])
else:
    assert (command, rest[1]) == ("import", "course")
    assert (pathlib.Path(*rest) / "course.xml").is_file()
    with open("imported", "a") as told:
        told.write(pathlib.Path(rest[0]).name + "\\n")
    sys.exit(pathlib.Path(rest[0]).name == os.environ["BROKEN"])
"""


def walked(tutor: Tutor) -> Tutor:
    """An operator's way with the plugin; the files and the keys after each step are kept in ``seen``."""
    seen = tutor.seen
    tutor("config", "save", "--set=WINS_REQUIREMENT=wins-xblocks==0.1.0")
    seen["without"] = tutor.rendered()
    tutor("plugins", "enable", "wins")
    seen["with"], seen["keys"] = tutor.rendered(), tutor.keys()
    tutor("config", "save")
    seen["keys, saved again"] = tutor.keys()
    jobs = {"init": [], "init of wins": ["--limit=wins"], "import": [], "import over": ["--overwrite"]}
    for name, options in jobs.items():
        tutor.asked()
        tutor("local", "do", "init" if name.startswith("init") else "import-wins-courses", *options)
        seen[name] = tutor.asked()
    seen["k8s do --help"] = tutor("k8s", "do", "--help")
    seen["cron"] = tutor("wins", "cron")
    tutor("plugins", "disable", "wins")
    seen["disabled"] = tutor.rendered()
    tutor("plugins", "enable", "wins")
    seen["keys, enabled again"] = tutor.keys()
    texts = sorted(set(DEFAULTS) - set(KEYS) - NOT_FOR_OPERATORS)
    others = ["--set=WINS_VOUCHER_KEYS=[new, old]", "--set=WINS_AUDIT_KEY=12", "--set=WINS_REQUIREMENT="]
    tutor("config", "save", *(f"--set={name}={json.dumps(NASTY)}" for name in texts), *others)
    seen["set"] = tutor.rendered()
    return tutor


@pytest.fixture(scope="module")
def tutors(tutor_homes, tmp_path_factory):
    """All three lines, side by side."""
    base = tmp_path_factory.mktemp("tutor")
    with ThreadPoolExecutor() as side:
        made = side.map(lambda line: walked(prepared(tutor_homes[line], base / line)), LINES)
        return dict(zip(LINES, made, strict=True))


@pytest.fixture(params=LINES)
def tutor(request, tutors):
    return tutors[request.param]


def settings(rendered, name):
    """What the plugin set in one of Tutor's settings files."""
    found = {}
    for node in ast.parse(rendered[f"apps/openedx/settings/{name}"]).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").startswith("WINS_"):
            found[node.targets[0].id] = ast.literal_eval(node.value)
    return found


def manifests(rendered, name="k8s/jobs.yml"):
    return {(row["kind"], row["metadata"]["name"]): row for row in yaml.safe_load_all(rendered[name]) if row}


def script(asked):
    """The one script that a job ran, and the service it ran in."""
    (call,) = asked
    assert call[-4:-1] == ["sh", "-e", "-c"]
    return call[-5], call[-1]


def test_it_needs_neither_anything_of_ours_nor_micro_frontends_beside_tutor(tutor):
    names = ("wins_xblocks", "django", "xblock", "tutormfe")
    look = f"import importlib.util as u; print([n for n in {names} if u.find_spec(n)])"
    done = subprocess.run(
        [tutor.home / "bin/python", "-c", look],
        cwd=tutor.base, env=tutor.environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["lms/production.py", "cms/production.py", "lms/development.py", "cms/development.py"])
def test_lms_and_studio_get_the_keys_and_the_platforms_address(tutor, name):
    found = settings(tutor.seen["with"], name)
    assert found.pop("WINS_ACADEMY_EMAIL").startswith("contact@")
    assert found == tutor.seen["keys"], "what nobody set stays what wins-xblocks itself takes"


@pytest.mark.parametrize("name", ["lms/production.py", "cms/production.py"])
def test_every_setting_for_operators_is_written_as_it_was_given(tutor, name):
    found = settings(tutor.seen["set"], name)
    assert set(found) == set(DEFAULTS) - NOT_FOR_OPERATORS
    assert found.pop("WINS_VOUCHER_KEYS") == ["new", "old"]
    assert found.pop("WINS_AUDIT_KEY") == "12"
    assert found.pop("WINS_VOUCHER_DIGEST_KEY") == tutor.seen["keys"]["WINS_VOUCHER_DIGEST_KEY"]
    assert set(found.values()) == {NASTY}


def test_the_keys_are_good_ones(tutor):
    keys = tutor.seen["keys"]
    (key,) = keys["WINS_VOUCHER_KEYS"]
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"code")) == b"code"
    assert keys["WINS_AUDIT_KEY"] != keys["WINS_VOUCHER_DIGEST_KEY"]
    assert min(len(keys["WINS_AUDIT_KEY"]), len(keys["WINS_VOUCHER_DIGEST_KEY"])) == 64


def test_each_platform_has_keys_of_its_own(tutors):
    assert len({str(tutor.seen["keys"]) for tutor in tutors.values()}) == len(LINES)


def test_the_keys_are_made_once(tutor):
    assert tutor.seen["keys, saved again"] == tutor.seen["keys"]
    assert tutor.seen["keys, enabled again"] == tutor.seen["keys"]


def test_no_key_gets_into_an_image(tutor):
    (fernet,) = tutor.seen["keys"]["WINS_VOUCHER_KEYS"]
    secrets = [fernet, tutor.seen["keys"]["WINS_VOUCHER_DIGEST_KEY"], tutor.seen["keys"]["WINS_AUDIT_KEY"]]
    holders = [name for name, body in tutor.seen["with"].items() if any(secret.encode() in body for secret in secrets)]
    assert holders
    assert all(name.startswith("apps/openedx/settings/") for name in holders)


def test_the_image_gets_the_requirement_with_the_other_requirements(tutor):
    dockerfile = tutor.seen["with"]["build/openedx/Dockerfile"].decode()
    stage = dockerfile.split(" AS python-requirements\n")[1].split("\nFROM ")[0]
    assert "    ${PIP_COMMAND:-pip} install 'wins-xblocks==0.1.0'\n" in stage
    assert "wins" not in tutor.seen["set"]["build/openedx/Dockerfile"].decode(), "an empty requirement is none"


def test_the_platform_is_changed_nowhere_else(tutor):
    assert tutor.seen["disabled"] == tutor.seen["without"]
    changed = {name for name, body in tutor.seen["with"].items() if tutor.seen["without"].get(name) != body}
    files = {f"{service}/{name}.py" for service in ("lms", "cms") for name in ("production", "development")}
    assert changed == {"build/openedx/Dockerfile", "k8s/jobs.yml", *(f"apps/openedx/settings/{name}" for name in files)}


def test_the_cron_job_runs_the_periodic_work_one_at_a_time(tutor):
    spec = manifests(tutor.seen["with"])["CronJob", "wins-periodic"]["spec"]
    assert (spec["schedule"], spec["concurrencyPolicy"]) == ("*/5 * * * *", "Forbid")
    job = spec["jobTemplate"]["spec"]
    (container,) = job["template"]["spec"]["containers"]
    assert container["args"] == ["./manage.py", "lms", "wins_periodic"]
    assert (job["backoffLimit"], job["activeDeadlineSeconds"]) == (0, 900)


def test_its_pod_is_that_of_tutors_own_job(tutor):
    """Image, settings and configuration: whatever a later Tutor changes there shows here."""
    found = manifests(tutor.seen["with"])
    theirs = found["Job", "lms-job"]["spec"]["template"]["spec"]
    ours = found["CronJob", "wins-periodic"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    (container,) = ours.pop("containers")
    del container["args"], container["resources"]
    assert ours == {name: value for name, value in theirs.items() if name != "containers"}
    assert container == theirs["containers"][0] | {"name": "wins-periodic"}


def test_tutor_starts_the_cron_job_and_never_runs_it_as_a_job(tutor):
    labels = manifests(tutor.seen["with"])["CronJob", "wins-periodic"]["metadata"]["labels"]
    # `tutor k8s start` applies whatever is not of these components.
    assert labels["app.kubernetes.io/component"] not in ("job", "namespace")
    kustomization = yaml.safe_load(tutor.seen["with"]["kustomization.yml"])
    assert "k8s/jobs.yml" in kustomization["resources"]


def test_kubernetes_knows_every_word_of_it(tutors):
    """Through the client's own models and back: a wrong name would be lost on the way."""
    tutor = tutors["verawood"]
    manifest = manifests(tutor.seen["with"])["CronJob", "wins-periodic"]
    look = """
import json, sys
from kubernetes import client
api = client.ApiClient()
read = api._ApiClient__deserialize  # the public one takes something else in each release
print(json.dumps(api.sanitize_for_serialization(read(json.load(sys.stdin), "V1CronJob"))))
"""
    done = subprocess.run(
        [tutor.home / "bin/python", "-c", look], input=json.dumps(manifest), env=tutor.environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == manifest


def test_tutors_own_init_switches_completion_tracking_on_before_our_tasks(tutor):
    scripts = [call[-1] for call in tutor.seen["init"]]
    (theirs,) = [i for i, text in enumerate(scripts) if "completion.enable_completion_tracking on" in text]
    (ours,) = [i for i, text in enumerate(scripts) if "wins_periodic" in text]
    assert theirs < ours


def test_our_init_alone_migrates_and_makes_the_groups(tutor):
    service, text = script(tutor.seen["init of wins"])
    assert service == "lms-job"
    first, second = text.strip().splitlines()
    assert first == "./manage.py lms migrate wins_xblocks"
    assert second.startswith("./manage.py lms wins_periodic || ")


def test_the_import_is_the_same_everywhere(tutors):
    assert all("import-wins-courses" in tutor.seen["k8s do --help"] for tutor in tutors.values())
    assert len({script(tutor.seen["import"]) for tutor in tutors.values()}) == 1


def imported(asked, tmp_path, there="", broken=""):
    """Run the job's script with the real exporter; the platform's part only notes what it was asked."""
    service, text = script(asked)
    assert service == "cms-job"
    (tmp_path / "manage.py").write_text(MANAGE)
    (tmp_path / "manage.py").chmod(0o755)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": python_path(),
        "THERE": there, "BROKEN": broken,
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-e", "-c", text.replace("/tmp/wins-courses", str(tmp_path / "courses"))],
        cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = tmp_path / "imported"
    return done, told.read_text().split() if told.exists() else []


def test_the_ten_courses_are_imported_each_by_the_platforms_own_command(tutors, tmp_path, rules):
    done, names = imported(tutors["teak"].seen["import over"], tmp_path, there="course-v1:WINS+FND+2026")
    assert done.returncode == 0, done.stdout + done.stderr
    assert names == [module.id for module in rules.modules], "with --overwrite the one that exists, too"


def test_what_exists_keeps_its_authors_changes_and_what_fails_stops_no_other(tutors, tmp_path):
    asked = tutors["verawood"].seen["import"]
    done, names = imported(asked, tmp_path, there="course-v1:WINS+FND+2026", broken="regulation")
    assert "WINS+FND+2026 is there already and was left as it is.\n" in done.stdout
    assert len(names) == 9
    assert "foundation" not in names
    assert done.returncode == 1
    assert done.stderr.endswith("not imported, see above: WINS+REG+2026\n")


def test_the_cron_line_runs_the_periodic_work_in_the_running_lms(tutor):
    (line,) = tutor.seen["cron"].splitlines()
    assert line.startswith("*/5 * * * * /")
    # As cron would: a bare environment and a shell.
    bare = {"PATH": f"{tutor.base}/bin:/usr/bin:/bin", "HOME": str(tutor.base), "DOCKER_TOLD": f"{tutor.base}/docker"}
    tutor.asked()
    subprocess.run(["sh", "-c", line.split(maxsplit=5)[5]], env=bare, check=True, capture_output=True)
    (call,) = tutor.asked()
    assert str(tutor.env / "local/docker-compose.yml") in call
    assert call[-6:] == ["exec", "-T", "lms", "./manage.py", "lms", "wins_periodic"]


def test_the_one_file_does_as_well_where_tutor_has_no_pip(tutors, tmp_path):
    tutor = prepared(tutors["verawood"].home, tmp_path)
    (tmp_path / "plugins").mkdir()
    shutil.copy(ROOT / "deploy/tutor_wins.py", tmp_path / "plugins/wins.py")
    bare = {"TUTOR_IGNORE_ENTRYPOINT_PLUGINS": "1"}
    tutor("config", "save", **bare)
    tutor("plugins", "enable", "wins", **bare)
    assert settings(tutor.rendered(), "lms/production.py")["WINS_VOUCHER_KEYS"] == tutor.keys()["WINS_VOUCHER_KEYS"]


def test_the_tables_are_those_that_the_guide_backs_up():
    names = {getattr(models, name)._meta.db_table for name in models.__all__}
    assert all(name.startswith("wins_xblocks_") for name in names)
    assert 'LIKE \\"wins_xblocks_%\\"' in (ROOT / "docs/operate/tutor.md").read_text()
