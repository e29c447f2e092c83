"""The form of the policies as a browser sends it."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

from django.urls import reverse

from tests.conftest import NOW
from tests.domain.vouchers.builders import RULES
from wins_xblocks.domain.programme import versions

from .markup import Markup, faults

TODAY, LATER = NOW.date(), date(2027, 6, 1)


def read(response, status=200):
    html = response.content.decode()
    assert response.status_code == status, Markup(html).text[:1500]
    assert faults(html) == []
    page = Markup(html)
    page.areas = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', html, re.DOTALL))
    return page


def form_of(page):
    """What a browser would send of the page's last form."""
    found = {name: [unescape(text)] for name, text in page.areas.items()}
    for attrs in page.all("input"):
        name = attrs.get("name")
        if name and (attrs.get("type") != "checkbox" or "checked" in attrs):
            found.setdefault(name, []).append(attrs.get("value", ""))
    options = [(tag, attrs) for tag, attrs in page.elements if tag in ("select", "option")]
    name = ""
    for tag, attrs in options:
        if tag == "select":
            name = attrs["name"]
        elif "selected" in attrs:
            found[name] = [attrs["value"]]
    return found


def opened(client):
    return form_of(read(client.get(reverse("wins:policy_change"))))


def send(client, form, do="preview", **changes):
    """``changes`` by field, a double underscore for each dot."""
    names = {name.replace("__", "."): value for name, value in changes.items()}
    return client.post(reverse("wins:policy_change"), {**form, "do": do, **names}, follow=True)


def changed(client, do="store", day=LATER, reason="By the board", **changes):
    """Open the form, change it, look at what it does, store it."""
    form = form_of(read(send(client, opened(client), effective=day.isoformat(), reason=reason, **changes)))
    return send(client, form, do)


def made(day=LATER, by=1, now=NOW, base=RULES, **policies):
    """A version that somebody made through the domain's door."""
    known = versions.all_of(None)
    draft = replace(base, effective=day, reason="Made before", policies=replace(base.policies, **policies))
    versions.make(draft, versions.claim(known, day), None, by, now)
    return versions.all_of(None)[-1]
