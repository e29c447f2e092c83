"""All courses of the host in memory: what their archives say, by usage key."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from opaque_keys.edx.keys import CourseKey, UsageKey
from xblock.exceptions import NoSuchDefinition, NoSuchUsage
from xblock.fields import Scope
from xblock.runtime import DictKeyValueStore, IdGenerator, IdReader, KeyValueStore


@dataclass
class Library:
    """Courses by id (their root's usage key), field values, and the reasons why an archive is not among them."""

    courses: dict[str, UsageKey] = field(default_factory=dict)
    keys: set[UsageKey] = field(default_factory=set)
    fields: DictKeyValueStore = field(default_factory=DictKeyValueStore)
    problems: list[str] = field(default_factory=list)

    def parent(self, key: UsageKey) -> UsageKey | None:
        where = KeyValueStore.Key(Scope.parent, None, key, "parent")
        found: UsageKey | None = self.fields.db_dict.get(where)
        return found

    def children(self, key: UsageKey) -> tuple[UsageKey, ...]:
        return tuple(self.fields.db_dict.get(KeyValueStore.Key(Scope.children, None, key, "children"), ()))

    def path(self, key: UsageKey) -> Iterator[UsageKey]:
        """``key``, its parent, and so on up to the course."""
        here: UsageKey | None = key
        while here is not None:
            yield here
            here = self.parent(here)

    def above(self, key: UsageKey, block_type: str) -> UsageKey:
        """``key`` or the next above it of that type; ``key`` when there is none."""
        return next((here for here in self.path(key) if here.block_type == block_type), key)

    def below(self, key: UsageKey, block_type: str) -> Iterator[UsageKey]:
        """``key`` or what is below it, of that type, in the order of the course."""
        if key.block_type == block_type:
            yield key
        for child in self.children(key):
            yield from self.below(child, block_type)

    def absorb(self, other: "Library") -> None:
        self.courses |= other.courses
        self.keys |= other.keys
        self.fields.db_dict.update(other.fields.db_dict)


class HostKeys(IdReader, IdGenerator):
    """Usage keys as the platform forms them: they say their type and stay the same over restarts."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def get_definition_id(self, usage_id: UsageKey) -> UsageKey:
        if usage_id not in self.library.keys:
            raise NoSuchUsage(repr(usage_id))
        return usage_id

    def get_block_type(self, def_id: UsageKey) -> str:
        if def_id not in self.library.keys:
            raise NoSuchDefinition(repr(def_id))
        return str(def_id.block_type)

    def _no_asides(self, *_: object) -> str:
        raise NoSuchUsage("the host has no asides")

    get_usage_id_from_aside = get_definition_id_from_aside = _no_asides
    get_aside_type_from_usage = get_aside_type_from_definition = _no_asides
    create_aside = create_usage = create_definition = _no_asides


def course_key(org: str, number: str, run: str) -> CourseKey:
    return CourseKey.from_string(f"course-v1:{org}+{number}+{run}")
