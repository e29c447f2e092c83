"""What every database server that a test starts has in common: its wait and its end."""

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60
END_SECONDS = 30


@contextmanager
def serving(command: list[str], log: Path, ready: Callable[[], bool], user: str | None = None) -> Iterator[None]:
    """Start the server beside its log and wait until it is ``ready``; it is ended whatever happens.

    Raises RuntimeError with the end of its log when it does not come up.
    """
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=log.parent, user=user)
    try:
        end = time.monotonic() + START_SECONDS
        while server.poll() is None and time.monotonic() < end and not ready():
            time.sleep(0.1)
        if server.poll() is not None or time.monotonic() >= end:
            raise RuntimeError(f"{Path(command[0]).name} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        yield
    finally:
        server.terminate()
        try:
            server.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
