"""Keys of one installation of the host: made at its first start, kept in a file that only its owner reads."""

import base64
import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path

NAMES = ("secret_key", "voucher_key", "voucher_digest_key", "audit_key")


def keys_in(file: Path) -> Mapping[str, str]:
    """The keys in ``file``, made when it is missing. Raises ValueError when it holds something else."""
    if not file.exists():
        _make(file)
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {name: str(found[name]) for name in NAMES}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{file}: does not hold the host's keys; remove it (stored voucher codes are lost)") from error


def _make(file: Path) -> None:
    """Whole or not at all: of two processes that start at once, both read what the first one linked."""
    made = {name: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode() for name in NAMES}  # a Fernet key's form
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=file.parent, prefix=".host-secrets")  # readable by its owner only
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(made, stream)
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        os.unlink(draft)
