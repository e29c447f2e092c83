"""An Academy of any size, made in a few minutes: 100,000 learners with all that an administrator's desk shows of them.

    python -m tests.bench.academy --learners 100000 --database 127.0.0.1:3306

fills the empty database ``wins`` of a MariaDB (or ``--sqlite FILE``), tables included; the same ``--seed`` on the same
day makes the same people. Each learner studies the Foundation Module and one of the electives, most of them one, with
ten visits of pages and five attempts on average: of 100,000 learners there are a million visits and 500,000 attempts.

Rows are written past the applets' doors, many in a statement, and keep every rule of the database. They fit each
other: hours are the sum of their days, days of their visits; who has a voucher is complete; the trail verifies.
"""
