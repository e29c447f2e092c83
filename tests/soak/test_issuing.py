"""10,000 codes issued by 4 processes: of 16 threads within a server's own number of connections, of 64 with more."""

import os

import pytest

from tests.races import mariadb as mariadb_server
from tests.races import postgresql as postgresql_server
from tests.races import test_issuing as short
from tests.races.conftest import _unless, database  # noqa: F401  fixture

pytestmark = pytest.mark.soak
CODES = int(os.environ.get("WINS_SOAK_CODES", "10000"))
CONNECTIONS = {16: {}, 64: {"mariadb": 400, "postgresql": 300}}


@pytest.fixture(scope="module", params=CONNECTIONS)
def threads(request):
    return request.param


@pytest.fixture(scope="module")
def mariadb(threads, tmp_path_factory):
    """With as many connections as it has by itself (151), or more; and its own patience with locks (50 s)."""
    _unless(mariadb_server.missing())
    most = [f"--max-connections={CONNECTIONS[threads]['mariadb']}"] if CONNECTIONS[threads] else []
    with mariadb_server.running(tmp_path_factory.mktemp("m"), *most, "--innodb-lock-wait-timeout=50") as port:
        yield port


@pytest.fixture(scope="module")
def postgresql(threads):
    """The same; by itself it has 100."""
    _unless(postgresql_server.missing())
    most = ["-c", f"max_connections={CONNECTIONS[threads]['postgresql']}"] if CONNECTIONS[threads] else []
    with postgresql_server.running(*most) as port:
        yield port


@pytest.mark.parametrize("database", ["read committed", "repeatable read", "postgresql"], indirect=True)
def test_ten_thousand_codes_are_issued_once(database, threads, seed, bounded):  # noqa: F811
    answers, met = short.issued(CODES, CODES + CODES // 20, threads, seed)
    told = (
        f"{CODES:,} codes, {len(answers.told):,} presses, 4 × {threads} threads, {database}, {answers.seconds:,.0f} s"
    )
    bounded("Issued once", f"{told}, {met} deadlocks met: presses answered with an error, codes given twice", 0, 0)
