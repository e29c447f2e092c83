"""A private MariaDB from Debian's ``mariadbd``: loopback, a free port, a folder that is thrown away."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

pymysql.install_as_MySQLdb()

START_SECONDS = 60
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        if server.poll() is not None:
            break
        try:
            pymysql.connect(host="127.0.0.1", port=port, user="root", password="").close()
            return
        except pymysql.err.OperationalError:
            time.sleep(0.1)
    raise RuntimeError(f"mariadbd did not start:\n{log.read_text(errors='replace')[-2000:]}")


@contextmanager
def running(folder: Path) -> Iterator[int]:
    """A server with an empty database ``wins``, its data in ``folder``; answers its port. Shut down at the end."""
    data, port, log = folder / "data", free_port(), folder / "server.log"
    install = [program("mariadb-install-db") or "", *PLAIN, f"--datadir={data}", "--skip-test-db"]
    subprocess.run([*install, "--auth-root-authentication-method=normal"], check=True, capture_output=True)
    # A socket's path may have 107 characters at most, and temporary folders are long: a relative one is short.
    where = [f"--datadir={data}", "--bind-address=127.0.0.1", f"--port={port}", "--socket=server.sock"]
    with log.open("wb") as out:
        command = [program("mariadbd") or "", *PLAIN, *where, *SMALL]
        server = subprocess.Popen(command, stdout=out, stderr=out, cwd=folder)
    try:
        _wait(port, server, log)
        with pymysql.connect(host="127.0.0.1", port=port, user="root", password="") as link, link.cursor() as cursor:
            cursor.execute("CREATE DATABASE wins CHARACTER SET utf8mb4")
        yield port
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(data, ignore_errors=True)
