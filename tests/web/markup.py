"""What a page must have for everybody: checked on its HTML, without a browser."""

from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr", "base", "col", "source", "wbr"}
CONTROLS = {"input", "select", "textarea"}


class Markup(HTMLParser):
    """Elements in order, ids, and the text of the page."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.faults, self.words = [], [], [], []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]


def faults(html, whole=True):
    """What is wrong with a page (or, not ``whole``, with a block's fragment)."""
    page = Markup(html)
    found = list(page.faults)
    found += [f"id {id_} stands twice" for id_ in set(page.ids) if page.ids.count(id_) > 1]
    found += _references(page) + _labels(page) + _headings(page, whole) + _tables(page)
    if whole:
        found += _frame(page)
    return found


def _references(page):
    named = [
        id_ for _, attrs in page.elements for name in ("aria-labelledby", "aria-describedby", "for")
        for id_ in (attrs.get(name) or "").split()
    ]  # fmt: skip
    return [f"nothing has the id {id_}" for id_ in named if id_ not in page.ids]


def _labels(page):
    labelled = {attrs.get("for") for attrs in page.all("label")}
    return [
        f"<{tag} {attrs}> has no label" for tag, attrs in page.elements
        if tag in CONTROLS and attrs.get("type") != "hidden" and attrs.get("id") not in labelled
    ]  # fmt: skip


def _headings(page, whole):
    levels = [int(tag[1]) for tag, _ in page.elements if tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
    found = ["not one h1"] if whole and levels.count(1) != 1 else []
    before = levels[0] if levels else 0
    for level in levels:
        if level > before + 1:
            found.append(f"h{level} after h{before}")
        before = level
    return found


def _tables(page):
    regions = [a for a in page.all("div") if a.get("role") == "region" and a.get("tabindex") == "0"]
    found = ["a table without a caption"] if len(page.all("table")) != len(page.all("caption")) else []
    found += ["a table that cannot be scrolled with keys"] if len(regions) < len(page.all("table")) else []
    return found + ["a heading cell without scope" for attrs in page.all("th") if "scope" not in attrs]


def _frame(page):
    html = page.all("html")[0]
    wanted = {"lang": bool(html.get("lang")), "dir": html.get("dir") in ("ltr", "rtl")}
    for tag in ("title", "main", "header", "footer", "nav"):
        wanted[tag] = bool(page.all(tag))
    wanted["skip link"] = any(a.get("class") == "wins-skip" and a.get("href") == "#main" for a in page.all("a"))
    wanted["no script"] = not page.all("script")
    return [f"{name} is missing" for name, there in wanted.items() if not there]
