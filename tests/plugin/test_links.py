"""Links out of a course page: it stands in a frame, and the platform lets no page of ours into a frame."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "wins_xblocks/templates/wins_xblocks"
IN_BLOCKS = sorted(
    path for kind in ("quiz", "module", "exam_voucher", "study_time") for path in TEMPLATES.glob(f"{kind}*.html")
)


def links(text):
    return [link for link in re.findall(r"<a\b[^>]*>", text) if 'href="#' not in link]


@pytest.mark.parametrize("path", IN_BLOCKS, ids=lambda path: path.name)
def test_every_link_of_a_block_leaves_the_frame(path):
    for link in links(path.read_text(encoding="utf-8")):
        assert re.search(r'target="_(parent|blank)"', link), link


def test_the_templates_are_found_and_links_are_seen():
    assert len(IN_BLOCKS) > 10
    assert links('<p><a class="x" href="/wins/me/">My path</a> <a href="#top">Top</a></p>') == [
        '<a class="x" href="/wins/me/">'
    ]


def weight(selector):
    """(classes, elements) of a selector without ids; what ``:not`` holds counts too."""
    return len(re.findall(r"\.[\w-]+|:(?!not)[\w-]+|\[", selector)), len(re.findall(r"(?:^|[\s(])[a-z]\w*", selector))


@pytest.mark.parametrize("kind", ["a.wins-button:any-link", "a:any-link:not(.wins-button)"])
def test_the_colour_the_lms_gives_visited_links_never_hides_the_words_of_a_button(kind):
    ours = f".wins p {kind}"
    assert f"{ours} {{ color:" in (TEMPLATES.parents[1] / "static/wins_xblocks/css/wins.css").read_text("utf-8")
    assert weight(ours) > weight("p a:visited:not(.btn)") == (2, 2)
    assert weight(".wins .wins-button") < weight("p a:visited:not(.btn)"), "the rule would not be needed"
