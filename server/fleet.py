"""The phones of the house that are connected to this process: what is leased to them is sent to their sockets, and is
taken back from them when it is somebody else's.

A lease is heard of from the change stream, so whichever process has written it, the one that has the phone's socket
sends, and no other. Only here is a message unsealed for a phone; neither its text nor its number is logged.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog

from handlers.fleet import look_after_fleet
from models.base import Aggregate
from models.room import SMS, device_room
from models.sms import MessageStatus, SmsMessage, phone_place, text_place
from models.sms_phone import SmsPhone, phone_id, phone_of
from models.sms_wire import CancelMessage, SendMessage
from models.store.cache import Cache
from models.store.waiting import houses_with_phones
from models.store.work import Work
from server.auth import Vault
from server.duties import Due, Duty
from server.engine import contract
from server.telemetry import Metrics
from sms_gateway.sender import Sender

log = structlog.get_logger(__name__)

SETTLE_SECONDS = 0.2
"""Time in which a socket that has registered is in its room."""

RECONCILED, RETURNED = "reconciled", "returned"
"""Changes of which the phone knows: they are what it said, or were agreed on with it."""

SAID_BY_PHONES = frozenset({MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED})

Members = Callable[[str, str], Iterable[contract.Connection]]


class Fleet:
    """Speaks to the phones of one process."""

    def __init__(
        self, sender: Sender, vault: Vault, cache: Cache, members: Members, process_id: str, metrics: Metrics
    ) -> None:
        self._sender = sender
        self._vault = vault
        self._cache = cache
        self._members = members
        self._process_id = process_id
        self._metrics = metrics
        self._given: dict[str, tuple[str, int]] = {}
        """The phone that was given a message here, and under which epoch, until it is somebody else's or finished."""
        self._awaited: dict[str, list[str]] = {}
        """Messages for phones whose socket was not in its room yet, in order: what comes after them waits, too."""
        self._epochs: dict[str, int] = {}
        """The epoch of each phone here when it was last looked whether something waits for it."""

    def hear(self, aggregate: Aggregate) -> None:
        """Act on a committed change of a message or of a phone."""
        if isinstance(aggregate, SmsMessage):
            self._hear_message(aggregate)
        elif isinstance(aggregate, SmsPhone):
            self._hear_phone(aggregate)

    def _hear_message(self, message: SmsMessage) -> None:
        device_id = phone_of(message.lease.owner) if message.lease else None
        given = self._given.get(message.id)
        if given is not None and given[0] != device_id:
            self._take_back(message)
        if message.lease is None or device_id is None:
            return
        if device_id in self._awaited or not self._connections(device_id):
            self._wait_for(device_id, message)
            return
        self._sender.follow(message)
        self._given[message.id] = device_id, message.lease.epoch
        is_agreed_on = message.change is not None and message.change.kind == RECONCILED
        if message.status is MessageStatus.LEASED and given != self._given[message.id] and not is_agreed_on:
            self._send(message, device_id)

    def _take_back(self, message: SmsMessage) -> None:
        """A message that was given to a phone here is not its any more: tell it, unless it is the one that said so. A
        provider may have said that it has gone, too: of an earlier sending.
        """
        device_id, _ = self._given.pop(message.id)
        self._metrics.text_message(message.kind.value, message.status.value if message.is_finished else "RETURNED")
        is_returned = message.change is not None and message.change.kind == RETURNED
        is_its_word = bool(message.history) and phone_of(message.history[-1].by) == device_id
        if not is_returned and not (is_its_word and message.status in SAID_BY_PHONES):
            self._tell(device_id, "sms:cancel", CancelMessage(correlation_id=message.correlation_id))

    def _wait_for(self, device_id: str, message: SmsMessage) -> None:
        """Look once more: its phone may have registered here so lately that its socket is not in its room yet."""
        phone = self._cache.get(SmsPhone, phone_id(device_id))
        if device_id in self._awaited:
            self._awaited[device_id].append(message.id)
        elif phone is not None and phone.process == self._process_id:
            self._awaited[device_id] = [message.id]
            asyncio.get_running_loop().call_later(SETTLE_SECONDS, self._look_again, device_id)

    def _look_again(self, device_id: str) -> None:
        awaited = self._awaited.pop(device_id)
        for message_id in awaited if self._connections(device_id) else ():
            message = self._cache.get(SmsMessage, message_id)
            if message is not None:
                self._hear_message(message)

    def _hear_phone(self, phone: SmsPhone) -> None:
        """Have what waits given out: a phone has come to this process, or may have room again."""
        if phone.process != self._process_id:
            self._epochs.pop(phone.id, None)
            return
        is_new = self._epochs.get(phone.id) != phone.epoch
        self._epochs[phone.id] = phone.epoch
        self._sender.ask(phone.restaurant_id, is_new=is_new)

    def _send(self, message: SmsMessage, device_id: str) -> None:
        if message.phone is None or message.text is None or message.lease is None:
            return
        house = message.restaurant_id
        try:
            phone = self._vault.unseal(phone_place(house, message.id), message.phone)
            text = self._vault.unseal(text_place(house, message.id), message.text)
        except Exception as error:  # noqa: BLE001  (a key that is missing: nothing of it may be in a traceback)
            log.error("a message could not be unsealed", message=message.id, error=type(error).__name__)
            return
        sending = SendMessage(
            correlation_id=message.correlation_id,
            phone=phone,
            text=text,
            kind=message.kind,
            parts=message.parts,
            sim=int(message.lease.owner.rpartition(":")[2]),
            attempt=len(message.refused) + 1,
            epoch=message.lease.epoch,
            not_after=message.not_after,
        )
        self._tell(device_id, "sms:send", sending)

    def _tell(self, device_id: str, event: str, payload: SendMessage | CancelMessage) -> None:
        """Tell the newest socket of a phone, and no other."""
        newest = max(self._connections(device_id), key=lambda one: one.principal.epoch, default=None)
        if newest is not None:
            newest.send(event, payload.model_dump_json(by_alias=True))

    def _connections(self, device_id: str) -> list[contract.Connection]:
        return [one for one in self._members(SMS, device_room(device_id)) if one.principal is not None]


async def find_fleets(work: Work, now: datetime) -> Sequence[Due]:
    """Find the houses that send messages by phones of their own."""
    return [Due(house, None) for house in await houses_with_phones(work)]


FLEET = Duty("sms-phones", 5, find_fleets, look_after_fleet)
