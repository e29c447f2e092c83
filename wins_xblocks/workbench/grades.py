"""The host's gradebook: what blocks publish, checked as the LMS would check it."""

import math
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from .models import BlockCompletion, Grade


def record_grade(user_id: int, usage_key: str, event: Mapping[str, Any]) -> bool:
    """Store a published grade; False when it was to be kept only if higher and is not. Raises ValueError."""
    earned, possible = _number(event, "value"), _number(event, "max_value")
    if earned > possible:
        raise ValueError(f"a grade of {earned} is more than {possible}")
    with transaction.atomic():
        before = Grade.objects.filter(user_id=user_id, usage_key=usage_key).first()
        if event.get("only_if_higher") and before and before.earned * possible > earned * before.possible:
            return False
        Grade.objects.bulk_create(
            [Grade(user_id=user_id, usage_key=usage_key, earned=earned, possible=possible, published=timezone.now())],
            update_conflicts=True, unique_fields=["user_id", "usage_key"],
            update_fields=["earned", "possible", "published"],
        )  # fmt: skip
    return True


def record_completion(user_id: int, usage_key: str, event: Mapping[str, Any]) -> None:
    """Store how much of a block is done. Raises ValueError."""
    fraction = _number(event, "completion")
    if fraction > 1:
        raise ValueError(f"completion is a number from 0 to 1, not {fraction}")
    BlockCompletion.objects.bulk_create(
        [BlockCompletion(user_id=user_id, usage_key=usage_key, completion=fraction)],
        update_conflicts=True, unique_fields=["user_id", "usage_key"], update_fields=["completion"],
    )  # fmt: skip


def grades_of(user_id: int) -> dict[str, Grade]:
    """A learner's grades by usage key."""
    return {grade.usage_key: grade for grade in Grade.objects.filter(user_id=user_id)}


def _number(event: Mapping[str, Any], name: str) -> float:
    value = event.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError(f"{name} must be a number, zero or more, not {value!r}")
    return float(value)
