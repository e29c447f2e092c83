"""The platform's own block types as far as our courses use them. Never entry points: they would hide the platform's."""

from typing import Any

from django.template.loader import render_to_string
from web_fragments.fragment import Fragment
from xblock.core import XBlock, XBlockMixin
from xblock.fields import Boolean, DateTime, Scope, String


class Inherited(XBlockMixin):
    """Settings that every block of the platform takes from its parents (the store looks them up)."""

    due = DateTime(scope=Scope.settings, default=None)
    graded = Boolean(scope=Scope.settings, default=False)
    format = String(scope=Scope.settings, default=None)
    show_correctness = String(scope=Scope.settings, default="always")


INHERITED = frozenset(Inherited.fields)


class CourseBlock(XBlock):
    """The root of a course."""

    has_children = True
    display_name = String(scope=Scope.settings, default="")
    language = String(scope=Scope.settings, default="")
    self_paced = Boolean(scope=Scope.settings, default=False)


class ChapterBlock(XBlock):
    """A unit of the course (OLX chapter)."""

    has_children = True
    display_name = String(scope=Scope.settings, default="")


class SequentialBlock(XBlock):
    """Some pages of a unit; what is graded stands here."""

    has_children = True
    display_name = String(scope=Scope.settings, default="")


class VerticalBlock(XBlock):
    """A page."""

    has_children = True
    display_name = String(scope=Scope.settings, default="")

    def student_view(self, context: Any = None) -> Fragment:
        fragment = Fragment()
        for child in self.runtime.render_children(self, "student_view", context):
            fragment.add_fragment_resources(child)
            fragment.add_content(child.content)
        return fragment


class HtmlBlock(XBlock):
    """A text, shown as it stands in the course."""

    display_name = String(scope=Scope.settings, default="")
    data = String(scope=Scope.content, default="")

    def student_view(self, context: Any = None) -> Fragment:
        return Fragment(self.data)


class UnknownBlock(XBlock):
    """Stands for a block type that is not installed here."""

    display_name = String(scope=Scope.settings, default="")

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        block = runtime.construct_xblock_from_class(cls, keys)
        block.display_name = node.get("display_name", "")
        return block

    def student_view(self, context: Any = None) -> Fragment:
        return Fragment(render_to_string("wins_host/unknown.html", {"type": self.scope_ids.block_type}))


TYPES: dict[str, type[XBlock]] = {
    "course": CourseBlock,
    "chapter": ChapterBlock,
    "sequential": SequentialBlock,
    "vertical": VerticalBlock,
    "html": HtmlBlock,
}
