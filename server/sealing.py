"""Sealing and finding personal data: AES-256-GCM and HMAC-SHA-256 from `cryptography`, under keys from outside the
database. See `models.sealed` for what is made.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.sealed import BlindIndex, Sealed
from server.options import Secrets

NONCE_BYTES = 12


class SealBroken(Exception):  # noqa: N818  (habits: errors name the situation)
    """A sealed text cannot be opened: its key is gone, it was changed, or it stands in another place than it was made
    for. Never told to a client.
    """


class Safe:
    """Seals and opens texts, and indexes them. Both mappings are keys by id, newest first."""

    def __init__(
        self, encryption_keys: Mapping[str, bytes], index_keys: Mapping[str, bytes], nonce: Callable[[], bytes]
    ) -> None:
        self._ciphers = {name: AESGCM(_derived(key)) for name, key in encryption_keys.items()}
        self._index_keys = dict(index_keys)
        self._nonce = nonce
        self.newest_key = next(iter(self._ciphers))
        """The name of the key under which texts are sealed now."""
        self.index_names = tuple(self._index_keys)
        """The names of the keys under which texts are found, newest first."""

    @classmethod
    def of(cls, keys: Secrets, nonce: Callable[[], bytes]) -> Self:
        """Return the safe of an installation; `nonce` draws `NONCE_BYTES` random bytes."""
        return cls(keys.by_name("encryption_keys"), keys.by_name("index_keys"), nonce)

    def seal(self, place: str, text: str) -> Sealed:
        """Seal a text for one place (`models.sealed.place_of`), under the newest key."""
        nonce = self._nonce()
        ciphertext = self._ciphers[self.newest_key].encrypt(nonce, text.encode(), place.encode())
        return Sealed(key=self.newest_key, text=base64.urlsafe_b64encode(nonce + ciphertext).decode())

    def unseal(self, place: str, sealed: Sealed) -> str:
        """Open a text that was sealed for this place; raises `SealBroken`."""
        cipher = self._ciphers.get(sealed.key)
        if cipher is None:
            raise SealBroken(f"there is no encryption key named {sealed.key}")
        try:
            whole = base64.urlsafe_b64decode(sealed.text)
            return cipher.decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBroken("a sealed text is damaged or stands in another place") from None

    def blind(self, restaurant_id: str, what: str, text: str) -> tuple[BlindIndex, ...]:
        """Return the indexes of a text in one house, one under each key, newest first; `what` names its kind."""
        message = "\x1f".join((restaurant_id, what, text)).encode()
        return tuple(
            BlindIndex(key=name, digest=hmac.new(key, message, hashlib.sha256).hexdigest())
            for name, key in self._index_keys.items()
        )


def _derived(key: bytes) -> bytes:
    """Return 256 bits of a key that came as text."""
    return hashlib.sha256(b"comanda.encryption\x1f" + key).digest()
