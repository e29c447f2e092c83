"""Markdown to the HTML of a course page."""

import re
from functools import lru_cache
from html import unescape

import nh3
from markdown import Markdown

SAMPLE_NOTICE = '<p class="wins-sample">This page is sample text. It is not course material of WINS.</p>'
_NOTICE = re.compile(r'<p class="wins-sample">[^<]*</p>')
_TEXT = {"h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "hr", "br", "a"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


@lru_cache(maxsize=256)  # each reading is asked for twice: to be counted and to be written
def to_html(text: str) -> str:
    """Clean HTML. Raw HTML in ``text`` is shown as text, never obeyed."""
    converter = Markdown(extensions=["tables"])
    converter.preprocessors.deregister("html_block")
    for pattern in ("html", "image_link", "image_reference", "short_image_ref"):
        converter.inlinePatterns.deregister(pattern)
    return nh3.clean(
        converter.convert(text),
        tags=_TEXT | _TABLE,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"https", "http", "mailto"},
    )


def has_notice(html: str) -> bool:
    return _NOTICE.search(html) is not None


def words(html: str) -> int:
    """How many words a reader reads; the sample notice is none of them."""
    text = unescape(re.sub(r"<[^<>]*>", " ", _NOTICE.sub(" ", html)))
    return sum(1 for token in text.split() if any(sign.isalnum() for sign in token))
