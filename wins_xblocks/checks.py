"""What Django tells an operator at start, in words: findings that need neither the database nor a running platform."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register


@register("wins")
def installation(**_: Any) -> list[CheckMessage]:
    """Findings as Django's messages."""
    from . import findings as asked  # not at every start of a process: it knows the whole product

    at_start = (asked.demo_time, asked.packages, asked.filter_steps, asked.tracking, asked.keys, asked.rules_file)
    return [
        (Error if one.error else Warning)(one.text, hint=one.hint, id=one.id)
        for question in at_start for one in question()
    ]  # fmt: skip
