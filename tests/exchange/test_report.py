"""The report on a file: what is new, changed, there already, left and why. And files that are none."""

import io
import zipfile

import pytest

from tests.domain.quiz.banks import body, question
from tests.domain.quiz.kinds import multiple, numeric
from tests.domain.vouchers.workbooks import number, row, text, workbook
from tests.exchange.readers import EXCEL, WORD
from wins_xblocks.domain import Refusal
from wins_xblocks.domain.quiz import banks
from wins_xblocks.exchange import FORMATS, format_of, pasted
from wins_xblocks.exchange.report import report

EMPTY = banks.bank_of({})


def csv(*rows):
    return FORMATS["csv"].read("\n".join(rows).encode())


def lines(read, bank=EMPTY):
    return report(read, bank)


def told(line):
    return [str(one) for one in line.told]


def one(*rows):
    (line,) = lines(csv(*rows))
    return line


def right(line):
    return sorted(line.item.right)


HEAD = "question,A,B,C,right"


@pytest.mark.parametrize(("cell", "kind", "keys"), [
    ("B", "single", ["b"]), ("b", "single", ["b"]), ('"A, C"', "multiple", ["a", "c"]),
    ("A;C", "multiple", ["a", "c"]), ("AC", "multiple", ["a", "c"]), ("A / C", "multiple", ["a", "c"]),
    ("two", "single", ["b"]), ("bad", "single", ["c"]),
])  # fmt: skip
def test_right_answers_are_named_by_letter_or_text(cell, kind, keys):
    line = one(HEAD, f"Which?,one,two,bad,{cell}")
    assert (line.fate, line.item.kind, right(line)) == ("new", kind, keys)


@pytest.mark.parametrize("cell", ["D", "four", "A and B", "1"])
def test_a_right_answer_that_is_none_of_them_is_told(cell):
    line = one(HEAD, f"Which?,one,two,three,{cell}")
    assert line.fate == "left"
    assert "by their letters" in told(line)[0]


def test_kinds_are_known_by_their_columns():
    read = csv(
        "question,A,B,match A,match B,right,tolerance,unit", "It rains?,,,,,true,,", "How much?,,,,,3.7,5 %,GBq",
        "Which goes with which?,Alarm,Fence,Detect,Delay,,,",
    )  # fmt: skip
    assert [(line.fate, line.item.kind) for line in lines(read)] == [
        ("new", "truefalse"), ("new", "numeric"), ("new", "matching"),
    ]  # fmt: skip


def test_each_row_is_told_by_itself_and_the_good_ones_can_be_taken():
    read = csv(HEAD, "Good?,yes,no,,A", "", "No right one?,yes,no,,", "Only one?,yes,,,A", ",yes,no,,A")
    assert [(line.place, line.fate) for line in lines(read)] == [(2, "new"), (4, "left"), (5, "left"), (6, "left")]
    assert [told(line)[0] for line in lines(read)[1:]] == [
        "Question 2 (“No right one?”) has no right answer.", "Question 3 (“Only one?”) needs at least two answers.",
        "Question 4 (“”) has no text.",
    ]  # fmt: skip


def test_ids_say_what_is_changed_and_what_is_there():
    bank = banks.bank_of(body(question(1), question(2)))
    changed = banks.bank_of(body(question(1), question(2, stem="Other?"), question(3)))
    found = lines(FORMATS["csv"].read(FORMATS["csv"].write(changed).data), bank)
    assert [(line.fate, line.stands) for line in found] == [("same", 1), ("changed", 2), ("new", 0)]


def test_a_question_keeps_what_the_file_has_no_place_for():
    own = numeric(1, category="Sources", status="draft", points=3)
    bank = banks.bank_of(body(own, multiple(2, credit="part", bloom="apply")))
    (line,) = lines(csv("id,kind,question,right", "q1,numeric,Anew?,4"), bank)
    assert banks.plain_item(line.item) == {
        **own, "stem": "Anew?", "answer": {**own["answer"], "value": "4"},
    }  # fmt: skip
    (line,) = lines(csv("id,kind,question,right,category,points,unit", "q1,numeric,Anew?,4,,,"), bank)
    assert (line.item.category, line.item.points, line.item.number.unit, line.item.status) == ("", 1, "", "draft")
    again = lines(FORMATS["xml"].read(FORMATS["xml"].write(bank).data), bank)
    assert [line.fate for line in again] == ["same", "same"]


