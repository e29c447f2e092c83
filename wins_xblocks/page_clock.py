"""The study clock on every page of a module's course, whether or not its author placed one."""

from typing import Any

from django.templatetags.static import static

from . import context
from .domain.registration import api as registration
from .platform import platform
from .rendering import rendered
from .study_clock import Place, clock, kind_of, standing_on

OWN_BLOCK = "wins_study_time"
OWN_LINE = 'class="wins wins-study"'  # what that block shows, wherever on the page it stands


def add_clock(block: Any, fragment: Any) -> bool:
    """Put the clock of page ``block`` (a vertical) above the page's own text; did we?

    Not in courses outside the programme, which are asked first and cost nothing more; not where the author placed the
    clock, on the page or on one inside it; not inside another page; and for nobody but a learner who studies here.
    """
    course_id = str(block.usage_key.context_key)
    rules = context.programme()
    module = context.module_of_course(course_id, rules)
    if module is None or OWN_LINE in fragment.content or any(c.block_type == OWN_BLOCK for c in block.children):
        return False
    actor = platform().actor(block)
    if not actor.studies or actor.user_id is None:
        return False
    unit, page = platform().page_of(block)
    if page != str(block.usage_key):
        return False
    found = registration.open_for_enrolment(
        actor.user_id, module, course_id, rules.version, context.now(), entitlement=rules.policies.entitlement
    )
    values, args = clock(found, module, Place(course_id, unit, page, kind_of(standing_on(block))))
    html = rendered("page_clock.html", {**values, "args": args})
    fragment.content = html + fragment.content
    for style in ("wins", "study_time"):
        fragment.add_css_url(static(f"wins_xblocks/css/{style}.css"))
    for script in ("study_time", "page_clock"):
        fragment.add_javascript_url(static(f"wins_xblocks/js/{script}.js"))
    return True
