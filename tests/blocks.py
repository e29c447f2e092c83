"""Make a block as the platform would, and call its handlers as the browser does."""

import json
from typing import Any

from webob import Request
from xblock.field_data import DictFieldData
from xblock.fields import ScopeIds
from xblock.test.tools import TestRuntime


def make_block(cls: type, fields: dict[str, Any] | None = None, usage: str = "block") -> Any:
    """A block of ``cls`` in the SDK's test runtime; its usage id is ``usage``."""
    runtime = TestRuntime(services={"field-data": DictFieldData(dict(fields or {}))})
    runtime.local_resource_url = lambda block, uri: f"/static/{uri}"
    runtime.handler_url = lambda block, name, suffix="", query="", thirdparty=False: f"/handler/{usage}/{name}"
    return cls(runtime, DictFieldData(dict(fields or {})), ScopeIds("user", cls.__name__, usage, usage))


def call(block: Any, handler: str, body: Any = None) -> tuple[int, Any]:
    """POST JSON to a handler: (status, answer)."""
    request = Request.blank("/", method="POST", body=json.dumps({} if body is None else body).encode())
    request.content_type = "application/json"
    response = block.handle(handler, request)
    return response.status_code, json.loads(response.body) if response.body else None
