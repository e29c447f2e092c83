"""What Django tells an operator at start, in words: findings that need neither the database nor a running platform."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register

from . import findings

AT_START = (
    findings.demo_time, findings.packages, findings.filter_steps, findings.tracking, findings.keys,
    findings.rules_file,
)  # fmt: skip


@register("wins")
def installation(**_: Any) -> list[CheckMessage]:
    """Findings as Django's messages."""
    return [
        (Error if one.error else Warning)(one.text, hint=one.hint, id=one.id)
        for question in AT_START for one in question()
    ]  # fmt: skip
