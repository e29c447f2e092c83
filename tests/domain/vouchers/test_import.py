"""A supplier's file: all lines or none, each with its fate, and never a code in what is said."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.audit import api as audit
from wins_xblocks.domain.vouchers import api, imports, rules, statements, supply
from wins_xblocks.domain.vouchers.data import Secret
from wins_xblocks.domain.vouchers.fields import Filling
from wins_xblocks.domain.vouchers.keys import Keys
from wins_xblocks.domain.vouchers.models import Batch, KeyCanary, Voucher
from wins_xblocks.domain.vouchers.stock_data import Stock

from .builders import FND, KEYS, REG, RULES, csv, fill, position, ready

FILLING = Filling("PO-1", None, "Europe/Vienna", "EUR")


def run(text, order="PO-1", expires=None, keys=KEYS, dry_run=False):
    return api.import_codes(Secret(text), order, expires, keys, RULES, None, 1, 1, NOW, dry_run)


def fates(text, **given):
    return [(line.number, line.good, line.sentence) for line in run(text, **given).lines]


@pytest.mark.parametrize(
    "text",
    [
        "code,exam,expires\nABCD-1234,WINS-FND,2028-02-28\n",
        "\ufeffcode;exam;expires\r\nabcd 1234;wins-fnd;2028-02-28\r\n",
        "Expires\tEXAM\tCode\n2028-02-28\tWINS-FND\tABCD1234",
        '"code","exam","expires","comment"\n"ＡＢＣＤ－１２３４","WINS-FND","2028-02-28","from, the supplier"\n\n',
    ],
)
def test_the_usual_spellings_of_a_file_are_read(db, text):
    assert run(text).imported == 1
    row = Voucher.objects.get()
    assert (KEYS.decrypt(row.cipher), row.state, row.expires_on) == ("ABCD1234", "imported", date(2028, 2, 28))
    assert row.expires_zone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("line", "fate"),
    [
        (",WINS-FND,2028-02-28", "The code is empty."),
        ("AB!D1234,WINS-FND,2028-02-28", "The code is not 4 to 32 letters A–Z and digits."),
        ("ABß1234,WINS-FND,2028-02-28", "The code is not 4 to 32 letters A–Z and digits."),
        ("ABC,WINS-FND,2028-02-28", "The code is not 4 to 32 letters A–Z and digits."),
        ("A" * 33 + ",WINS-FND,2028-02-28", "The code is not 4 to 32 letters A–Z and digits."),
        ("good 1,WINS-FND,2028-02-28", "This code stands in the file twice."),
        ("TAKEN1,WINS-FND,2028-02-28", "This code is in the pool already."),
        ("ABCD1234,WINS-XXX,2028-02-28", "The exam is not one of the programme."),
        ("ABCD1234,WINS-FND,28.02.2028", "The last day is not a date like 2027-12-31."),
        ("ABCD1234,WINS-FND,2028-02-30", "The last day is not a date like 2027-12-31."),
        ("ABCD1234,WINS-FND,20280228", "The last day is not a date like 2027-12-31."),
        ("ABCD1234,WINS-FND,", "The last day is not a date like 2027-12-31."),
        ("ABCD1234", "The exam is not one of the programme."),
        ("ABCD1234,WINS-FND,2027-02-28", "The last day is over."),
        ("ABCD1234,WINS-FND,9999-12-31", "The last day is too far away."),
    ],
)
def test_one_wrong_line_stops_the_whole_file_and_is_named(db, line, fate):
    run("code,exam,expires\nTAKEN1,WINS-FND,2028-02-28\n")
    told = fates(f"code,exam,expires\nGOOD1,WINS-FND,2028-02-28\n{line}\n")
    assert told == [(2, True, "Good."), (3, False, fate)]
    assert Voucher.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "position"),
    [("АBCD1234", 1), ("AB-CDΟ234", 6), ("abсd1234", 3), (" ABCD123І ", 8), ("ABCDſ234", 5), ("ABCDı234", 5)],
)
def test_a_letter_that_only_looks_latin_is_told_by_its_place(db, code, position):
    """A Cyrillic or Greek letter is not seen by whoever compares the code with the supplier's list."""
    report = run(f"code,exam,expires\n{code},WINS-FND,2028-02-28\n")
    (line,) = report.told
    assert (line.column, line.values) == ("code", {"position": position})
    assert "only looks like a letter" in line.sentence
    assert "BCD" not in repr(report)
    assert not Voucher.objects.exists()


