"""People of the house and their log-ins."""

from datetime import datetime
from typing import Self

from pydantic import Field

from models.base import Actor, Aggregate, Change
from models.principal import Role


class Staff(Aggregate):
    """Someone who works here. `login` is unique in the house; the password is kept as bcrypt."""

    login: str = Field(min_length=2, max_length=40)
    name: str
    roles: tuple[Role, ...] = Field(min_length=1)
    password_hash: str
    is_active: bool = True

    @property
    def actor(self) -> Actor:
        """How what they do is signed."""
        return Actor(kind="STAFF", id=self.id, name=self.name)


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
