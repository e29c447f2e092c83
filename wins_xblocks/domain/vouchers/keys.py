"""The two keys of the codes: a Fernet ring that hides them and an HMAC key that keeps them unique."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from .. import Refusal
from .. import marked as _
from ..hushed import hushed

SHORTEST, LONGEST = 4, 32
CANARY = "the keys of the voucher codes are the right ones"
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212]")
_PLAIN = re.compile(rf"[A-Z0-9]{{{SHORTEST},{LONGEST}}}")
# Cyrillic, Greek, Armenian and Turkish letters that a reader takes for A–Z, full width or not.
_LOOK_LATIN = frozenset(
    "АВЕЅЗІЇЈКМНОРСТУХҮԌԚԜҺӀЬавеѕіїјкмнорстухүԍԛԝһӏԁ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϲϳͿικνορυχωα" + "ՕՍԼՏօսոհզԶցգլ" + "ıſ"
)


class BadCode(Refusal):
    """Not a voucher code. The words never repeat it."""


class LookAlike(BadCode):
    """A letter of another script stands where a Latin one is meant."""


class KeyTrouble(Refusal):
    """The codes cannot be written or read; the words are for whoever runs the platform."""


class KeyMissing(KeyTrouble):
    """A key is not set, or is no key."""


class KeyWrong(KeyTrouble):
    """The keys are not those that the stored codes were written with."""


@hushed
def normalise(code: str) -> str:
    """A code as it is stored: NFKC, upper case, without spaces and hyphens. Raises BadCode and LookAlike."""
    for position, sign in enumerate(code.strip(), 1):
        if not sign.isascii() and _LOOK_LATIN.intersection(sign + unicodedata.normalize("NFKC", sign)):
            words = _("The code holds a character that only looks like a letter A–Z. It is number {position}.")
            raise LookAlike(words, position=position)
    plain = _SEPARATORS.sub("", unicodedata.normalize("NFKC", code))
    # Looked at before upper(), which turns letters like "ß" into plain ones.
    upper = plain.upper() if plain.isascii() else ""
    if not _PLAIN.fullmatch(upper):
        words = _("A code has {shortest} to {longest} letters A–Z and digits.")
        raise BadCode(words, shortest=SHORTEST, longest=LONGEST)
    return upper


@hushed
def masked(code: str) -> str:
    """At most the last two characters of a code, behind dots: "••••GH"."""
    plain = code.strip()
    return f"••••{plain[-2:]}" if len(plain) > SHORTEST - 1 else "••••"


@lru_cache(maxsize=4)
def _ring_of(keys: tuple[str, ...]) -> MultiFernet:
    """Made once: an import encrypts by the thousand."""
    return MultiFernet([Fernet(key) for key in keys])


def _hmac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


@dataclass(frozen=True)
class Keys:
    """The keys as the operator gave them: ``fernet_keys`` newest first (it encrypts, all decrypt).

    ``old_digest_key`` is that before ``digest_key``, while the one is changed for the other.
    """

    fernet_keys: Sequence[str] = field(repr=False)
    digest_key: str = field(repr=False)
    old_digest_key: str = field(repr=False, default="")

    def check(self) -> None:
        """Raises KeyMissing when a key is not set or is no key."""
        self._ring()
        self._digest_key()

    @hushed
    def encrypt(self, text: str) -> str:
        return self.seal(text.encode())

    @hushed
    def seal(self, data: bytes) -> str:
        """The same of bytes."""
        return self._ring().encrypt(data).decode()

    @hushed
    def decrypt(self, cipher: str) -> str:
        """The text behind ``cipher``. Raises KeyWrong when no key of the ring opens it."""
        return self.unseal(cipher).decode()

    @hushed
    def unseal(self, cipher: str) -> bytes:
        """The bytes behind ``cipher``. Raises KeyWrong."""
        try:
            return self._ring().decrypt(cipher.encode())
        except InvalidToken:
            raise KeyWrong(
                _("The keys in WINS_VOUCHER_KEYS do not open the stored voucher codes. Put the earlier keys back.")
            ) from None

    @hushed
    def digest(self, text: str) -> str:
        """HMAC-SHA-256 in hex: equal texts are found without reading any."""
        return _hmac(self._digest_key(), text)

    @hushed
    def digests(self, text: str) -> tuple[str, ...]:
        """The digest under the present key, then under the one before it where that is given."""
        old = self.old_digest_key
        return (self.digest(text), *([_hmac(old.encode(), text)] if isinstance(old, str) and old else []))

    def digests_behind(self, cipher: str) -> tuple[str, ...]:
        """``digests`` of the text behind ``cipher``. Raises KeyWrong."""
        return self.digests(self.decrypt(cipher))

    def under_newest(self, cipher: str) -> str:
        """``cipher`` itself when the newest key opens it, else the same bytes under that key. Raises KeyWrong."""
        try:
            Fernet(self.fernet_keys[0]).decrypt(cipher.encode())
        except InvalidToken:
            return self.seal(self.unseal(cipher))
        return cipher

    def _ring(self) -> MultiFernet:
        given: Any = self.fernet_keys or ()  # an operator may have written anything
        keys = list(given) if isinstance(given, list | tuple) else [given]
        if not any(keys):
            raise KeyMissing(
                _(
                    "WINS_VOUCHER_KEYS is empty. Make a key with Fernet.generate_key() of the package cryptography, "
                    "keep it safe outside the database, and put it there."
                )
            )
        try:
            return _ring_of(tuple(keys))
        except (ValueError, TypeError):
            raise KeyMissing(_("WINS_VOUCHER_KEYS holds something that is not a Fernet key.")) from None

    def _digest_key(self) -> bytes:
        if not self.digest_key or not isinstance(self.digest_key, str):
            raise KeyMissing(_("WINS_VOUCHER_DIGEST_KEY is empty. Put a long random text there and keep it safe."))
        return self.digest_key.encode()
