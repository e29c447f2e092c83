"""A private PostgreSQL from Debian's package: loopback, a free port, a folder that is thrown away.

Its server does not run as root; then it runs as the package's own user ``postgres``.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.ports import free_port

from .server import serving

DEBIAN = Path("/usr/lib/postgresql")
SMALL = ["-c", "fsync=off", "-c", "shared_buffers=32MB", "-c", "unix_socket_directories=", "-h", "127.0.0.1"]
OWNER = "postgres" if os.getuid() == 0 else None


def program(name: str) -> str | None:
    """Where a server's program is: Debian keeps it off the path, by version; the newest one."""
    return next((str(path) for path in sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)), shutil.which(name))


def missing() -> str:
    """Why no server can be started; empty when one can."""
    absent = [name for name in ("postgres", "initdb") if not program(name)]
    return f"not installed: {', '.join(absent)} (Debian package postgresql)" if absent else ""


def _ready(port: int) -> bool:
    try:
        with psycopg.connect(host="127.0.0.1", port=port, user="wins", dbname="postgres", autocommit=True) as link:
            link.execute("CREATE DATABASE wins")
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def running(*more: str) -> Iterator[int]:
    """A server with an empty database ``wins`` of the user ``wins``; answers its port. Shut down at the end.

    ``more``: options of its own.
    """
    folder, port = Path(tempfile.mkdtemp(prefix="wins-pg-")), free_port()
    data, log = folder / "data", folder / "server.log"
    if OWNER:
        shutil.chown(folder, OWNER)
    setup = [program("initdb") or "", "-D", data, "-A", "trust", "-U", "wins", "-E", "UTF8", "--no-sync"]
    subprocess.run(setup, check=True, capture_output=True, cwd=folder, user=OWNER)
    command = [program("postgres") or "", "-D", str(data), "-p", str(port), *SMALL, *more]
    try:
        with serving(command, log, lambda: _ready(port), OWNER):
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)
