"""One-time codes that prove a phone number: what was sent to which browser, and how often it was guessed.

Six digits are worth 20 bits, so like a PIN they are kept as a keyed hash under a pepper from outside the database, and
guessing is bounded by counting. A challenge belongs to one house, one phone and one browser: a code that somebody else
reads off a screen opens nothing for them. Its tries belong to it and not to its code, so sending the code again buys
nobody another guess.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import StringConstraints

from models.base import Aggregate, Change
from models.pin import KeyedHash, matches
from models.rules import Rules
from models.sealed import GONE, Sealed, place_of

COLLECTION = "otp_challenges"

CODE_PURPOSE = "phone-code"
"""What a one-time code is hashed for."""

KEPT = timedelta(hours=1)
"""How long a challenge stays after its code: long enough that nobody can tell it from one that never was."""

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class Purpose(StrEnum):
    """What a right code is good for, and for nothing else."""

    PHONE = "PHONE"
    """It proves a phone number at the checkout."""


class OtpChallenge(Aggregate):
    """What one browser has to know to prove one phone number.

    `phone` is the digest of the newest blind index of the number, `device` the hash of the device cookie. `name` is
    what the customer said they are called, until they have proved it.
    """

    purpose: Purpose = Purpose.PHONE
    phone: str
    device: str
    name: Sealed
    language: str
    code: KeyedHash
    failures: int = 0
    """Wrong codes, of all that were sent."""
    codes: int = 1
    """How many codes were sent, each of which ended the one before."""
    sent_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    purge_at: datetime
    """When the database forgets it."""

    def is_live(self, tries: int, now: datetime) -> bool:
        """Whether its code may be tried."""
        return self.used_at is None and self.failures < tries and now < self.expires_at

    def is_code(self, candidate: KeyedHash) -> bool:
        """Compare in constant time."""
        return matches(self.code, candidate)

    def tries_left(self, tries: int) -> int:
        """Return how many wrong codes it still stands."""
        return max(0, tries - self.failures)

    def sent_again(self, code: KeyedHash, name: Sealed, language: str, rules: Rules, now: datetime) -> Self:
        """Put a new code in the place of the last one, which is worth nothing from then on. What was guessed stays
        counted.
        """
        expires_at = now + timedelta(seconds=rules.code_seconds)
        return self.with_(
            code=code,
            name=name,
            language=language,
            codes=self.codes + 1,
            sent_at=now,
            expires_at=expires_at,
            purge_at=expires_at + KEPT,
            change=Change(kind="sent", at=now),
        )

    def failed(self, now: datetime) -> Self:
        """Count a wrong code."""
        return self.with_(failures=self.failures + 1, change=Change(kind="failed", at=now))

    def used(self, now: datetime) -> Self:
        """Use it up: the code was right, and is worth nothing from now on. Whose name it is the customer knows."""
        return self.with_(used_at=now, name=GONE, change=Change(kind="used", at=now))


def name_place(restaurant_id: str, challenge_id: str) -> str:
    """Return what the sealed name of a challenge is bound to."""
    return place_of(restaurant_id, COLLECTION, challenge_id, "name")
