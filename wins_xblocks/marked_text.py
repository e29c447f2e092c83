"""An author's Markdown as safe HTML. Raw HTML in it is shown as text; a picture needs words and a safe address.

``inline`` is for questions and answers, which stand in legends and labels: emphasis, code and pictures. ``block`` is
for cases and reasons: links, lists, quotations and tables, too. Both are filters in our blocks' templates.
"""

import re
import threading
from functools import lru_cache
from html import escape, unescape

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from markdown import Markdown

MOST_BRACKETS = 100  # of a text
MOST_STARS = 400

register = template.Library()

# Most texts have no mark at all: they are escaped, and no converter is asked.
_MARKS = re.compile(r"[*_`\[\\]|^[ ]{0,3}(?:[>|+-]|\d+[.)])[ ]|^[^\n]*\|", re.MULTILINE)
_INLINE = {"strong", "em", "code", "br", "img"}
_BLOCK = _INLINE | {"p", "ul", "ol", "li", "blockquote", "a", "table", "thead", "tbody", "tr", "th", "td"}
_ADDRESS = re.compile(r"https://|/(?!/)")  # pictures: by a safe line, or of this platform
_LINK = re.compile(r"https?://|mailto:|/(?!/)")
_PARAGRAPH = re.compile(r"</p>\s*<p>")
_BREAK = re.compile(r"<br ?/?>\n?")
# Stars within a word, outside of code.
_WITHIN = re.compile(r"(`+[^`]*`+)|(?<=\w)\*(?=\w)")
_UNREAD = (
    "html", "autolink", "automail", "image_reference", "short_image_ref", "reference", "short_reference",
)  # fmt: skip
_own = threading.local()
_PICTURE = re.compile(r'<img[^>]*\balt="([^"]*)"[^>]*>')


@register.filter
@lru_cache(maxsize=4096)
def inline(text: str) -> SafeString:
    """One line or several, without blocks."""
    if not _marked(text):
        return _plain(text)
    found = _PARAGRAPH.sub("<br><br>", _converted(text, False))
    return mark_safe(_clean(_BREAK.sub("<br>", found), _INLINE))  # noqa: S308 cleaned


@register.filter
@lru_cache(maxsize=2048)
def block(text: str) -> SafeString:
    """Paragraphs, lists and tables; empty for no text."""
    if not text.strip():
        return mark_safe("")
    if not _marked(text) and "\n\n" not in text:
        return mark_safe(f"<p>{_plain(text)}</p>")  # noqa: S308 escaped
    try:
        return mark_safe(_clean(_converted(text, True), _BLOCK))  # noqa: S308 cleaned
    except RecursionError:  # lists in lists in lists, which no person wrote
        _own.__dict__.clear()  # the converter still thinks it is in them
        return mark_safe(f"<p>{_plain(text)}</p>")  # noqa: S308 escaped


@register.filter
@lru_cache(maxsize=512)
def bare(text: str) -> str:
    """What is left where no mark can stand, as in a list to choose from: a picture's words, no stars."""
    if not _marked(text):
        return text
    # The cleaner leaves < and > in a picture's words as they are.
    html = _PICTURE.sub(lambda found: found[1].replace("<", "&lt;").replace(">", "&gt;"), inline(text))
    html = html.replace("<br>", " ")
    return unescape(re.sub(r"<[^>]*>", "", html))


def _marked(text: str) -> bool:
    """Not what has so many marks that no person wrote them: the converter's time grows with their square."""
    return bool(_MARKS.search(text)) and text.count("[") <= MOST_BRACKETS and sum(map(text.count, "*_`")) <= MOST_STARS


def _plain(text: str) -> SafeString:
    return mark_safe("<br>".join(escape(text).splitlines()))  # noqa: S308 escaped


def _converted(text: str, blocks: bool) -> str:
    """Stars between letters or digits are no marks: 2*3*4 is a product."""
    plain = _WITHIN.sub(lambda found: found[1] or r"\*", text)
    return str(_converter(blocks).reset().convert(plain))


def _converter(blocks: bool) -> Markdown:
    """One for each thread, since it remembers what it reads."""
    made = _own.__dict__.get(blocks)
    if made is None:
        made = _own.__dict__[blocks] = _made(blocks)
    return made


def _made(blocks: bool) -> Markdown:
    made = Markdown(extensions=["nl2br", *(["tables", "sane_lists"] if blocks else [])])
    made.preprocessors.deregister("html_block")
    kept = {"empty", "paragraph", *(("indent", "quote", "olist", "ulist", "table") if blocks else ())}
    for name in [one.name for one in made.parser.blockprocessors._priority if one.name not in kept]:
        made.parser.blockprocessors.deregister(name)
    for name in _UNREAD:
        made.inlinePatterns.deregister(name)
    return made


def _clean(html: str, tags: set[str]) -> str:
    return nh3.clean(
        html, tags=tags, url_schemes={"https", "http", "mailto"}, attribute_filter=_attribute,
        attributes={"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}},
    )  # fmt: skip


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in ("src", "href") and not (_ADDRESS if name == "src" else _LINK).match(value):
        return None
    return value
