"""The tab on the course home. ``CourseTab`` is the platform's: here as much of it as the platform calls."""

import sys
from importlib import import_module, reload
from types import ModuleType, SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from tests import edge
from wins_xblocks import context
from wins_xblocks.domain.programme.loader import ProgrammeError

pytestmark = pytest.mark.django_db


class CourseTab:
    """``xmodule.tabs.CourseTab`` of Teak: made from a dict, asked by ``is_enabled(course, user=None)``."""

    def __init__(self, tab_dict):
        self.name, self.tab_id = tab_dict.get("name", self.title), tab_dict.get("tab_id", self.type)

    @classmethod
    def is_enabled(cls, course, user=None):
        raise NotImplementedError


@pytest.fixture
def tab(monkeypatch):
    xmodule, tabs = ModuleType("xmodule"), ModuleType("xmodule.tabs")
    tabs.CourseTab = CourseTab
    monkeypatch.setitem(sys.modules, "xmodule", xmodule)
    monkeypatch.setitem(sys.modules, "xmodule.tabs", tabs)
    monkeypatch.delitem(sys.modules, "wins_xblocks.course_tab", raising=False)
    return reload(import_module("wins_xblocks.course_tab")).PathTab


def course(id_=edge.FOUNDATION):
    return SimpleNamespace(id=id_)


def test_a_course_of_the_programme_leads_to_the_path(tab, learner):
    assert tab.is_enabled(course(), user=learner)
    assert tab({}).link_func(course(), reverse) == "/wins/me/"
    assert tab({}).name == "My WINS path"


def test_it_is_added_by_the_platform_and_stored_in_no_course(tab):
    assert (tab.is_dynamic, tab.is_default) == (True, False)


@pytest.mark.parametrize("id_", ["course-v1:Else+X+1", "library-v1:WINS+lib"])
def test_other_courses_get_none(tab, learner, id_):
    assert not tab.is_enabled(course(id_), user=learner)


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_nobody_in_particular_gets_none(tab, user):
    assert not tab.is_enabled(course(), user=user)


def test_broken_rules_leave_the_course_home_alone(tab, learner, monkeypatch):
    def broken(course_id):
        raise ProgrammeError("rules.yaml: line 1")

    monkeypatch.setattr(context, "module_of_course", broken)
    assert not tab.is_enabled(course(), user=learner)


def test_the_courses_of_coaches_belong_to_the_module_of_their_course():
    assert context.module_of_course("ccx-v1:WINS+FND+2026+ccx@7").id == "foundation"
