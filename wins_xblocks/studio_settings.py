"""The settings form of our blocks in Studio: the stock form, with the programme's modules by title."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from web_fragments.fragment import Fragment
from xblock.exceptions import JsonHandlerError
from xblock.fields import Scope, String
from xblock.utils.studio_editable import StudioEditableXBlockMixin
from xblock.validation import ValidationMessage

from . import context, words
from .base_block import author_handler, rules_needed
from .domain.programme.loader import ProgrammeError

# What the stock script takes from Studio's page; other runtimes may lack either. The frame in which Studio's newer unit
# page edits has no place for a notice, so a refusal is told in the form too. Where saving cannot be told to a
# surrounding page, the form tells by itself.
SCRIPT = """
function WinsSettings(runtime, element) {
    if (!window.gettext) { window.gettext = function (text) { return text; }; }
    var form = Object.create(runtime), problem = document.createElement('p');
    problem.setAttribute('role', 'alert');
    problem.className = 'wins-settings-problem';
    (element.jquery ? element[0] : element).querySelector('.xblock-actions').prepend(problem);
    form.notify = function (name, data) {
        problem.textContent = name === 'error' ? data.message : '';
        if (runtime.notify) {
            runtime.notify(name, data);
        } else if (name === 'cancel' || (name === 'save' && data.state === 'end')) {
            window.location.reload();
        }
    };
    return StudioEditableXBlockMixin(form, element);
}
"""
STYLE = """
.xblock-actions .wins-settings-problem { margin: 0 0 8px; color: #a01f19; font-weight: 600; }
.wins-settings-heading, .wins-settings-note { margin: 12px 20px 4px; }
"""


def module_choices(block: Any) -> list[dict[str, str]]:
    """What an author may choose for ``module_id``; a value that no rule set knows stays visible as such."""
    choices = [{"display_name": _("Found by the course number"), "value": ""}]
    choices += [
        {"display_name": words.staff_title(module), "value": module.id} for module in context.programme().modules
    ]
    if block.module_id not in [choice["value"] for choice in choices]:
        unknown = _("{module_id} (not a module of the programme)").format(module_id=block.module_id)
        choices.append({"display_name": unknown, "value": block.module_id})
    return choices


class ModuleSettings(StudioEditableXBlockMixin):
    """Mix in before ``WinsBlock``. Add the block's own names to ``editable_fields``."""

    editable_fields = ("display_name", "module_id")

    module_id = String(
        display_name=gettext_noop("Module"),
        help=gettext_noop("Which module of the programme this block belongs to."),
        scope=Scope.settings,
        default="",
        values_provider=module_choices,
    )

    @rules_needed
    def studio_view(self, context: Any = None) -> Fragment:
        """The stock form; its script runs in Studio and in runtimes that have less."""
        fragment = super().studio_view(context)
        fragment.add_css(STYLE)
        fragment.add_javascript(SCRIPT)
        fragment.initialize_js("WinsSettings")
        return fragment

    def _make_field_info(self, field_name: str, field: Any) -> dict[str, Any]:
        info: dict[str, Any] = super()._make_field_info(field_name, field)
        for part in ("display_name", "help"):
            info[part] = _(info[part]) if info[part] else ""  # gettext("") answers the catalogue's header
        return info

    @author_handler
    def submit_studio_edits(self, data: dict[str, Any]) -> Mapping[str, Any]:
        """Save the form, for authors only. 400 with words for what is not a form or not allowed."""
        if not isinstance(data.get("values"), dict) or not isinstance(data.get("defaults"), list):
            raise JsonHandlerError(400, _("The request is not a settings form."))
        more = self.more_settings(data["values"])
        stock = StudioEditableXBlockMixin.submit_studio_edits.__wrapped__
        try:
            answer: Mapping[str, Any] = stock(self, data, "")
        except (TypeError, ValueError, OverflowError) as error:
            raise JsonHandlerError(400, _("A setting has a value of the wrong kind.")) from error
        for name, value in more.items():
            setattr(self, name, value)
        return answer

    def more_settings(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Fields of a block's own part of the form, checked; saved with the stock ones or not at all."""
        return {}

    def validate_field_data(self, validation: Any, data: Any) -> None:
        """A named module must be one of the programme's."""
        super().validate_field_data(validation, data)
        try:
            known = not data.module_id or context.programme().module(data.module_id) is not None
        except ProgrammeError as error:
            validation.add(ValidationMessage(ValidationMessage.ERROR, str(error)))
            return
        if not known:
            told = _("{module_id} is not a module of the programme.").format(module_id=data.module_id)
            validation.add(ValidationMessage(ValidationMessage.ERROR, told))
