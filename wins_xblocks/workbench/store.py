"""Where field values are: content in the archives and the authors' edits, learners' state in the database."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from xblock.exceptions import InvalidScopeError
from xblock.fields import Scope, UserScope
from xblock.runtime import DictKeyValueStore, KeyValueStore

from .blocks import INHERITED
from .library import Library
from .models import AuthorEdit, StudentState

Key = KeyValueStore.Key


def is_content(key: Key) -> bool:
    """Does the field belong to the course, not to people?"""
    return key.scope in (Scope.parent, Scope.children) or key.scope.user == UserScope.NONE


class HostStore(KeyValueStore):
    """The fields as one request sees them. Learners cannot change content, authors' previews keep no state."""

    def __init__(self, library: Library, studio: bool) -> None:
        self.library, self.studio = library, studio
        self._preview = DictKeyValueStore()
        self._edits: dict[str, dict[str, str | None]] = {}
        self._edited_blocks: set[str] | None = None
        self._states: dict[tuple[str, int], dict[str, str]] = {}

    def get(self, key: Key) -> Any:
        if not is_content(key):
            return self._preview.get(key) if self.studio else json.loads(self._state(key)[key.field_name])
        edits = self._edited(key)
        if key.field_name not in edits:
            return self.library.fields.get(key)
        value = edits[key.field_name]
        if value is None:
            raise KeyError(key)
        return json.loads(value)

    def has(self, key: Key) -> bool:
        """Asked before every ``get``, so it reads no value."""
        if not is_content(key):
            return self._preview.has(key) if self.studio else key.field_name in self._state(key)
        edits = self._edited(key)
        if key.field_name in edits:
            return edits[key.field_name] is not None
        return self.library.fields.has(key)

    def set(self, key: Key, value: Any) -> None:
        self.set_many({key: value})

    @transaction.atomic
    def set_many(self, update_dict: Mapping[Key, Any]) -> None:
        for key, value in update_dict.items():
            if is_content(key):
                self._edit(key, json.dumps(value))
            elif self.studio:
                self._preview.set(key, value)
            else:
                self._keep(key, json.dumps(value))

    def delete(self, key: Key) -> None:
        if is_content(key):
            self._edit(key, None)
        elif self.studio:
            self._preview.delete(key)
        else:
            del self._state(key)[key.field_name]
            block, user_id = _owner(key)
            StudentState.objects.filter(block=block, user_id=user_id, name=key.field_name).delete()

    def default(self, key: Key) -> Any:
        """An inherited setting as the nearest parent declares it."""
        if key.field_name in INHERITED and key.scope == Scope.settings:
            for parent in list(self.library.path(key.block_scope_id))[1:]:
                above = key._replace(block_scope_id=parent)
                if self.has(above):
                    return self.get(above)
        raise KeyError(key)

    def _edited(self, key: Key) -> dict[str, str | None]:
        """The edits of the key's block; few blocks have any, so it is asked once which."""
        block = str(key.block_scope_id)
        if self._edited_blocks is None:
            self._edited_blocks = set(AuthorEdit.objects.values_list("block", flat=True).distinct())
        if block not in self._edits:
            rows = AuthorEdit.objects.filter(block=block).values_list("name", "value")
            self._edits[block] = dict(rows) if block in self._edited_blocks else {}
        return self._edits[block]

    def _edit(self, key: Key, value: str | None) -> None:
        if not self.studio or key.scope in (Scope.parent, Scope.children):
            raise InvalidScopeError(key.scope)
        AuthorEdit.objects.bulk_create(
            [AuthorEdit(block=str(key.block_scope_id), name=key.field_name, value=value)],
            update_conflicts=True, unique_fields=["block", "name"], update_fields=["value"],
        )  # fmt: skip
        self._edited(key)[key.field_name] = value

    def _state(self, key: Key) -> dict[str, str]:
        owner = _owner(key)
        if owner not in self._states:
            rows = StudentState.objects.filter(block=owner[0], user_id=owner[1])
            self._states[owner] = dict(rows.values_list("name", "value"))
        return self._states[owner]

    def _keep(self, key: Key, value: str) -> None:
        block, user_id = _owner(key)
        StudentState.objects.bulk_create(
            [StudentState(block=block, user_id=user_id, name=key.field_name, value=value)],
            update_conflicts=True, unique_fields=["block", "user_id", "name"], update_fields=["value"],
        )  # fmt: skip
        self._state(key)[key.field_name] = value


def _owner(key: Key) -> tuple[str, int]:
    return "" if key.block_scope_id is None else str(key.block_scope_id), key.user_id or 0
