"""Pages of the ten courses, and how one gets from page to page."""

import re

import pytest

from wins_xblocks.platform import platform
from wins_xblocks.workbench.courses import library, runtime_for

FOUNDATION = "course-v1:WINS+FND+2026"


def keys_of(block_type):
    return [str(key) for root in library().courses.values() for key in library().below(root, block_type)]


def test_the_ten_courses_are_there(archives):
    assert len(archives) == 10
    assert len(library().courses) == 10
    assert library().problems == []


def test_each_page_of_the_ten_courses_opens_for_its_author(arno):
    pages = keys_of("vertical")
    assert len(pages) > 100
    for key in pages:
        course = "course-v1:" + key.removeprefix("block-v1:").partition("+type@")[0]
        assert arno.get(f"/courses/{course}/page/{key}").status_code == 200, key


def test_each_page_of_her_courses_opens_for_the_learner(lena):
    for course in ("course-v1:WINS+FND+2026", "course-v1:WINS+REG+2026"):
        for key in library().below(library().courses[course], "vertical"):
            page = lena.get(f"/courses/{course}/page/{key}")
            assert page.status_code == 200, key


def test_each_block_of_ours_has_its_settings_and_its_preview(arno):
    listed = arno.get("/studio/").content.decode()
    for kind in ("wins_module", "wins_study_time", "wins_quiz", "wins_exam_voucher"):
        for key in keys_of(kind)[:3]:
            assert f'href="/studio/{key}/edit"' in listed
            assert arno.get(f"/studio/{key}/edit").status_code == 200, key
            assert arno.get(f"/studio/{key}/preview").status_code == 200, key


def test_a_page_has_its_language_title_place_and_neighbours(lena):
    first, second, third = [key for key in keys_of("vertical") if "+FND+" in key][:3]
    page = lena.get(f"/courses/{FOUNDATION}/page/{second}").content.decode()
    assert '<html lang="en" dir="ltr">' in page
    assert re.search(r"<title>How your time is counted · Start · Foundation Module ·", page)
    assert page.count('aria-current="page"') == 2
    assert f'rel="prev" href="/courses/{FOUNDATION}/page/{first}"' in page
    assert f'rel="next" href="/courses/{FOUNDATION}/page/{third}"' in page


def test_walking_by_next_meets_every_page_once(lena):
    wanted = [key for key in keys_of("vertical") if "+REG+" in key]
    here, met = f"/courses/course-v1:WINS+REG+2026/page/{wanted[0]}", []
    while here:
        met.append(here.rpartition("/")[2])
        onward = re.search(r'rel="next" href="([^"]+)"', lena.get(here).content.decode())
        here = onward and onward[1]
    assert met == wanted


def test_a_block_is_found_on_its_page(lena):
    quiz = "block-v1:WINS+FND+2026+type@wins_quiz+block@foundation-u1-quiz"
    answer = lena.get(platform().page_url(FOUNDATION, quiz))
    assert answer["Location"].endswith("+type@vertical+block@foundation-u1-quiz-page")


def test_a_unit_opens_at_its_first_page(lena):
    unit = "block-v1:WINS+FND+2026+type@chapter+block@foundation-u2"
    answer = lena.get(platform().page_url(FOUNDATION, unit))
    assert answer["Location"].endswith("+type@vertical+block@foundation-u2-objectives")


def test_the_outline_tells_units_pages_and_blocks(demo):
    units = platform().outline(FOUNDATION, None)
    assert [unit.key.rpartition("@")[2] for unit in units][:2] == ["foundation-start", "foundation-u1"]
    page = next(page for page in units[1].pages if page.key.endswith("@foundation-u1-quiz-page"))
    assert [kind for _, kind in page.blocks] == ["wins_study_time", "html", "wins_quiz"]
    assert platform().outline("course-v1:WINS+NOPE+2026", None) == ()


def test_a_block_knows_its_unit_and_page(demo):
    key = next(key for key in library().keys if str(key).endswith("@foundation-u1-r1-time"))
    unit, page = platform().page_of(runtime_for(None).get_block(key))
    assert unit.endswith("+type@chapter+block@foundation-u1")
    assert page.endswith("+type@vertical+block@foundation-u1-r1")


def test_scripts_and_styles_of_a_page_are_served(lena, settings):
    from django.contrib.staticfiles import finders

    page = lena.get(f"/courses/{FOUNDATION}/page/{keys_of('wins_quiz')[0].replace('wins_quiz', 'vertical')}-page")
    found = re.findall(r'(?:src|href)="/static/([^"]+)"', page.content.decode())
    assert "wins_xblocks/js/host.js" in found
    assert [name for name in found if not finders.find(name)] == []


@pytest.mark.parametrize("person", ["lena", "arno", "ada"])
def test_grades_start_empty(anybody, person):
    anybody.sign_in(person)
    assert b"There are no grades yet." in anybody.get("/grades/").content
