"""Play days: the player in its own process, the server in this one."""

import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from .days import Day
from .server import Ledger, Server
from .truth import Truth

HERE = Path(__file__).resolve().parent
SCRIPT = HERE.parents[1] / "static/wins_xblocks/js/study_time.js"


def play(days: Iterable[Day], script: Path = SCRIPT) -> Iterator[tuple[Day, Ledger, Truth]]:
    """Each day with what the ledger says of it and what is true. Needs a database."""
    command = ["node", str(HERE / "client.mjs"), str(script)]
    with Server().open() as server, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as node:
        assert node.stdin
        assert node.stdout

        def say(told: object) -> None:
            node.stdin.write(json.dumps(told).encode() + b"\n")
            node.stdin.flush()

        for day in days:
            server.sign_up(day.seed, day.start)
            say(asdict(day))
            while "done" not in (asked := json.loads(node.stdout.readline())):
                say(server.answer(asked))
            yield day, server.closing(), Truth(day, asked["done"])
        node.stdin.close()
