"""What happened, who did it and to what: written in the same transaction as the act, never changed, sealed into a
chain later.
"""

from datetime import datetime

from pydantic import Field

from models.base import Actor, Aggregate

Fact = str | int | bool | None
Facts = dict[str, Fact]
"""Ids, names of states, amounts in minor units; no PIN, code, token or phone number ever."""


class AuditEntry(Aggregate):
    """One act. `details` hold ids, names of states and amounts in minor units; no PIN, code, token or phone number
    ever.
    """

    at: datetime
    act: str
    actor: Actor
    session_id: str | None = None
    subject: str | None = None
    address: str = ""
    device: str = ""
    """Which device, as the keyed hash of its cookie: empty for a client that has none."""
    before: Facts = Field(default_factory=dict)
    after: Facts = Field(default_factory=dict)
    """What the act changed, by the names of the fields."""
    details: Facts = Field(default_factory=dict)
