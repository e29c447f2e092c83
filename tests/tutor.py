"""The real Tutor of each release line, in an environment of its own, with a Docker that only notes."""

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.line import ROOT

CI = os.environ.get("CI") == "true"
LINES = {"teak": "tutor>=20,<21", "ulmo": "tutor>=21,<22", "verawood": "tutor>=22,<23"}
KEYS = ("WINS_VOUCHER_KEYS", "WINS_VOUCHER_DIGEST_KEY", "WINS_AUDIT_KEY")
NASTY = """it's "quoted" \\ ü {0}"""
OFFLINE = re.compile(r"ConnectionError|ConnectTimeout|ReadTimeout|Name or service|name resolution|ProxyError")

DOCKER = f"""#!{sys.executable}
import json, os, sys
if "ls" in sys.argv:
    print("[]")  # which projects are running: none
    sys.exit()
with open(os.environ["DOCKER_TOLD"], "a") as told:
    told.write(json.dumps(sys.argv[1:]) + "\\n")
"""


@dataclass
class Tutor:
    """One line's Tutor in its own environment, with a Docker that only notes what it was asked."""

    home: Path
    base: Path
    seen: dict = field(default_factory=dict)

    @property
    def env(self) -> Path:
        return self.base / "root/env"

    def __call__(self, *arguments, **more):
        done = subprocess.run(
            [self.home / "bin/tutor", *arguments], capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, env=self.environment(**more),
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self, **more):
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("TUTOR", "PYTHON", "DJANGO"))}
        return kept | {
            "PATH": f"{self.base}/bin:{os.environ['PATH']}",
            "HOME": str(self.base),
            "TUTOR_ROOT": str(self.base / "root"),
            "TUTOR_PLUGINS_ROOT": str(self.base / "plugins"),
            "DOCKER_TOLD": str(self.base / "docker"),
            **more,
        }

    def config(self):
        return yaml.safe_load((self.base / "root/config.yml").read_text())

    def keys(self):
        return {name: self.config().get(name) for name in KEYS}

    def asked(self):
        """What Docker was asked since the last look."""
        told = self.base / "docker"
        rows = [json.loads(row) for row in told.read_text().splitlines()] if told.exists() else []
        told.unlink(missing_ok=True)
        return rows

    def rendered(self):
        return {
            path.relative_to(self.env).as_posix(): path.read_bytes() for path in self.env.rglob("*") if path.is_file()
        }


def fetch(home: Path, what: str, *options: str | Path) -> None:
    """Fetch ``what`` for the Python of ``home``, once: it stays in var/ for the next run."""
    name = what.split(">=")[0]
    made = home / ("made" if name == "tutor" else f"made-{name}")
    if made.exists() and made.read_text() == what:
        return
    if name == "tutor":
        venv.create(home, clear=True, with_pip=False)
    # Compiling everything of kubernetes takes longer than all that Tutor ever loads.
    done = subprocess.run(
        [*pip(home), "--no-compile", *options, what], capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode and OFFLINE.search(done.stderr) and not CI:
        pytest.skip(f"{name} cannot be fetched: {done.stderr.strip().splitlines()[-1]}")
    assert done.returncode == 0, done.stderr[-2000:]
    made.write_text(what)


def pip(home: Path) -> list[str | Path]:
    return [sys.executable, "-m", "pip", "--python", home / "bin/python", "install", "-q", "--retries", "1"]


def installed(line: str, wheel: Path) -> Path:
    """Tutor of ``line`` and the plugin of today."""
    home = ROOT / f"var/tutor/{line}-{sys.version_info.major}.{sys.version_info.minor}"
    fetch(home, LINES[line])
    subprocess.run([*pip(home), "--no-deps", "--no-index", "--force-reinstall", wheel], check=True)
    return home


def micro_frontends(line: str, home: Path) -> Path:
    """Where the tutor-mfe of ``line`` stands: beside Tutor, found by who asks for it only."""
    fetch(home, LINES[line].replace("tutor", "tutor-mfe"), "--no-deps", "--upgrade", "--target", home / "mfe")
    return home / "mfe"


def plugin(base: Path) -> Path:
    """The wheel of the plugin, from the folder."""
    shutil.copytree(ROOT / "deploy", base / "deploy", ignore=shutil.ignore_patterns("build", "*.egg-info"))
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", base, base / "deploy"]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(base.glob("*.whl"))


def prepared(home: Path, base: Path) -> Tutor:
    for program, text in (("docker", DOCKER), ("logger", "#!/bin/sh\ncat\n")):
        (base / "bin").mkdir(parents=True, exist_ok=True)
        (base / "bin" / program).write_text(text)
        (base / "bin" / program).chmod(0o755)
    return Tutor(home, base)
