"""Personal data at rest: sealed texts, and blind indexes by which they are found.

A sealed text is AES-256-GCM under a key that is not in the database, bound to the place it stands in (house,
collection, document, field): copied elsewhere, it cannot be opened. A blind index is an HMAC under another key: it
finds the same text again and tells nothing else. The keys never leave `server.sealing`.
"""

from collections.abc import Callable

from models.base import Value


class Sealed(Value):
    """A text under the key named `key`: nonce and ciphertext as URL-safe base64."""

    key: str
    text: str


GONE = Sealed(key="", text="")
"""Stands where something was sealed of somebody who was erased. No key opens it."""

Reseal = Callable[[str, Sealed], Sealed]
"""Takes a place and what is sealed for it, and returns the same text sealed anew."""


class BlindIndex(Value):
    """HMAC-SHA-256 of a text under the index key named `key`, as lower-case hexadecimal."""

    key: str
    digest: str


def place_of(restaurant_id: str, collection: str, entry_id: str, field: str) -> str:
    """Return what a sealed text is bound to."""
    return "\x1f".join((restaurant_id, collection, entry_id, field))