@pytest.mark.parametrize(
    ("header", "line", "column", "words"),
    [
        ("code,exam,expires,price", "ABCD1234,WINS-FND,2028-02-28,cheap", "price", "not a number"),
        ("code,exam,expires,price", "ABCD1234,WINS-FND,2028-02-28,1e5", "price", "not a number"),
        ("code,exam,expires,currency", "ABCD1234,WINS-FND,2028-02-28,Euro", "currency", "not three letters"),
        ("code,exam,expires,zone", "ABCD1234,WINS-FND,2028-02-28,Europe", "zone", "time zone is not known"),
        ("code,exam,expires,zone", "ABCD1234,WINS-FND,2028-02-28,../../etc", "zone", "time zone is not known"),
        ("code,exam,expires", "ABCD1234,WINS-FND,2028-02-30", "expires", "not a date"),
        ("code,exam,expires", "ABCD1234,WINS-XXX,2028-02-28", "exam", "not one of the programme"),
    ],
)
def test_a_problem_names_its_column(db, header, line, column, words):
    (told,) = run(f"{header}\n{line}\n").told
    assert (told.number, told.column) == (2, column)
    assert words in told.sentence


def test_a_batch_is_what_was_paid_alike(db):
    text = (
        "PRICE,Currency,order,expires,EXAM,code\n"
        "310,usd,PO-1,2028-02-28,WINS-FND,AAAA1\n"
        '"310,00",USD,PO-1,2028-02-28,WINS-FND,AAAA2\n'
        "290.50,,PO-1,2028-02-28,WINS-FND,AAAA3\n"
        ",,PO-1,2028-02-28,WINS-FND,AAAA4\n"
    )
    assert run(text).imported == 4
    paid = {(b.price, b.currency, b.vouchers.count()) for b in Batch.objects.all()}
    assert paid == {(Decimal(310), "USD", 2), (Decimal("290.50"), "EUR", 1), (None, "", 1)}


def test_the_last_day_ends_at_midnight_of_its_zone(db):
    text = (
        "zone,code,exam,expires\nAmerica/Chicago,AAAA1,WINS-FND,2028-02-28\n"
        "Pacific/Kiritimati,AAAA2,WINS-FND,2028-02-28\n,AAAA3,WINS-FND,2028-02-28\n"
    )
    assert api.import_codes(Secret(text), "PO-1", None, KEYS, RULES, None, 1, 1, NOW, zone="UTC").imported == 3
    ends = {row.expires_zone: row.expires_at for row in Voucher.objects.all()}
    assert ends == {
        "America/Chicago": datetime(2028, 2, 29, 6, tzinfo=UTC),
        "Pacific/Kiritimati": datetime(2028, 2, 28, 10, tzinfo=UTC),
        "UTC": datetime(2028, 2, 29, tzinfo=UTC),
    }


