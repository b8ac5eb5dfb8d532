"""What a change tells clients: an event, for whom it is, and what it carries once somebody listens."""

from collections.abc import Callable
from dataclasses import dataclass

from models.base import Aggregate
from models.payload import Payload
from models.room import FLOOR, KITCHEN
from models.sms_phone import SmsPhone
from models.sms_phone_shown import shown
from models.station import Station


@dataclass(frozen=True, slots=True)
class Message:
    """One event for everyone in any of `rooms` of a namespace. `payload` is built only when someone listens.

    `version` is that of what is told, where it is another than the aggregate's: each is told once.
    """

    namespace: str
    rooms: tuple[str, ...]
    event: str
    payload: Callable[[], Payload]
    version: int | None = None


def version_in(namespace: str, aggregate: Aggregate) -> int:
    """Return the version of an aggregate that those in a namespace know."""
    if isinstance(aggregate, SmsPhone):
        return shown(aggregate).version
    is_told_all = namespace in (FLOOR, KITCHEN)
    return aggregate.guest_version if isinstance(aggregate, Station) and not is_told_all else aggregate.version
