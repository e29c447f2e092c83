"""xblock-sdk's runtime as our host needs it: real people, keys that last, grades that are kept."""

import json
from collections.abc import Mapping
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from web_fragments.fragment import Fragment
from workbench.runtime import WorkbenchRuntime
from xblock.core import XBlock
from xblock.plugin import PluginMissingError
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import KvsFieldData, Mixologist
from xblock.scorable import Score

from . import grades
from .blocks import TYPES, Inherited, UnknownBlock
from .library import HostKeys, Library
from .store import HostStore

ELEMENT = (
    '<div class="{}" data-usage="{}" data-block-type="{}" data-handlers="{}" data-init="{}" data-args="{}">{}</div>'
)


class HostUserService(UserService):
    """The signed-in user under the names that edx-platform gives."""

    def __init__(self, user: Any) -> None:
        known = XBlockUser(is_current_user=True)
        if user is not None:
            known.emails, known.full_name = [user.email], user.get_full_name()
            known.opt_attrs.update({
                "edx-platform.user_id": user.id,
                "edx-platform.username": user.username,
                "edx-platform.is_authenticated": True,
            })  # fmt: skip
        super().__init__(user=known)

    def get_current_user(self) -> XBlockUser:
        return self._user


class HostRuntime(WorkbenchRuntime):
    """The library for one user: as the LMS shows it, or (``studio``) as an author edits and previews it."""

    def __init__(self, library: Library, user: Any = None, studio: bool = False) -> None:
        super().__init__(user.id if user is not None else None)
        self.library, self.user, self.studio = library, user, studio
        self._services["field-data"] = KvsFieldData(HostStore(library, studio))
        self._services["user"] = HostUserService(user)
        self.id_reader = self.id_generator = HostKeys(library)
        self.mixologist = Mixologist([Inherited])

    def load_block_type(self, block_type: str) -> type[XBlock]:
        """Our stand-ins for the platform's types go before what is installed under their names."""
        if block_type in TYPES:
            return TYPES[block_type]
        try:
            loaded: type[XBlock] = super().load_block_type(block_type)
        except PluginMissingError:
            return UnknownBlock
        return loaded

    def _patch_xblock(self, block: Any) -> None:
        """The SDK would set a due date that has passed on every block."""

    def get_asides(self, block: Any) -> list[Any]:
        """None here; looking for installed ones reads all of Python's packages for each block."""
        return []

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        url = self._handlers(block) + handler_name + (f"/{suffix}" if suffix else "")
        return f"{url}?{query}" if query else url

    def _handlers(self, block: Any) -> str:
        """Where the handlers of ``block`` begin; Studio has its own."""
        name = "wins_host:studio_handler" if self.studio else "wins_host:handler"
        return reverse(name, args=[str(block.scope_ids.usage_id), "x"]).removesuffix("x")

    def local_resource_url(self, block: Any, uri: str) -> str:
        return static(uri)  # a block's public folder is its package's static folder

    def publish(self, block: Any, event_type: str, event_data: Mapping[str, Any]) -> None:
        """Keep grades and completion, as the LMS does; other events end in no log here. Studio keeps nothing."""
        if self.studio or self.user is None:
            return
        key = str(block.scope_ids.usage_id)
        if event_type == "grade" and grades.record_grade(self.user.id, key, event_data):
            if hasattr(block, "set_score"):  # the LMS does so on every publish
                block.set_score(Score(raw_earned=event_data["value"], raw_possible=event_data["max_value"]))
        elif event_type == "completion":
            grades.record_completion(self.user.id, key, event_data)

    def _wrap_ele(self, block: Any, view: str, frag: Fragment, extra_data: Any = None) -> Fragment:
        """The element that ``host.js`` starts a block on. Not the SDK's: that needs jQuery and does not escape."""
        arguments = json.dumps(getattr(frag, "json_init_args", None) or {})
        wrapped = Fragment(
            format_html(
                ELEMENT,
                " ".join(self._css_classes_for(block, view)),
                str(block.scope_ids.usage_id),
                block.scope_ids.block_type,
                self._handlers(block),
                frag.js_init_fn or "",
                arguments,
                mark_safe(frag.body_html()),  # noqa: S308  the block's own view made it
            )
        )
        wrapped.add_fragment_resources(frag)
        return wrapped
