"""People of the house and their log-ins."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from models.base import Actor, Aggregate, Change
from models.errors import LastManager
from models.pin import KeyedHash
from models.principal import SERVICE, Role

LogInName = Annotated[str, StringConstraints(min_length=2, max_length=40, pattern=r"^[a-z0-9._\-]+$")]
"""What someone types to say who they are: unique in the house."""

STAFF_PIN_PURPOSE = "staff-pin"
"""What the PIN of a person is hashed for."""

StaffPin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,6}$")]
"""A person's own PIN, for devices that a manager enrolled and for approvals."""

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 72
"""In bytes of UTF-8; bcrypt looks at no more than 72."""

REMEMBERED_OPERATIONS = 16


def is_trivial(pin: str) -> bool:
    """Whether a PIN is among the first that anyone would try: 0000, 1234, 9876, 1212."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({0}, {1}, {9}) or pin == (pin[:2] * len(pin))[: len(pin)]


def _hard_to_guess(pin: str) -> str:
    if is_trivial(pin):
        raise ValueError("is easy to guess")
    return pin


def _of_fit_length(password: SecretStr) -> SecretStr:
    length = len(password.get_secret_value().encode())
    if not SHORTEST_PASSWORD <= length <= LONGEST_PASSWORD:
        raise ValueError(f"must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} bytes")
    return password


NewPin = Annotated[StaffPin, AfterValidator(_hard_to_guess)]
"""A PIN to be set: not one of the trivial ones."""

NewPassword = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST_PASSWORD), AfterValidator(_of_fit_length)]
"""A password to be set: 8 to 72 bytes."""


class Staff(Aggregate):
    """Someone who works here. `login` is unique in the house; the password is kept as bcrypt."""

    login: str = Field(min_length=2, max_length=40)
    name: str
    roles: tuple[Role, ...] = Field(min_length=1)
    password_hash: str | None = None
    pin: KeyedHash | None = None
    """Kept under `STAFF_PIN_PURPOSE` and `pin_scope`; None for someone who has none."""
    is_active: bool = True
    operations: tuple[str, ...] = ()
    """The last operation ids, so that a repeat changes nothing."""

    @property
    def actor(self) -> Actor:
        """How what they do is signed."""
        return Actor(kind="STAFF", id=self.id, name=self.name)

    @property
    def is_manager(self) -> bool:
        """Whether the house can be managed by them."""
        return self.is_active and Role.MANAGER in self.roles

    @property
    def is_in_service(self) -> bool:
        """Whether they may have tables and parties."""
        return self.is_active and not SERVICE.isdisjoint(self.roles)

    def has_done(self, operation_id: str | None) -> bool:
        """Whether an operation was carried out already."""
        return operation_id is not None and operation_id in self.operations

    def did(self, operation_id: str | None) -> Self:
        """Remember an operation id."""
        if operation_id is None:
            return self
        return self.with_(operations=(*self.operations, operation_id)[-REMEMBERED_OPERATIONS:])

    def changed(
        self,
        by: Actor,
        now: datetime,
        *,
        name: str | None = None,
        roles: tuple[Role, ...] | None = None,
        password_hash: str | None = None,
        pin: KeyedHash | None = None,
    ) -> Self:
        """Take what is given and keep the rest."""
        return self.with_(
            name=name or self.name,
            roles=roles or self.roles,
            password_hash=password_hash or self.password_hash,
            pin=pin or self.pin,
            change=Change(kind="changed", by=by, at=now),
        )

    def revoked(self, by: Actor, now: datetime) -> Self:
        """Let them in no more. The name stays theirs: what they did is signed with it."""
        return self.with_(is_active=False, change=Change(kind="revoked", by=by, at=now))

    def require_another_manager(self, everyone: Iterable["Staff"]) -> None:
        """Raise `LastManager` when nobody else could manage the house."""
        if not any(one.is_manager for one in everyone if one.id != self.id):
            raise LastManager


def pin_scope(restaurant_id: str, staff_id: str) -> str:
    """Return the scope under which a person's PIN is hashed: equal PINs of two people look different."""
    return f"{restaurant_id}:{staff_id}"


class Freshness(StrEnum):
    """What a refresh token is worth."""

    PRESENT = "PRESENT"
    """It rotates."""
    PREDECESSOR = "PREDECESSOR"
    """It was rotated a moment ago and its answer may have been lost: it gets the present one again."""
    REUSED = "REUSED"
    """Someone has a copy."""


class StaffSession(Aggregate):
    """One log-in on one device. `device` is the hash of the device cookie that it is bound to, empty for token
    clients; `device_id` the enrolled device it was made on.

    `generation` counts the refresh tokens of the log-in: only the newest one is good.
    """

    staff_id: str
    device: str = ""
    device_id: str = ""
    is_by_pin: bool = False
    generation: int = Field(default=0, ge=0)
    rotated_at: datetime | None = None
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.ended_at is None and now < self.ends_at

    def ended(self, now: datetime) -> Self:
        """Log out."""
        return self.with_(ended_at=now, change=Change(kind="ended", at=now))

    def freshness(self, generation: int, grace: timedelta, now: datetime) -> Freshness:
        """Judge a refresh token of a generation (RFC 9700, 4.14.2: a token shown twice ends the log-in)."""
        if generation == self.generation:
            return Freshness.PRESENT
        is_direct = generation == self.generation - 1 and self.rotated_at is not None
        if is_direct and self.rotated_at is not None and now - self.rotated_at <= grace:
            return Freshness.PREDECESSOR
        return Freshness.REUSED

    def rotated(self, life: timedelta, now: datetime) -> Self:
        """Make the next refresh token the good one; a log-in by password lasts as much longer, one by PIN does not."""
        return self.with_(
            generation=self.generation + 1,
            rotated_at=now,
            ends_at=self.ends_at if self.is_by_pin else now + life,
            change=Change(kind="refreshed", at=now),
        )