def test_the_day_is_over_when_it_is_over_in_its_zone(db):
    today = NOW.date().isoformat()
    late = NOW.replace(hour=23, minute=30)
    for zone, fate in (("Asia/Tokyo", "The last day is over."), ("America/Chicago", "Good.")):
        text = f"code,exam,expires,zone\nABCD1234,WINS-FND,{today},{zone}\n"
        report = api.import_codes(Secret(text), "PO-1", None, KEYS, RULES, None, 1, 1, late, True)
        assert report.lines[0].sentence == fate


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Missing: code, exam, expires"),
        ("code,exam\nABCD,WINS-FND\n", "Missing: expires"),
        ("ABCD1234,WINS-FND,2028-02-28\n", "Missing: code, exam, expires"),
        ("code,code,exam,expires\n", "names a column twice: code"),
        ("code,exam,expires\n", "The file has no codes"),
        ("code,exam,expires\n" + "x" * 140_000 + ",WINS-FND,2028-02-28\n", "cannot be read as CSV, near line 2"),
        ("code,exam,expires\n" + "a,b,c\n" * 100_001, "at most 100000"),
        ("code,exam,expires\n" + "é" * 5_000_001, "at most 10 MB"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused_in_words(db, text, words):
    with pytest.raises(Refusal, match=words) as refused:
        run(text)
    assert "ABCD" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "not UTF-8 text: see line 1"),
        (b"a\nb\nc\xe9\n", "not UTF-8 text: see line 3"),
        (b"x" * 10_000_001, "at most 10 MB"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(data, words):
    with pytest.raises(Refusal, match=words):
        imports.decode(data)


def test_what_a_line_leaves_empty_is_filled(db):
    text = f"code,exam,expires,order\nAAAA1,{FND},,\nAAAA2,{FND},2028-05-01,PO-9\nAAAA3,{REG},,\n"
    assert run(text, expires=date(2028, 1, 1)).imported == 3
    assert sorted(Batch.objects.values_list("exam", "order_number")) == [(FND, "PO-1"), (FND, "PO-9"), (REG, "PO-1")]
    assert sorted(str(day) for day in Voucher.objects.values_list("expires_on", flat=True)) == [
        "2028-01-01", "2028-01-01", "2028-05-01",
    ]  # fmt: skip


def test_the_order_number_must_be_known(db):
    assert fates(csv(["AAAA1"]), order=" ")[0][2] == "The order number is missing."
    assert fates(csv(["AAAA1"]), order="x" * 65)[0][2] == "The order number is too long."


def test_a_dry_run_says_the_same_and_writes_nothing(db):
    report = run(csv(["AAAA1", "AAAA2"]), dry_run=True)
    assert (report.good, report.imported, report.dry_run) == (2, 0, True)
    assert not Voucher.objects.exists()
    assert not KeyCanary.objects.exists()


def test_a_report_of_a_large_file_counts_all_lines_and_repeats_the_first(db, monkeypatch):
    monkeypatch.setattr(supply, "TOLD", 3)
    good = [f"GOOD{number:02d}" for number in range(10)]
    report = run(csv(good), dry_run=True)
    assert (report.good, report.bad, report.more) == (10, 0, 7)
    assert [line.number for line in report.told] == [2, 3, 4]
    mixed = run(csv([*good[:5], "no code", "no!", "?!?!", "a.b.c.d", *good[5:]]))
    assert (mixed.good, mixed.bad, mixed.more, mixed.imported) == (11, 3, 0, 0)
    assert [line.number for line in mixed.lines] == [2, 3, 4, 8, 9, 10]
    assert [line.number for line in mixed.told] == [8, 9, 10]
    assert run(csv(["x!", "y!", "z!", "a!"])).more == 1


def test_codes_that_come_in_many_statements_are_all_there(db):
    """More than one statement takes, of two batches in turn, with lines that say the same and lines that do not."""
    count = statements.at_once() * 2 + 7
    lines = [f"CODE{n:05d},{(FND, REG)[n % 2]},2028-0{n % 3 + 1}-20,PO-{n % 2}\n" for n in range(count)]
    assert run("code,exam,expires,order\n" + "".join(lines)).imported == count
    stored = {
        (KEYS.decrypt(v.cipher), v.batch.exam, str(v.expires_on), v.batch.order_number, v.exams.get().exam)
        for v in Voucher.objects.select_related("batch").filter(state="imported", exams__state="free", end_reason="")
    }
    told = {tuple(line.strip().split(",")) for line in lines}
    assert stored == {(*one, one[1]) for one in told}
    assert all(v.digest == KEYS.digest(KEYS.decrypt(v.cipher)) for v in Voucher.objects.all())
    assert all(v.expires_at == rules.ends_at(v.expires_on, RULES.zone) for v in Voucher.objects.all())
    facts = {
        entry.facts["order"]: entry.facts["codes"] for exam in (FND, REG) for entry in audit.entries(f"pool:{exam}")
    }
    assert facts == {"PO-0": (count + 1) // 2, "PO-1": count // 2}
    assert audit.broken() == []


def test_an_import_that_is_cut_off_leaves_nothing_and_is_sent_again(db, monkeypatch):
    """All or nothing: whatever stops it, the same file is sent once more, and harms nothing once it is in."""
    codes = [f"CODE{n:05d}" for n in range(statements.at_once() + 1)]
    stored, chunks = statements.add, []

    def cut_off(new):
        chunks.append(len(new))
        if len(chunks) == 2:
            raise KeyboardInterrupt
        stored(new)

    monkeypatch.setattr(statements, "add", cut_off)
    with pytest.raises(KeyboardInterrupt):
        run(csv(codes))
    assert chunks == [len(codes) - 1, 1]
    assert not Voucher.objects.exists()
    assert not Batch.objects.exists()
    assert audit.entries(f"pool:{FND}") == ()
    monkeypatch.setattr(statements, "add", stored)
    assert run(csv(codes)).imported == len(codes)
    assert (run(csv(codes)).bad, Voucher.objects.count()) == (len(codes), len(codes))


HALF = "exam,expires,code,comment\nWINS-FND,2028-02-28,ABCD-1234,\nWINS-FND,2028-02-28,EFGH 5678,x\n"


@pytest.mark.parametrize("last", ["WINS-FND,2028-02-28,JKLM901", "WINS-FND,2028-02-28,JKLM-", 'WINS-FND,,"JKLM'])
def test_a_file_that_ends_within_a_code_is_refused_with_line_and_column(db, last):
    report = run(HALF + last, expires=date(2028, 2, 28))
    (line,) = report.told
    assert (line.number, line.column, report.imported) == (4, "code", 0)
    assert line.sentence.startswith("The file may be cut off:")
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("text", [
    HALF + "WINS-FND,2028-02-28,JKLM-9012", HALF + "WINS-FND,2028-02-28,JKLM-90123", HALF.strip(),
    HALF + "WINS-FND,2028-02-28,JKLM901\n", HALF + "WINS-FND,2028-02-28,JKLM901\r",
    HALF + "WINS-FND,2028-02-28,JKLM901\n,", HALF + "WINS-FND,2028-02-28,JKLM901,new",
    HALF + "WINS-FND,2028-02-28,NOPQR9012\nWINS-FND,2028-02-28,JKLM901",
    "exam,expires,code\nWINS-FND,2028-02-28,JKLM901",
    "code,exam,expires\nABCD1234,WINS-FND,2028-02-28\nJKLM901,WINS-FND,2028-02-28",
])  # fmt: skip
def test_a_whole_file_needs_no_end_of_its_last_line_and_codes_may_differ(db, text):
    report = run(text)
    assert (report.bad, report.imported) == (0, report.good)


def test_a_file_of_too_many_orders_is_refused(db, monkeypatch):
    monkeypatch.setattr(supply, "MOST_BATCHES", 2)
    lines = "".join(f"CODE{n},{FND},2028-02-28,PO-{n}\n" for n in range(3))
    with pytest.raises(Refusal, match=r"too many orders, or prices\. It may name at most 2"):
        run(f"code,exam,expires,order\n{lines}")
    assert not Voucher.objects.exists()


def test_the_same_file_twice_is_refused_the_second_time(db):
    assert run(csv(["AAAA1", "AAAA2"])).imported == 2
    assert run(csv(["AAAA1", "AAAA2"])).imported == 0
    assert api.stock([FND], RULES, NOW) == (Stock(FND, usable=2),)


def test_a_code_in_the_wrong_column_is_not_repeated(db):
    """Columns may be mixed up: whatever stands in a line may be a code."""
    secret = "SECRET99XY"
    report = run(f"code,exam,expires,order\n{FND},{secret},{secret},{secret}\n{secret}!,{secret},x,y\n")
    assert secret not in repr(report)
    assert [line.code for line in report.lines] == ["••••ND", "••••Y!"]


def test_codes_do_not_show_in_the_values_that_carry_them(db):
    rows = tuple(imports.read(Secret(csv(["SECRET99XY"])), {FND}, FILLING, NOW))
    assert len(rows) == 1
    assert "SECRET99" not in repr(rows)
    assert "SECRET99" not in repr(run(csv(["SECRET99XY"])))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (Keys([], "x"), "WINS_VOUCHER_KEYS is empty"),
        (Keys("", "x"), "WINS_VOUCHER_KEYS is empty"),
        (Keys(["not a key"], "x"), "not a Fernet key"),
        (Keys(KEYS.fernet_keys, ""), "WINS_VOUCHER_DIGEST_KEY is empty"),
    ],
)
def test_without_keys_nothing_is_imported(db, keys, words):
    with pytest.raises(Refusal, match=words):
        run(csv(["AAAA1"]), keys=keys)
    assert not Voucher.objects.exists()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (Keys(["YW5vdGhlci1rZXktdGhhdC1pcy0zMi1ieXRlcy1sbmc="], "tests only"), "do not open the stored voucher codes"),
        (Keys(KEYS.fernet_keys, "another"), "WINS_VOUCHER_DIGEST_KEY is not the key"),
    ],
)
def test_with_other_keys_than_before_nothing_is_imported(db, keys, words):
    """Else half of the codes could be read with one ring and half with another, and a code could stand twice."""
    fill()
    with pytest.raises(Refusal, match=words):
        run(csv(["AAAA1"]), keys=keys)
    assert Voucher.objects.count() == 1


