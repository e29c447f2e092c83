"""Who gets in, and who may open what."""

import pytest
from django.contrib.auth import get_user_model

FOUNDATION = "course-v1:WINS+FND+2026"
CULTURE = "course-v1:WINS+CUL+2026"
QUIZ = "block-v1:WINS+FND+2026+type@wins_quiz+block@foundation-u1-quiz"


def test_the_start_page_offers_three_people_and_says_what_each_sees(anybody):
    page = anybody.get("/").content.decode()
    for person in ("lena", "arno", "ada"):
        assert f'name="person" value="{person}"' in page
    assert "She sees: her path" in page
    assert "He sees: Studio" in page
    assert "She sees: the desk" in page


@pytest.mark.parametrize(("person", "home"), [("lena", "/wins/me/"), ("arno", "/studio/"), ("ada", "/wins/desk/")])
def test_a_button_signs_a_person_in_and_opens_her_first_page(anybody, person, home):
    answer = anybody.sign_in(person)
    assert (answer.status_code, answer["Location"]) == (302, home)
    assert anybody.get(home).status_code == 200


def test_signing_in_needs_the_forms_token(anybody):
    assert anybody.post("/sign-in/", {"person": "lena"}).status_code == 403
    assert "_auth_user_id" not in anybody.session


@pytest.mark.parametrize("person", ["nobody", "", "root"])
def test_only_the_three_can_be_signed_in(anybody, person):
    get_user_model().objects.create_user("root", password="x", is_superuser=True)
    assert anybody.sign_in(person).status_code == 404


def test_nobody_is_signed_in_when_the_demo_is_off(anybody, settings):
    anybody.get("/")
    token = anybody.cookies["csrftoken"].value
    settings.WINS_HOST_DEMO = False
    answer = anybody.post("/sign-in/", {"person": "lena"}, headers={"X-CSRFToken": token})
    assert answer.status_code == 404
    assert anybody.get("/").status_code == 404


@pytest.mark.parametrize("address", ["192.168.1.7", "10.0.0.1", "::ffff:8.8.8.8", "fe80::1", "", "localhost"])
def test_nobody_is_signed_in_from_another_machine(anybody, address):
    """Whatever the server was told to listen on, and whatever host the request names."""
    anybody.get("/")
    token = {"X-CSRFToken": anybody.cookies["csrftoken"].value}
    answer = anybody.post("/sign-in/", {"person": "ada"}, headers=token, REMOTE_ADDR=address)
    assert answer.status_code == 404
    assert "_auth_user_id" not in anybody.session


def test_the_demo_people_have_no_password(demo):
    assert not any(user.has_usable_password() for user in get_user_model().objects.all())


@pytest.mark.parametrize(
    ("wanted", "then"),
    [("/grades/", "/grades/"), ("https://elsewhere.example/", "/wins/me/"), ("//elsewhere", "/wins/me/")],
)
def test_after_signing_in_one_gets_to_the_page_asked_for_but_never_to_another_site(anybody, wanted, then):
    assert anybody.sign_in("lena", wanted)["Location"] == then


def test_a_student_in_the_address_changes_nothing(lena):
    page = lena.get("/grades/?student=ada").content.decode()
    assert "Lena Learner" in page


def test_signing_out_ends_the_session(lena):
    assert lena.form("/sign-out/").status_code == 302
    assert lena.get("/grades/").status_code == 302


@pytest.mark.parametrize("path", [
    "/courses/", f"/courses/{FOUNDATION}/", f"/courses/{FOUNDATION}/jump_to/{QUIZ}", "/grades/", "/studio/",
    f"/studio/{QUIZ}/edit", f"/studio/{QUIZ}/preview", "/wins/me/", "/wins/desk/",
])  # fmt: skip
def test_who_is_not_signed_in_is_sent_to_the_start_page(anybody, path):
    answer = anybody.get(path)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/")
    assert "next=" in answer["Location"]


@pytest.mark.parametrize("path", ["/studio/", f"/studio/{QUIZ}/edit", f"/studio/{QUIZ}/preview", "/wins/desk/"])
def test_a_learner_opens_neither_studio_nor_the_desk(lena, path):
    assert lena.get(path).status_code in (403, 404)


def test_a_course_opens_for_who_studies_or_writes_it(lena, arno, ada):
    assert lena.get(f"/courses/{FOUNDATION}/").status_code == 200
    assert lena.get(f"/courses/{CULTURE}/").status_code == 403
    assert arno.get(f"/courses/{CULTURE}/").status_code == 200
    assert ada.get(f"/courses/{FOUNDATION}/").status_code == 403


def test_the_list_links_only_what_opens(lena):
    page = lena.get("/courses/").content.decode()
    assert f'href="/courses/{FOUNDATION}/"' in page
    assert f'href="/courses/{CULTURE}/"' not in page


@pytest.mark.parametrize("path", [
    "/courses/course-v1:WINS+NOPE+2026/", "/courses/nonsense/", f"/courses/{FOUNDATION}/jump_to/nonsense",
    f"/courses/{FOUNDATION}/page/{QUIZ}", f"/courses/{FOUNDATION}/page/%00", "/nowhere",
    f"/courses/{FOUNDATION}/jump_to/block-v1:WINS+REG+2026+type@vertical+block@regulation-voucher-page",
])  # fmt: skip
def test_what_does_not_exist_is_told_plainly(lena, path):
    answer = lena.get(path)
    assert answer.status_code == 404
    assert b"This page does not exist" in answer.content


def test_every_page_says_that_this_is_a_demo(lena, arno):
    for browser, path in (
        (lena, "/"),
        (lena, "/courses/"),
        (lena, "/wins/me/"),
        (arno, "/studio/"),
        (lena, "/nowhere"),
    ):
        page = browser.get(path).content.decode()
        assert "1 minute counts as 10 hours." in page, path
        assert page.count("wins-host-demo") == 1


def test_the_mirror_language_turns_the_page_round(lena):
    assert '<html lang="en" dir="ltr">' in lena.get("/courses/").content.decode()
    lena.form("/language/", language="rtl", next="/courses/")
    assert '<html lang="rtl" dir="rtl">' in lena.get("/courses/").content.decode()
