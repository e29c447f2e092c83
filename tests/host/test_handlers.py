"""What browsers send to blocks: who is heard, what is kept, and what the learner sees after a reload."""

import pytest
from django.contrib.auth import get_user_model
from xblock.exceptions import InvalidScopeError

from wins_xblocks.platform import Platform, platform
from wins_xblocks.workbench.courses import known_key, runtime_for
from wins_xblocks.workbench.models import AuthorEdit, BlockCompletion, Grade, StudentState

COURSE = "course-v1:WINS+FND+2026"
QUIZ = "block-v1:WINS+FND+2026+type@wins_quiz+block@foundation-u1-quiz"
CLOCK = "block-v1:WINS+FND+2026+type@wins_study_time+block@foundation-u1-r1-time"
FOREIGN = "block-v1:WINS+CUL+2026+type@wins_quiz+block@security-culture-test"
PAGE = f"/courses/{COURSE}/jump_to/{QUIZ}"
SETTINGS = {"values": {"display_name": "New name 😀 & <b>"}, "defaults": []}


def user(name):
    return get_user_model().objects.get(username=name)


def quiz_of(name, studio=False):
    return runtime_for(user(name), studio).get_block(known_key(QUIZ))


def test_a_handler_answers_in_a_process_that_showed_no_page_yet(lena):
    answer = lena.json(f"/handler/{QUIZ}/begin", {})
    assert answer.status_code == 200, answer.content


def test_a_handler_without_the_token_is_refused(lena):
    answer = lena.post(f"/handler/{QUIZ}/begin", {}, content_type="application/json")
    assert answer.status_code == 403
    assert not StudentState.objects.exists()


def test_who_is_not_signed_in_is_not_heard(anybody):
    anybody.get("/")
    answer = anybody.json(f"/handler/{QUIZ}/begin", {})
    assert (answer.status_code, answer.json()["error"]) == (403, "You are not signed in.")


def test_who_is_not_enrolled_is_not_heard(lena):
    answer = lena.json(f"/handler/{FOREIGN}/begin", {})
    assert (answer.status_code, answer.json()["error"]) == (403, "You are not enrolled in this course.")


@pytest.mark.parametrize("path", [f"/handler/{QUIZ}/no_such", f"/handler/{QUIZ}x/begin", "/handler/nonsense/begin"])
def test_a_handler_that_does_not_exist_is_not_found(lena, path):
    assert lena.json(path, {}).status_code == 404


@pytest.mark.parametrize("name", ["render", "save", "student_view", "__init__"])
def test_a_method_that_is_no_handler_is_not_found(lena, name):
    assert lena.json(f"/handler/{QUIZ}/{name}", {}).status_code == 404


def test_studios_handlers_hear_the_courses_author_only(lena, arno, ada):
    path = f"/studio/{CLOCK}/handler/submit_studio_edits"
    for browser in (lena, ada):
        assert browser.json(path, SETTINGS).status_code == 403
    assert not AuthorEdit.objects.exists()
    assert arno.json(path, SETTINGS).status_code == 200


def test_settings_cannot_be_changed_through_the_learners_door(lena, arno):
    for browser in (lena, arno):
        assert browser.json(f"/handler/{CLOCK}/submit_studio_edits", SETTINGS).status_code == 403
    assert not AuthorEdit.objects.exists()


def test_content_is_read_only_outside_studio(demo):
    block = quiz_of("lena")
    block.display_name = "Mine now"
    with pytest.raises(InvalidScopeError):
        block.save()


def test_an_authors_change_is_seen_by_learners_and_undone_by_a_reset(arno, lena):
    from wins_xblocks.workbench.furnish import undo_edits

    arno.json(f"/studio/{CLOCK}/handler/submit_studio_edits", SETTINGS)
    assert runtime_for(user("lena")).get_block(known_key(CLOCK)).display_name == "New name 😀 & <b>"
    arno.json(f"/studio/{CLOCK}/handler/submit_studio_edits", {"values": {}, "defaults": ["display_name"]})
    block = runtime_for(user("lena")).get_block(known_key(CLOCK))
    assert block.display_name == block.fields["display_name"].default
    assert undo_edits() == 1
    assert runtime_for(user("lena")).get_block(known_key(CLOCK)).display_name == "Study time"


def test_what_an_author_tries_in_studio_is_kept_for_nobody(demo):
    block = quiz_of("arno", studio=True)
    block.attempts = 7
    block.save()
    assert not quiz_of("arno", studio=True).fields["attempts"].is_set_on(quiz_of("arno", studio=True))
    block.runtime.publish(block, "grade", {"value": 1, "max_value": 1})
    assert not StudentState.objects.exists()
    assert not Grade.objects.exists()


