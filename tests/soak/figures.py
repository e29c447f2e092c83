"""What a long run measured, and where: one section of ``docs/figures.md``."""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

HEAD = "# Figures\n\nMeasured, with the machine and the state of the code they were measured on.\n"


def processor() -> str:
    """The name that the machine gives its processor."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text(encoding="utf-8") if cpuinfo.exists() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    return found[1] if found else platform.machine()


def commit(root: Path) -> str:
    """The short name of the commit; ``-dirty`` when the tree holds more than it."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def section(root: Path, seed: int, rows: Iterable[tuple[str, int, float]], today: date) -> str:
    """``rows``: what was tried, how many times, in how many seconds."""
    table = [f"| {what} | {count:,} | {seconds:.0f} | none |" for what, count, seconds in rows]
    head = ["| tried | times | seconds | failures |", "|---|--:|--:|---|"]
    return "\n".join(["## Soak (`make soak`)", "", _facts(root, seed, today), "", *head, *table, ""])


def bounded(title: str, root: Path, seed: int, rows: Iterable[tuple[str, float, float]], today: date) -> str:
    """A section of its own. ``rows``: a figure, what was measured, and its bound."""
    table = [f"| {what} | {measured:.0f} | {bound:.0f} |" for what, measured, bound in rows]
    head = ["| figure | measured | bound |", "|---|--:|--:|"]
    return "\n".join([f"## {title} (`make soak`)", "", _facts(root, seed, today), "", *head, *table, ""])


def compared(title: str, root: Path, seed: int, head: Sequence[str], rows: Iterable[Sequence[str]], today: date) -> str:
    """A section with a table of ``head`` and ``rows``, as they are written; the first column is words."""
    table = [" | ".join(row).join(("| ", " |")) for row in (head, *rows)]
    table.insert(1, "|---|" + "--:|" * (len(head) - 1))
    return "\n".join([f"## {title} (`make soak`)", "", _facts(root, seed, today), "", *table, ""])


def _facts(root: Path, seed: int, today: date) -> str:
    return (
        f"{today.isoformat()} · {processor()}, {os.cpu_count()} cores · Python {platform.python_version()}"
        f" · seed {seed} · commit {commit(root)}"
    )


def entered(text: str, new: str) -> str:
    """``text`` with the section of the same heading replaced, or ``new`` at its end."""
    title = new.partition("\n")[0]
    old = re.compile(rf"^{re.escape(title)}\n.*?(?=^## |\Z)", re.M | re.S)
    if old.search(text):
        return old.sub(lambda _: new + "\n", text).rstrip("\n") + "\n"
    return f"{text or HEAD}\n{new}"
