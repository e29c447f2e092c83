"""What the applets' tables share."""

import django
from django.db.models import CheckConstraint, Q

# Django 5.1 renamed the argument; 4.2 knows only the old name, and 5.2 warns about it.
_CONDITION = "condition" if django.VERSION >= (5, 1) else "check"


def rule(name: str, condition: Q) -> CheckConstraint:
    """A constraint that the database itself keeps, under one spelling for every Django we run on."""
    return CheckConstraint(name=name, **{_CONDITION: condition})