def test_each_learner_has_state_of_her_own_and_it_lasts(demo):
    mine = quiz_of("lena")
    for attempts in (2, 3):
        mine.attempts = attempts
        mine.save()
    assert quiz_of("lena").attempts == 3
    assert quiz_of("arno").attempts == 0
    mine.fields["attempts"].delete_from(mine)
    assert quiz_of("lena").attempts == 0
    assert not StudentState.objects.exists()


def test_a_published_grade_is_shown_after_a_reload(lena):
    assert "Your grade:" not in lena.get(PAGE, follow=True).content.decode()
    platform().publish_grade(quiz_of("lena"), 8, 10)
    for path in (PAGE, f"/courses/{COURSE}/", "/grades/"):
        assert "8 of 10" in lena.get(path, follow=True).content.decode(), path


def test_a_grade_kept_back_can_be_published_later_for_the_learner(lena):
    platform().publish_grade_for(user("lena").id, QUIZ, 2.5, 4)
    assert "2.5 of 4" in lena.get("/grades/").content.decode()


def test_what_the_gradebook_holds_is_told_and_a_quiz_is_complete_for_a_learner(lena):
    own = user("lena").id
    assert platform().score_of(own, QUIZ) is None
    platform().publish_grade_for(own, QUIZ, 2.5, 4)
    assert platform().score_of(own, QUIZ) == (2.5, 4)
    assert quiz_of("lena").raw_earned == 2.5, "the quiz's own state, too"
    platform().publish_completion_for(own, QUIZ)
    assert BlockCompletion.objects.get(user_id=own, usage_key=QUIZ).completion == 1


def test_a_second_grade_replaces_the_first_unless_only_a_higher_one_counts(demo):
    block = quiz_of("lena")
    block.runtime.publish(block, "grade", {"value": 5, "max_value": 10})
    block.runtime.publish(block, "grade", {"value": 4, "max_value": 10, "only_if_higher": True})
    assert Grade.objects.get().earned == 5
    block.runtime.publish(block, "grade", {"value": 4, "max_value": 10})
    assert Grade.objects.get().earned == 4


@pytest.mark.parametrize("event", [
    {}, {"value": 1}, {"value": "1", "max_value": 2}, {"value": True, "max_value": 2}, {"value": -1, "max_value": 2},
    {"value": float("nan"), "max_value": 2}, {"value": float("inf"), "max_value": 2}, {"value": 3, "max_value": 2},
])  # fmt: skip
def test_a_grade_that_is_none_is_refused(demo, event):
    block = quiz_of("lena")
    with pytest.raises(ValueError, match=r"value|more than"):
        block.runtime.publish(block, "grade", event)
    assert not Grade.objects.exists()


def test_completion_is_kept_between_nothing_and_all(demo):
    block = quiz_of("lena")
    platform().publish_completion(block, 0.5)
    platform().publish_completion(block, 1.0)
    assert BlockCompletion.objects.get().completion == 1.0
    with pytest.raises(ValueError, match="0 to 1"):
        platform().publish_completion(block, 1.5)


def test_the_user_has_the_names_that_edx_platform_gives(demo):
    block = quiz_of("lena")
    told = block.runtime._services["user"].get_current_user()
    lena = user("lena")
    assert (told.full_name, told.emails) == ("Lena Learner", ["lena@example.org"])
    assert told.opt_attrs["edx-platform.user_id"] == lena.id
    assert told.opt_attrs["edx-platform.username"] == "lena"


def test_who_acts_is_told_as_the_platform_tells_it(demo):
    learner, author = platform().actor(quiz_of("lena")), platform().actor(quiz_of("arno"))
    assert learner.studies
    assert learner.user_id == learner.shown_id == user("lena").id
    assert author.may_write
    assert not author.studies
    studio = quiz_of("arno", studio=True)
    assert not platform().actor(studio).may_write
    assert platform().may_author(studio)
    assert not platform().may_author(quiz_of("arno"))
    assert not platform().may_author(quiz_of("lena", studio=True))


def test_the_hosts_edge_has_the_ports_methods_and_signatures():
    import inspect

    from wins_xblocks.platform import OpenEdx
    from wins_xblocks.workbench.edge import HostEdge

    names = [name for name, value in vars(Platform).items() if inspect.isfunction(value) and not name.startswith("_")]
    assert len(names) > 10
    for name in names:
        assert inspect.signature(getattr(HostEdge, name)) == inspect.signature(getattr(OpenEdx, name)), name


def test_mail_goes_to_django(demo, mailoutbox):
    platform().send_mail(None, "Subject", "Body")
    platform().send_mail(platform().people([user("lena").id])[user("lena").id], "Subject", "Body")
    assert [mail.to for mail in mailoutbox] == [["academy@localhost"], ["lena@example.org"]]
