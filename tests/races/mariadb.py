"""A private MariaDB from Debian's ``mariadbd``: loopback, a free port, a folder that is thrown away."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.ports import free_port

from .server import serving

pymysql.install_as_MySQLdb()

PLAIN = ["--no-defaults", f"--user={pwd.getpwuid(os.getuid()).pw_name}"]
# Durability is not what races are about, and the machine is small.
SMALL = [
    "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
    "--innodb-lock-wait-timeout=20", "--skip-log-bin", "--skip-name-resolve", "--character-set-server=utf8mb4",
]  # fmt: skip


def program(name: str) -> str | None:
    """Where a MariaDB program is; Debian keeps the server in ``/usr/sbin``, which is not on everybody's path."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def missing() -> str:
    """Why no server can be started; empty when one can."""
    absent = [name for name in ("mariadbd", "mariadb-install-db") if not program(name)]
    return f"not installed: {', '.join(absent)} (Debian package mariadb-server)" if absent else ""


def _ready(port: int) -> bool:
    try:
        with pymysql.connect(host="127.0.0.1", port=port, user="root", password="") as link, link.cursor() as cursor:
            cursor.execute("CREATE DATABASE wins CHARACTER SET utf8mb4")
    except pymysql.err.OperationalError:
        return False
    return True


@contextmanager
def running(folder: Path, *more: str) -> Iterator[int]:
    """A server with an empty database ``wins``, its data in ``folder``; answers its port. Shut down at the end.

    ``more``: options of its own.
    """
    data, port, log = folder / "data", free_port(), folder / "server.log"
    install = [program("mariadb-install-db") or "", *PLAIN, f"--datadir={data}", "--skip-test-db"]
    subprocess.run([*install, "--auth-root-authentication-method=normal"], check=True, capture_output=True)
    # A socket's path may have 107 characters at most, and temporary folders are long: a relative one is short.
    # A server that starts deletes the temporary tables that it finds in its tmpdir, another server's too.
    where = [
        f"--datadir={data}",
        f"--tmpdir={data}",
        "--bind-address=127.0.0.1",
        f"--port={port}",
        "--socket=server.sock",
    ]
    command = [program("mariadbd") or "", *PLAIN, *where, *SMALL, *more]
    try:
        with serving(command, log, lambda: _ready(port)):
            yield port
    finally:
        shutil.rmtree(data, ignore_errors=True)
