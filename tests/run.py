"""Run the suite on the installed wheel: Python, the embedded host, JavaScript. Says at the end what did not run.

``--quick``: blocks, plugin and host: for a line between those that are promised whole.
``--second``: without browsers and what plays for long: for a second Python.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from multiprocessing.pool import ThreadPool
from pathlib import Path
from threading import Lock

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CI = os.environ.get("CI") == "true"
# Python takes the package from where it is installed, and this folder, for the tests themselves, last (a .pth file).
INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {"PYTHONSAFEPATH": "1"}
PYTEST = [sys.executable, "-m", "pytest", "-rs", "--import-mode=append", "-o", "pythonpath="]
AT_ONCE = (os.cpu_count() or 1) + 1  # browsers wait for pages most of the time
SAYING = Lock()
# What runs side by side, in this order: the longest first, but not all the browsers at once.
PARTS = {
    "each page in the browser": ("browser/test_every_page.py",),
    "races and simulation": ("races", "simulation", "soak"),
    "domain": ("domain",),
    "pages": ("web",),
    "each button in the browser": ("browser/test_every_button.py",),
    "blocks and plugin": ("blocks", "plugin"),
    "walks in the browser": ("browser",),
    "courses and files": ("export", "exchange"),
}
WITHOUT_BROWSER = tuple(name for name in PARTS if "browser" not in name)
QUICK = ("blocks and plugin",)
# What plays for long, or is no matter of releases: the first line of CI tries it.
LONG = (
    "simulation", "domain/vouchers/test_machine.py", "web/test_no_leak.py", "plugin/test_tutor.py",
    "plugin/test_tutor_mfe.py",
)  # fmt: skip
STILL = ("plugin/test_contracts.py", "plugin/test_docs.py", "plugin/test_commands.py", "plugin/test_catalogues.py")


def step(name: str, *command: str) -> bool:
    """Run one part of the suite, then show what it said; True when it passed."""
    began = time.monotonic()
    with SAYING:
        print(f"— {name}: begins", flush=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as out:
        done = subprocess.run(command, cwd=ROOT, env=INSTALLED, stdout=out, stderr=subprocess.STDOUT, check=False)
        passed, seconds = done.returncode == 0, time.monotonic() - began
        out.seek(0)
        with SAYING:
            print(out.read(), end="")
            print(f"— {name}: {'passed' if passed else 'FAILED'} after {seconds:.0f} s", flush=True)
    return passed


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


def in_the_browser(left_out: list[str]) -> bool:
    """What only browsers and Node.js need."""
    if not axe():
        left_out.append("axe-core (npm is missing or offline): no accessibility tests")
    if not shutil.which("node"):
        left_out.append("node is missing: no tests of the scripts in the page")
        return True
    scripts = sorted(str(path) for path in (HERE / "js").glob("*.test.mjs"))
    return step("scripts in the page", "node", "--test", *scripts)


def parts(quick: bool, second: bool) -> dict[str, tuple[str, ...]]:
    """What runs side by side: names, and what pytest is asked for."""
    left_out = (*LONG, *STILL) if quick else LONG if second else ()
    found = {}
    for name in QUICK if quick else WITHOUT_BROWSER if second else PARTS:
        own = [folder for folder in PARTS[name] if folder not in left_out]
        elsewhere = [one for other in PARTS if other != name for one in PARTS[other] if one.split("/")[0] in own]
        without = [f"--ignore=tests/{one}" for one in (*left_out, *elsewhere)]
        found[name] = (*without, *(f"tests/{one}" for one in own))
    return found | {"the embedded host": ("-c", "tests/host/pytest.ini", "tests/host")}


def main(quick: bool = False, second: bool = False) -> int:
    left_out: list[str] = []
    results = [] if quick or second else [in_the_browser(left_out)]
    with ThreadPool(AT_ONCE) as pool:  # what was skipped is told by pytest itself (-rs)
        asked = [(name, *PYTEST, *words) for name, words in parts(quick, second).items()]
        results += pool.starmap(step, asked, chunksize=1)
    for line in left_out:
        print(f"did not run: {line}")
    return 1 if not all(results) or (CI and left_out) else 0


if __name__ == "__main__":
    sys.exit(main("--quick" in sys.argv[1:], "--second" in sys.argv[1:]))
