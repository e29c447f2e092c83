"""Templates of blocks: what they say is Django's to say, and how often they are read is ours."""

import pytest
from django.template.loader import render_to_string
from django.template.loaders.filesystem import Loader

from wins_xblocks import rendering
from wins_xblocks.rendering import rendered

VALUES = {"rows": [], "block": {"display_name": "<b>😀</b>"}, "asked": 3, "stand": {"may_start": True, "done": ()}}


@pytest.fixture
def read(monkeypatch):
    """Names of the template files that are read."""
    names = []

    def get_contents(loader, origin):
        names.append(origin.template_name)
        return original(loader, origin)

    original = Loader.get_contents
    monkeypatch.setattr(Loader, "get_contents", get_contents)
    rendering._engine.cache_clear()
    return names


def test_a_template_and_what_it_includes_are_read_once(read, settings):
    settings.DEBUG = False
    first = rendered("quiz_body.html", VALUES)
    assert sorted(read) == ["wins_xblocks/quiz_body.html", "wins_xblocks/quiz_start.html"]
    assert rendered("quiz_body.html", VALUES) == first
    assert len(read) == 2


def test_a_developer_sees_each_change(read, settings):
    settings.DEBUG = True
    for times in (1, 2):
        rendered("quiz_body.html", VALUES)
        assert read.count("wins_xblocks/quiz_body.html") == times


def test_it_says_what_django_would_say():
    told = rendered("quiz_body.html", VALUES)
    assert told == render_to_string("wins_xblocks/quiz_body.html", VALUES)
    assert "&lt;b&gt;😀&lt;/b&gt;" in told
    assert "3 questions" in told