def test_an_id_or_a_question_that_stands_twice_in_a_file_is_taken_once():
    read = csv("id," + HEAD, "q1,One?,yes,no,,A", "Q1,Two?,yes,no,,A", ",Three?,yes,no,,A", ",three? ,Yes,no,,A")
    assert [line.fate for line in lines(read)] == ["new", "left", "new", "left"]
    assert told(lines(read)[1]) == ["The id “q1” stands above in this file, too."]
    assert told(lines(read)[3]) == ["The same question stands above in this file."]


def test_a_question_without_an_id_that_the_quiz_has_is_found():
    bank = banks.bank_of(body(question(1)))
    options = ",".join(f"Answer {letter} of 1" for letter in "abcd")
    (line,) = lines(csv("question,A,B,C,D,right", f"stem 1?,{options},A"), bank)
    assert (line.fate, line.stands) == ("same", 1)


def test_columns_that_nobody_reads_are_told_and_a_missing_one_is_refused():
    read = csv("question,A,B,right,Remarks", "Who?,a,b,A,hm")
    assert [str(one) for one in read.told] == ["The column “remarks” was not read."]
    with pytest.raises(Refusal, match="The first row must name the columns"):
        csv("Who?,a,b,A")
    with pytest.raises(Refusal, match="names a column twice: stem"):
        csv("question,stem,A", "x,y,z")


def test_rows_with_the_same_text_of_a_case_share_it():
    read = csv("case text,question,right", "A store.,Locked?,true", "A store.,Open?,false")
    first, second = (line.item for line in lines(read))
    assert first.case == second.case
    assert dict(read.cases) == {first.case: "A store."}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_excels_encodings_of_text_are_read(encoding):
    data = f"{HEAD}\nÜber größe?,é,ß,,B".replace(",", "\t").encode(encoding)
    (line,) = lines(FORMATS["csv"].read(data))
    assert (line.item.stem, right(line)) == ("Über größe?", ["b"])


def test_another_encoding_is_refused_with_its_line():
    with pytest.raises(Refusal) as refused:
        FORMATS["csv"].read(f"{HEAD}\nÜber?,a,b,,A".encode("cp1252"))
    assert str(refused.value) == 'The file is not UTF-8 text: see line 2. Save it as "CSV UTF-8" and try again.'


def test_a_workbook_gives_what_its_cells_show_and_no_formula():
    formula = '<c t="str"><f>1+1</f><v>2</v></c>'
    data = workbook(row(*map(text, ("question", "A", "B", "right", "points"))),
                    row(text("Sum\nof it?"), number(1), formula, text("B"), number(3)))  # fmt: skip
    (line,) = lines(FORMATS["xlsx"].read(data))
    assert (line.item.stem, [o.text for o in line.item.options], line.item.points) == ("Sum\nof it?", ["1", "2"], 3)


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY b "{}">]>'
LAUGH = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(("name", "data", "words"), [
    ("a.xlsx", zipped(**{"xl/workbook.xml": b"0" * 41_000_000}), "too large when unpacked"),
    ("a.xlsx", zipped(**{"../x": b""}), "a path outside of it"),
    ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"x" * 50, "an old form of Excel"),
    ("a.xlsx", b"question,A\n", "The workbook cannot be read"),
    ("a.xlsx", workbook(body=ENTITY + "<worksheet/>"), "The workbook cannot be read"),
    ("a.xml", (ENTITY + "<problem>&e;</problem>").encode(), "has a DOCTYPE"),
    ("a.xml", f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGH}]><problem>&a9;</problem>'.encode(), "not XML: see line 1"),
    ("a.xml", b"<problem>", "This is not XML: see line 1."), ("a.xml", b"<course/>", "no “problem”"),
    ("a.csv", b"\xff\xfe\x00", "damaged"), ("a.csv", b"a\0b", "no file of text"), ("a.csv", b" \n", "empty"),
    ("a.doc", b"x", "Files of this kind are not read. Read are: xlsx, csv, yaml, xml."),
    ("a.csv", b"x" * 5_000_001, "5 MB"),
    ("a.csv", b"question,right\n" + b"Yes?,true\n" * 2001, "At most 2000 fit."),
    ("a.csv", b"question\n" + b'"' + b"x" * 200_000, "cannot be read as CSV"),
    ("a.yaml", b"items: []", "The file has no question."),
    ("a.yaml", b"items: [" + b"1," * 2001 + b"]", "At most 2000 fit."),
])  # fmt: skip
def test_a_file_that_is_none_is_refused_in_words(name, data, words):
    with pytest.raises(Refusal) as refused:
        format_of(name, data).read(data)
    assert words in str(refused.value)


