"""Who is in a session, by device, and where the party sat."""

from datetime import datetime

from models.base import Value


class Participant(Value):
    """One device in a session. `device` is the hash of its cookie; empty when it holds only a session token."""

    id: str
    name: str = ""
    device: str = ""
    operation: str = ""
    """The operation id of its joining, if it had one."""
    joined_at: datetime
    left_at: datetime | None = None

    @property
    def is_in(self) -> bool:
        """Whether it has not left."""
        return self.left_at is None


class Seating(Value):
    """A table the party sat at, and since when."""

    table_id: str
    table_name: str
    since: datetime
