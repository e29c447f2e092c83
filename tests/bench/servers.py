"""Requests against what they are measured by: beats on SQLite and MariaDB, vouchers, a quiz and the path page."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.races import mariadb


def run(module: str, root: Path, **environment: str) -> dict[str, float]:
    """What a measuring process prints."""
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=root, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True,
        check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def beat(root: Path, database: str, most: float, layer_most: float, **environment: str) -> dict[str, float]:
    found = run("tests.bench.beat", root, DJANGO_SETTINGS_MODULE="tests.settings", **environment)
    return {
        f"beat.{database}.ms": found["ms"],
        f"beat.{database}.floor_ms": found["floor_ms"],
        f"beat.{database}.ratio": found["view"],
        f"beat.{database}.ratio.max": most,
        f"beat.{database}.layer_ratio": found["layer"],
        f"beat.{database}.layer_ratio.max": layer_most,
        f"beat.{database}.old_rows_ratio": found["growth"],
        f"beat.{database}.old_rows_ratio.max": 1.1,
    }


def vouchers(root: Path, **environment: str) -> dict[str, float]:
    found = run("tests.bench.vouchers", root, DJANGO_SETTINGS_MODULE="tests.settings", **environment)
    return {
        "vouchers.issue.ms": found["ms"], "vouchers.literal_ms": found["literal_ms"],
        "vouchers.issue.statements": found["statements"],
        "vouchers.throughput": found["throughput"], "vouchers.throughput.min": 0.5,
    }  # fmt: skip


def figures(root: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        found |= beat(root, "sqlite", 1.5, 4, WINS_TEST_SQLITE=f"{folder}/bench.sqlite3")
        reason = mariadb.missing()
        if reason:
            print(f"not measured on MariaDB: {reason}")
        else:
            with mariadb.running(Path(folder)) as port:
                found |= beat(root, "mariadb", 1.3, 8, WINS_TEST_DATABASE=f"127.0.0.1:{port}")
                found |= vouchers(root, WINS_TEST_DATABASE=f"127.0.0.1:{port}")
    hour = run("tests.bench.traffic", root, DJANGO_SETTINGS_MODULE="tests.settings")
    found |= {
        "study.hour_bytes": hour["hour"], "study.hour_bytes.max": 200_000,
        "study.hour_bytes_saving_data": hour["thin"], "study.hour_bytes_saving_data.max": 100_000,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        found |= run("tests.bench.host", root, DJANGO_SETTINGS_MODULE="tests.bench.host_settings", WINS_HOST_HOME=home)
    return found
