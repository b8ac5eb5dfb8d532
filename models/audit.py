"""What happened, who did it and to what: written in the same transaction as the act, never changed, sealed into a
chain later.
"""

from datetime import datetime

from pydantic import Field

from models.base import Actor, Aggregate


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
    details: dict[str, str | int | bool | None] = Field(default_factory=dict)
