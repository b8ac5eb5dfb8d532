"""People of the house and their log-ins."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, StringConstraints

from models.base import Actor, Aggregate, Change
from models.pin import KeyedHash
from models.principal import Role

LogInName = Annotated[str, StringConstraints(min_length=2, max_length=40, pattern=r"^[a-z0-9._\-]+$")]
"""What someone types to say who they are: unique in the house."""

STAFF_PIN_PURPOSE = "staff-pin"
"""What the PIN of a person is hashed for."""

StaffPin = Annotated[str, StringConstraints(pattern=r"^[0-9]{4,6}$")]
"""A person's own PIN, for devices that a manager enrolled and for approvals."""


class Staff(Aggregate):
    """Someone who works here. `login` is unique in the house; the password is kept as bcrypt."""

    login: str = Field(min_length=2, max_length=40)
    name: str
    roles: tuple[Role, ...] = Field(min_length=1)
    password_hash: str
    pin: KeyedHash | None = None
    """Kept under `STAFF_PIN_PURPOSE` and `pin_scope`; None for someone who has none."""
    is_active: bool = True

    @property
    def actor(self) -> Actor:
        """How what they do is signed."""
        return Actor(kind="STAFF", id=self.id, name=self.name)


def pin_scope(restaurant_id: str, staff_id: str) -> str:
    """Return the scope under which a person's PIN is hashed: equal PINs of two people look different."""
    return f"{restaurant_id}:{staff_id}"


class StaffSession(Aggregate):
    """One log-in on one device. `device` is the hash of the device cookie that it is bound to, empty for token
    clients.
    """

    staff_id: str
    device: str = ""
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.ended_at is None and now < self.ends_at

    def ended(self, now: datetime) -> Self:
        """Log out."""
        return self.with_(ended_at=now, change=Change(kind="ended", at=now))
