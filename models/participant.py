"""Who is in a session, by device, and where the party sat."""

import unicodedata
from datetime import datetime

from models.base import Actor, Value


class Participant(Value):
    """One device in a session. `device` is the hash of its cookie; empty when it holds only a session token."""

    id: str
    name: str = ""
    device: str = ""
    operation: str = ""
    """The operation id of its joining, if it had one."""
    joined_at: datetime
    left_at: datetime | None = None
    ejected_at: datetime | None = None
    """When staff sent it away; then it has left, too."""
    homes: tuple[str, ...] = ()
    """The sessions it was in before theirs were merged, the last one on top."""

    @property
    def actor(self) -> Actor:
        """Who acts when it does."""
        return Actor(kind="GUEST", id=self.id, name=self.name)

    @property
    def is_in(self) -> bool:
        """Whether it has not left."""
        return self.left_at is None

    @property
    def is_ejected(self) -> bool:
        """Whether staff sent it away."""
        return self.ejected_at is not None

    def is_called(self, name: str) -> bool:
        """Whether people would say that it has this name: upper and lower case are the same to them."""
        return bool(name) and _as_said(self.name) == _as_said(name)


def _as_said(name: str) -> str:
    """Return a name without the difference of case; folding may decompose a letter, so it is composed again (NFC)."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class Seating(Value):
    """A table the party sat at, and since when."""

    table_id: str
    table_name: str
    since: datetime


class MergedParty(Value):
    """A party that was merged into another's session: where it sits, every table it sat at, and since when."""

    session_id: str
    table_name: str
    table_ids: tuple[str, ...]
    since: datetime
