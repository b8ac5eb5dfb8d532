"""Devices of the house: a manager enrols one, it pairs itself with a one-time code and proves itself from then on."""

import base64
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change
from models.pin import KeyedHash, matches

PAIRING_PURPOSE = "device-pairing"
"""What a pairing code is hashed for."""

DEVICE_TOKEN_PURPOSE = "device-token"  # noqa: S105  (a purpose, not a secret)
"""What the secret of a paired device is hashed for, in the scope of its id."""

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs that nobody takes for one another: no 0 and O, no 1 and I."""

CODE_LENGTH = 8
"""40 bits: with the limits on wrong codes a guess of one that lives a minute is hopeless."""

REMEMBERED_OPERATIONS = 16


class DeviceKind(StrEnum):
    """A tablet on the floor, on which people log in; a screen in the kitchen, which is somebody itself; a phone that
    sends messages.
    """

    TABLET = "TABLET"
    SCREEN = "SCREEN"
    SMS_PHONE = "SMS_PHONE"


class DeviceStatus(StrEnum):
    """It waits for its code to be typed, is one of ours, or was sent away for good."""

    WAITING = "WAITING"
    PAIRED = "PAIRED"
    REVOKED = "REVOKED"


class Device(Aggregate):
    """One tablet, screen or phone. `code` is kept until it is used; `cookie` and `token` are what it proves itself
    with, of a phone it is the `stored_key` (`models.sms_proof`).
    """

    kind: DeviceKind
    name: str
    stations: tuple[str, ...] = ()
    """Codes of the stations that a screen shows; none: all."""
    shows_all: bool = True
    """Whether it shows every station: it names none, or one that assembles (expo)."""
    status: DeviceStatus = DeviceStatus.WAITING
    code: str | None = None
    """Keyed hash of the pairing code."""
    code_ends_at: datetime | None = None
    cookie: str | None = None
    """Keyed hash of its device cookie; None for one that has only the token."""
    token: KeyedHash | None = None
    stored_key: str | None = None
    enrolled_by: Actor
    enrolled_at: datetime
    paired_at: datetime | None = None
    revoked_at: datetime | None = None
    operations: tuple[str, ...] = Field(default=(), max_length=REMEMBERED_OPERATIONS)

    @property
    def is_paired(self) -> bool:
        """Whether it counts."""
        return self.status is DeviceStatus.PAIRED

    @property
    def is_revoked(self) -> bool:
        """Whether it was sent away."""
        return self.status is DeviceStatus.REVOKED

    def can_pair(self, kind: DeviceKind, now: datetime) -> bool:
        """Whether its code is still good for a device of a kind."""
        is_waiting = self.status is DeviceStatus.WAITING and self.code_ends_at is not None
        return is_waiting and self.kind is kind and self.code_ends_at is not None and now < self.code_ends_at

    def paired(self, cookie: str, token: KeyedHash | None, now: datetime, stored_key: str | None = None) -> Self:
        """Use the code up: from now on the device proves itself."""
        return self.with_(
            status=DeviceStatus.PAIRED,
            code=None,
            code_ends_at=None,
            cookie=cookie or None,
            token=token,
            stored_key=stored_key,
            paired_at=now,
            change=Change(kind="paired", at=now),
        )

    def revoked(self, by: Actor | None, now: datetime) -> Self:
        """Send it away for good; its code and its token are worth nothing."""
        return self.with_(
            status=DeviceStatus.REVOKED,
            code=None,
            code_ends_at=None,
            revoked_at=now,
            change=Change(kind="revoked", by=by, at=now),
        )

    def is_token(self, candidate: KeyedHash) -> bool:
        """Whether a secret is that of its token."""
        return self.token is not None and matches(self.token, candidate)


def code_from(secret: str) -> str:
    """Return the pairing code that is in a secret of 128 bits (base64, URL-safe), uniform over all 2^40."""
    number = int.from_bytes(base64.urlsafe_b64decode(secret + "=="))
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def spelled(typed: str) -> str:
    """Return a code as it is hashed, however it was typed: `abcd-2345`, `ABCD 2345`."""
    return typed.replace("-", "").replace(" ", "").upper()
