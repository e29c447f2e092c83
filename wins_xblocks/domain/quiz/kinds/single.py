"""One right answer out of several."""

from collections.abc import Iterator

from ... import marked as _
from ..items import Item
from .choice import Choice


class Single(Choice):
    """Right when the right option is chosen."""

    name = "single"

    def problems(self, item: Item) -> Iterator[str]:
        yield from super().problems(item)
        if len(item.right) > 1:
            yield _("Question {number} (“{id}”) has more than one right answer.")