def problem(inside):
    return FORMATS["xml"].read(f"<problem>{inside}</problem>".encode())


CHOICES = '<choicegroup><choice correct="true">Yes{}</choice><choice correct="false">No</choice></choicegroup>'


@pytest.mark.parametrize(("inside", "words"), [
    ("<script type='loncapa/python'>x=1</script>", "It has a script."),
    ("<stringresponse answer='x'><textline/></stringresponse>", "of a kind that cannot be taken"),
    ("<p>Only text</p>", "of a kind that cannot be taken"),
    ("<numericalresponse answer='1'/><numericalresponse answer='2'/>", "more than one thing"),
    ("<numericalresponse answer='[1,2)'/>", "is not one number"),
    ("<numericalresponse answer='$x'/>", "It has a script."),
])  # fmt: skip
def test_a_problem_that_cannot_be_said_here_is_left_and_told(inside, words):
    (line,) = lines(problem(inside))
    assert line.fate == "left"
    assert words in told(line)[0]


def test_what_was_left_out_of_a_problem_is_told():
    hint = CHOICES.format("<choicehint>Well done</choicehint>")
    inside = f"<multiplechoiceresponse partial_credit='points'><label><b>Who</b> <img src='x'/>?</label>{hint}"
    (line,) = lines(problem(inside + "</multiplechoiceresponse><demandhint><hint>h</hint></demandhint>"))
    assert (line.fate, line.item.stem, [option.text for option in line.item.options]) == ("new", "Who ?", ["Yes", "No"])
    assert [words.split(" ")[0] for words in told(line)] == ["Hints", "A", "Formatting", "Its"]


def test_a_script_tag_in_a_text_stays_a_text():
    (line,) = lines(csv(HEAD, "<script>alert(1)</script>,yes,no,,A"))
    assert line.item.stem == "<script>alert(1)</script>"
    html = "<table><tr><td>question<td>A<td>B<td>right<tr><td>Who?<script>alert(1)</script><td>yes<td>no<td>A</table>"
    assert lines(pasted.read(html, ""))[0].item.stem == "Who?"


def test_words_table_and_excels_table():
    first, second = lines(pasted.read(WORD.decode(), ""))
    assert first.item.stem == "Who answers for the security of a source?"
    assert [option.text for option in first.item.options] == ["The holder of the licence", "The carrier", "Nobody"]
    assert (second.item.stem, len(second.item.options), right(second)) == ("How many are 10³ Bq?", 2, ["a"])
    line = lines(pasted.read(EXCEL.decode(), ""))[0]
    assert (line.item.stem, line.item.points) == ("Two\nlines?", 2)


def test_a_cell_over_several_rows_stands_in_each():
    rows = "<tr><td rowspan=2>A store.<td>Locked?<td>true<tr><td>Open?<td>false"
    read = pasted.read(f"<table><tr><td>case text<td>question<td>right{rows}</table>", "")
    assert [line.item.stem for line in lines(read)] == ["Locked?", "Open?"]
    assert len({line.item.case for line in lines(read)}) == 1


def test_pictures_are_told():
    html = "<table><tr><td>question<td>right<tr><td>Seen? <img src=x><td>true</table>"
    assert told(lines(pasted.read(html, ""))[0])[0].startswith("A picture was left out.")