def test_keys_do_not_show():
    assert KEYS.fernet_keys[0] not in repr(KEYS)
    assert "tests only" not in repr(KEYS)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text):
    """Whatever is sent as a file, the answer is rows or a refusal."""
    for header in ("", "code,exam,expires\n"):
        try:
            tuple(imports.read(Secret(header + text), {FND}, FILLING, NOW))
        except Refusal:
            continue


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "codes.csv"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def command(*args):
    out = StringIO()
    call_command("wins_import_vouchers", *args, stdout=out)
    return out.getvalue()


def test_the_command_imports_and_says_what_it_did(db, file, monkeypatch):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)
    ready(7)
    api.issue(7, FND, RULES, None, 1, NOW)
    path = file(csv(["SECRET99XY", "SECRET98XY"]))
    assert "Nothing was imported (dry run)" in command(path, "--order", "PO-1", "--dry-run")
    told = command(path, "--order", "PO-1")
    assert "2 codes imported. 1 learners who waited got one." in told
    assert "SECRET" not in told
    assert position().state == "issued"


@pytest.mark.parametrize(
    ("text", "words"),
    [("code,exam,expires\nA,WINS-FND,2028-01-01\n", "1 of 1 lines are wrong"), ("code\n", "Missing: exam, expires")],
)
def test_the_command_fails_in_words(db, file, monkeypatch, text, words):
    monkeypatch.setattr("wins_xblocks.context.now", lambda: NOW)
    with pytest.raises(CommandError, match=words):
        command(file(text), "--order", "PO-1")


def test_the_command_says_which_file_it_cannot_read(db):
    with pytest.raises(CommandError, match="No such file"):
        command("/nowhere/codes.csv")
