"""How one link of the chain holds the next: HMAC-SHA-256 (RFC 2104) over a canonical form."""

import hashlib
import hmac
import json
from collections.abc import Mapping

NOTHING = "0" * 64


def text_digest(salt: str, text: str) -> str:
    """Digest of a free text under its own salt: the text can be erased and the chain still verifies."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest()


def mac(key: bytes, previous: str, link: Mapping[str, object]) -> str:
    """The seal of ``link`` after the one sealed ``previous``; 64 hex digits."""
    body = json.dumps([previous, link], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
