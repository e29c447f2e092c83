"""Run the whole suite: Python, the embedded host, JavaScript. Says at the end which tests did not run."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CI = os.environ.get("CI") == "true"


def step(name: str, *command: str) -> bool:
    """Run one part of the suite; True when it passed."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False)
    print(f"— {name}: {'passed' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return done.returncode == 0


def axe() -> bool:
    """Fetch axe-core, the accessibility checker, once. False when it cannot be had."""
    if (HERE / "js/node_modules/axe-core/axe.min.js").exists():
        return True
    if not shutil.which("npm"):
        return False
    command = [
        "npm",
        "install",
        "--silent",
        "--no-package-lock",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(HERE / "js"),
    ]
    return subprocess.run(command, cwd=HERE / "js", check=False).returncode == 0


def main() -> int:
    left_out = [] if axe() else ["axe-core (npm is missing or offline): no accessibility tests"]
    results = []
    if shutil.which("node"):
        scripts = sorted(str(path) for path in (HERE / "js").glob("*.test.mjs"))
        results.append(step("scripts in the page", "node", "--test", *scripts))
    else:
        left_out.append("node is missing: no tests of the scripts in the page")
    pytest = [sys.executable, "-m", "pytest"]
    # Coverage of what was skipped is told by pytest itself (-rs).
    results.append(step("the embedded host", *pytest, "-rs", "-c", "tests/host/pytest.ini", "tests/host"))
    results.append(step("everything else", *pytest, "-rs", "tests"))
    for line in left_out:
        print(f"did not run: {line}")
    return 1 if not all(results) or (CI and left_out) else 0


if __name__ == "__main__":
    sys.exit(main())
