"""The text of a mail: bare names in braces are filled, and nothing else is let through or evaluated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wins_xblocks.domain.outbox import rules

KNOWN = ("module", "exam")


class Watched:
    """Says when somebody reaches for what hangs on it."""

    def __getattr__(self, name):
        raise AssertionError(name)

    def __str__(self):
        return "plain"


@pytest.mark.parametrize("text", ["{module}", "Exam {exam}, {module}.\n{exam}", "No placeholder at all", "50 % of $x"])
def test_good_texts(text):
    assert rules.wrong("body", text, KNOWN) is None


@pytest.mark.parametrize(
    "text",
    [
        "{", "}", "{{module}}", "{}", "{0}", "{module.x}", "{module[0]}", "{module!r}", "{module:>10}", "{ module }",
        "{Module}", "{expires_on}", "{module", "module}", "{mod\nule}", "{module}}", "{" * 50, "{" + "a" * 300 + "}",
    ],
)  # fmt: skip
def test_braces_that_are_no_placeholder_of_the_kind(text):
    found = rules.wrong("body", f"Before {text} after", KNOWN)
    assert found.field == "body"
    assert "It knows: {exam}, {module}." in str(found)
    assert len(str(found)) < 200
    with pytest.raises(rules.Unfilled):
        rules.filled(f"Before {text} after", {"module": "M", "exam": "E"})


def test_a_mail_without_placeholders_says_so():
    assert "this mail has no placeholders" in str(rules.wrong("subject", "Hello {name}", ()))


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("subject", "", "empty mail"), ("body", "", "empty mail"), ("subject", "One\ntwo", "one line"),
        ("subject", "x" * 151, "151 characters. It may have at most 150"), ("body", "x" * 4001, "at most 4000"),
        ("body", "A\tB", "does not show"), ("body", "A\0B", "does not show"), ("subject", "A\x1b[2J", "does not show"),
        ("body", "A\u2028B", "does not show"), ("body", "A\ud800B", "does not show"),
        ("body", "See <b>this</b>", "Leave “<b>” out"), ("body", "<script src=x>", "plain text"),
        ("body", "<!-- x -->", "plain text"),
    ],
)  # fmt: skip
def test_texts_that_are_no_plain_mail(field, text, told):
    found = rules.wrong(field, text, KNOWN)
    assert found.field == field
    assert told in str(found)


@pytest.mark.parametrize("text", ["Délai\u00a0: 3 < 4 jours", "می‌خواهم", "שלום", "x" * 4000, "1\n2\n\n3"])
def test_what_people_write_in_their_languages_is_good(text):
    assert rules.wrong("body", text, KNOWN) is None


def test_values_are_put_in_as_they_are_and_once():
    assert rules.filled("{exam}: {module}", {"exam": "{module}", "module": "{exam} {0}"}) == "{module}: {exam} {0}"


def test_nothing_that_hangs_on_a_value_is_reached():
    assert rules.filled("A {module}", {"module": Watched()}) == "A plain"
    for text in ("{module.secret}", "{module[0]}", "{module!r}", "{module.__class__}"):
        with pytest.raises(rules.Unfilled):
            rules.filled(text, {"module": Watched()})


def test_lines_end_in_one_way():
    assert rules.cleaned("  A\r\nB\rC \n") == "A\nB\nC"


@given(st.text(st.sampled_from("{}ab.!:0 \n_"), max_size=30))
def test_whatever_was_found_good_can_be_sent(text):
    own = rules.cleaned(text)
    if rules.wrong("body", own, ("a", "b", "ab")) is None:
        assert rules.filled(own, {"a": 1, "b": 2, "ab": 3}).count("{") == 0
