"""What the applets' tables share."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import django
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import CheckConstraint, Q

Told = dict[str, list[dict[str, Any]]]  # one person's rows by table, as JSON's own values

# Django 5.1 renamed the argument; 4.2 knows only the old name, and 5.2 warns about it.
_CONDITION = "condition" if django.VERSION >= (5, 1) else "check"


def rule(name: str, condition: Q) -> CheckConstraint:
    """A constraint that the database itself keeps, under one spelling for every Django we run on."""
    return CheckConstraint(name=name, **{_CONDITION: condition})


def plain(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a ``values()`` query as JSON's own values; moments and days in ISO 8601."""
    told: list[dict[str, Any]] = json.loads(json.dumps(list(rows), cls=DjangoJSONEncoder))
    return told
