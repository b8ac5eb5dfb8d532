"""Proofs: keyed hashes, signed tokens, passwords and the device cookie. The secrets stay in here.

Tokens are signed, not encrypted, so they hold ids and nothing about a person. Each purpose has a salt of its own: a
token of one kind is worthless as another. Keys are a list, newest last: the newest signs, all verify.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import bcrypt
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from models.pin import KeyedHash, keyed_hash
from models.sealed import BlindIndex, Sealed
from server.sealing import Safe

PASSWORD_ROUNDS = 12

CLOCKS_APART = timedelta(minutes=15)
"""A token may come from another server, whose clock is ahead of ours by so much at the most."""

NOBODY = "$2b$12$y9bki4/UBHH61uIW9HEgLuVnHaLIetcsdRITQ/RdpmaJao4mQBFhm"
"""A hash that no password has: checking an unknown name costs as much time as checking a known one."""


class Vault:
    """Peppers and signing keys of an installation, by key id, newest last; and its safe for personal data."""

    def __init__(
        self,
        peppers: Mapping[str, bytes],
        signing_keys: Sequence[bytes],
        safe: Safe,
        now: Callable[[], datetime],
        threads: int = 2,
    ) -> None:
        self.safe = safe
        self._peppers = dict(peppers)
        self._newest = list(self._peppers)[-1]
        self._keys = list(signing_keys)
        self._now = now
        self._signer = type("Signer", (_ClockedSigner,), {"now": staticmethod(now)})
        self._serializers: dict[str, URLSafeTimedSerializer] = {}
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="bcrypt")
        self.password_rounds = PASSWORD_ROUNDS
        self.nobody = NOBODY

    def keyed_hash(self, purpose: str, scope: str, secret: str, key: str | None = None) -> KeyedHash:
        """Hash a short secret under the newest pepper, or under the named one."""
        name = key if key in self._peppers else self._newest
        return keyed_hash(name, self._peppers[name], purpose, scope, secret)

    def device(self, cookie: str) -> str:
        """Return what is stored of a device cookie: its keyed hash."""
        return self.keyed_hash("device", "", cookie).digest if cookie else ""

    def sign(self, purpose: str, *parts: str) -> str:
        """Return a token over some ids for one purpose."""
        return str(self._serializer(purpose).dumps(list(parts)))

    def read(self, purpose: str, token: str, max_age: int | None) -> list[str] | None:
        """Return the ids of a token that is ours, for this purpose, and at most `max_age` seconds old (None: of any
        age); else None.
        """
        if len(token) > 1_000 or not token.isascii() or not _is_canonical(token):
            return None
        try:
            parts, made_at = self._serializer(purpose).loads(token, return_timestamp=True)
        except BadData:
            return None
        # The serializer's own check takes no token from a clock that is ahead, be it by the blink of an eye.
        age = self._now() - made_at
        if max_age is not None and not -CLOCKS_APART <= age < timedelta(seconds=max_age + 1):
            return None
        return parts if isinstance(parts, list) and all(isinstance(part, str) for part in parts) else None

    def seal(self, place: str, text: str) -> Sealed:
        """Seal a personal text for one place (`models.sealed.place_of`)."""
        return self.safe.seal(place, text)

    def unseal(self, place: str, sealed: Sealed) -> str:
        """Open a text that was sealed for this place; raises `SealBroken`."""
        return self.safe.unseal(place, sealed)

    def blind(self, restaurant_id: str, what: str, text: str) -> tuple[BlindIndex, ...]:
        """Return the indexes by which a text is found in one house, one under each key, newest first."""
        return self.safe.blind(restaurant_id, what, text)

    async def is_password(self, password: str, password_hash: str | None) -> bool:
        """Check a password in a thread; takes the same time when there is no hash to check against."""
        loop = asyncio.get_running_loop()
        candidate = password.encode()[:72]
        stored = (password_hash or self.nobody).encode()
        is_right = await loop.run_in_executor(self._threads, bcrypt.checkpw, candidate, stored)
        return is_right and password_hash is not None

    async def hash_password(self, password: str) -> str:
        """Hash a password for storing, in a thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, hash_password, password, self.password_rounds)

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        if purpose not in self._serializers:
            self._serializers[purpose] = URLSafeTimedSerializer(
                self._keys,
                salt=f"comanda.{purpose}",
                signer=self._signer,
                signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            )
        return self._serializers[purpose]


def _is_canonical(token: str) -> bool:
    """Whether a signature is written as it was made: the last character of its base64 has bits that say nothing."""
    signature = token.rpartition(".")[2]
    try:
        return base64_encode(base64_decode(signature)).decode() == signature
    except BadData:
        return False


class _ClockedSigner(TimestampSigner):
    """Takes the time from the injected clock."""

    now: Callable[[], datetime]

    def get_timestamp(self) -> int:
        return int(type(self).now().timestamp())

    def timestamp_to_datetime(self, ts: int) -> datetime:
        return datetime.fromtimestamp(ts, tz=UTC)


def hash_password(password: str, rounds: int = PASSWORD_ROUNDS) -> str:
    """Hash a password for storing: bcrypt, about a quarter of a second at 12 rounds."""
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(rounds)).decode()
