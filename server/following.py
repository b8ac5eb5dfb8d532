"""What changes for those who are connected: a log-in or a proof ends, a party moves or is merged, a guest leaves or is
sent away, a QR code is worth nothing any more.

It is heard from the stream like everything else, so it reaches every process and needs no Redis.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

import structlog

from handlers.access import party_of
from handlers.joining import as_visitor
from handlers.registry import CHECKOUT, FLOOR, KITCHEN, SMS, TABLE
from models.base import Aggregate
from models.customer_session import CustomerSession
from models.device import Device
from models.house import Table
from models.principal import Guest, PairedPhone, PhoneCustomer, Principal, StaffMember, Visitor
from models.room import device_room, login_room, participant_room, proof_room, session_room, staff_room, visitors_room
from models.session import TableSession
from models.sms_phone import SmsPhone, phone_id
from models.staff import Staff, StaffSession
from models.store.outcome import Interrupted
from models.store.work import Store, Work
from server.client import Client
from server.clock import Clock
from server.engine import contract

log = structlog.get_logger(__name__)

FAREWELL_SECONDS = 0.25
"""Time for the ack of the command that ended a log-in, before the sockets of that log-in are closed."""

AGAIN_SECONDS = 2.0
"""Time until it is looked again at whoever could not be looked at, because the database did not answer."""

WATCH_SECONDS = 30.0
"""Time between two looks at whether log-ins still count."""


class Following:
    """Follows committed changes for the connections of one process."""

    def __init__(
        self,
        clients: dict[contract.Connection, Client],
        store: Store,
        clock: Clock,
        deadline_seconds: float,
        members: Callable[[str, str], Iterable[contract.Connection]],
        rebind: Callable[[contract.Connection, Principal], None],
        replace: Callable[[contract.Connection], None],
    ) -> None:
        self._clients = clients
        self._store = store
        self._clock = clock
        self._deadline_seconds = deadline_seconds
        self._members = members
        self._rebind = rebind
        self._replace = replace
        self._looks: set[asyncio.Task[None]] = set()
        self._merged: dict[str, frozenset[str]] = {}
        """The parties that were last known to be merged into a session."""

    def notice(self, aggregate: Aggregate) -> None:
        """Act on a committed change of what someone's being here rests on: a log-in, a place at a table, a QR code."""
        if isinstance(aggregate, StaffSession) and aggregate.ended_at is not None:
            for namespace in (FLOOR, KITCHEN):
                self._close_later(namespace, login_room(aggregate.id))
        elif isinstance(aggregate, CustomerSession) and aggregate.ended_at is not None:
            self._close_later(CHECKOUT, proof_room(aggregate.id))
        elif isinstance(aggregate, Device | SmsPhone):
            self._notice_device(aggregate)
        elif isinstance(aggregate, Staff):
            for namespace in (FLOOR, KITCHEN):
                for connection in list(self._members(namespace, staff_room(aggregate.id))):
                    self._follow_person(connection, aggregate)
        elif isinstance(aggregate, Table):
            self._notice_table(aggregate)
        elif isinstance(aggregate, TableSession):
            for connection in list(self._members(TABLE, session_room(aggregate.id))):
                self._follow(connection, aggregate)
            self._gather(aggregate)
            self._notice_merging(aggregate)

    async def watch(self) -> None:
        """Look now and then whether the log-ins of those who are here still count: they also end by time alone."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await self.look_at_logins()

    async def look_at_logins(self) -> None:
        """Close the connections of log-ins that ended: they also end by time alone, and nobody tells."""
        for connection, client in list(self._clients.items()):
            if isinstance(client.principal, StaffMember | PhoneCustomer):
                await self._look_at(connection)

    async def look_at_all(self) -> None:
        """Look whether everyone may still be here: after a gap in the stream nobody else tells."""
        for connection in list(self._clients):
            await self._look_at(connection)

    def look_soon_at(self, connection: contract.Connection) -> None:
        """Look again at what someone's being here rests on: it may have ended between the first look and the rooms, and
        its end was told to those alone.
        """
        look = asyncio.get_running_loop().create_task(self._look_at(connection))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _look_at(self, connection: contract.Connection) -> None:
        """Look until that can be told: a database that is away for a moment must not leave anyone here who has no
        business here, nor may what is wrong with one of them keep the others from being looked at.
        """
        while client := self._clients.get(connection):
            try:
                await self._require_all(connection, client.principal)
            except Interrupted:
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception:
                log.exception("it could not be told whether somebody may be here", namespace=connection.namespace)
                return
            else:
                return

    async def _require_all(self, connection: contract.Connection, principal: Principal) -> None:
        """Require what someone's being here rests on; raises `Interrupted`."""
        if principal.device_id:
            await self._require_device(connection, principal)
        if isinstance(principal, PairedPhone):
            await self._require_newest(connection, principal)
        if isinstance(principal, StaffMember):
            await self._require_login(connection, principal)
        elif isinstance(principal, Guest):
            await self._require_participant(connection, principal)
        elif isinstance(principal, PhoneCustomer):
            await self._require_proof(connection, principal)
        elif isinstance(principal, Visitor):
            await self._require_code(connection, principal)

    async def _require_login(self, connection: contract.Connection, principal: StaffMember) -> None:
        work = self._begin(principal)
        session = await work.get(StaffSession, principal.staff_session_id)
        staff = await work.get(Staff, principal.staff_id)
        if session is None or staff is None or not session.is_live(self._clock.now()):
            connection.close("log-in ended")
        else:
            self._follow_person(connection, staff)

    async def _require_proof(self, connection: contract.Connection, customer: PhoneCustomer) -> None:
        session = await self._begin(customer).get(CustomerSession, customer.customer_session_id)
        if session is None or not session.is_live(self._clock.now()):
            connection.close("proof ended")

    async def _require_device(self, connection: contract.Connection, principal: Principal) -> None:
        device = await self._begin(principal).get(Device, principal.device_id)
        if device is None or not device.is_paired:
            connection.close("device revoked")

    async def _require_newest(self, connection: contract.Connection, principal: PairedPhone) -> None:
        phone = await self._begin(principal).get(SmsPhone, phone_id(principal.device_id))
        if phone is not None:
            self._follow_phone(connection, phone)

    def _follow_phone(self, connection: contract.Connection, phone: SmsPhone) -> None:
        """Have an older socket go of a phone that has registered again, wherever."""
        client = self._clients.get(connection)
        principal = client.principal if client else None
        if isinstance(principal, PairedPhone) and principal.epoch < phone.epoch:
            self._replace(connection)

    async def _require_participant(self, connection: contract.Connection, guest: Guest) -> None:
        session = await party_of(self._begin(guest), guest.session_id, guest.participant_id)
        if session is not None:
            self._lead(connection, guest.participant_id, session)
            self._follow(connection, session)

    async def _require_code(self, connection: contract.Connection, visitor: Visitor) -> None:
        """Close the connection of a visitor whose code belongs to no table any more."""
        token = connection.auth.get("table")
        tables = await self._begin(visitor).members(Table, "token", token) if isinstance(token, str) else None
        if tables == []:
            connection.close("code ended")

    def _begin(self, principal: Principal) -> Work:
        return self._store.begin(principal.restaurant_id, self._clock.monotonic() + self._deadline_seconds)

    def _follow_person(self, connection: contract.Connection, staff: Staff) -> None:
        """Close someone who was revoked, and give the others the roles and the name that they have now."""
        client = self._clients.get(connection)
        principal = client.principal if client else None
        if not isinstance(principal, StaffMember) or principal.staff_id != staff.id:
            return
        if not staff.is_active:
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._close_if_in, connection, staff_room(staff.id))
        elif (frozenset(staff.roles), staff.name) != (principal.roles, principal.name):
            self._rebind(connection, principal.known_as(frozenset(staff.roles), staff.name))

    def _follow(self, connection: contract.Connection, session: TableSession) -> None:
        """Close a guest who was sent away, make one who left a visitor, and let one whose party moved sit at the new
        table.
        """
        client = self._clients.get(connection)
        guest = client.principal if client else None
        if client is None or not isinstance(guest, Guest) or guest.session_id != session.id:
            return
        # Only who is named as gone: a version that comes late does not know yet who joined after it.
        gone = next((one for one in session.participants if one.id == guest.participant_id and not one.is_in), None)
        if gone and gone.is_ejected:
            connection.close("ejected")
        elif gone:
            self._rebind(connection, as_visitor(guest, session.table_id))
        elif guest.table_id != session.table_id:
            client.principal = connection.principal = replace(guest, table_id=session.table_id)

    def _notice_device(self, aggregate: Device | SmsPhone) -> None:
        """Close the sockets of a device that was revoked, and the older ones of a phone that has registered again."""
        if isinstance(aggregate, SmsPhone):
            for connection in list(self._members(SMS, device_room(aggregate.device_id))):
                self._follow_phone(connection, aggregate)
        elif aggregate.is_revoked:
            for namespace in (FLOOR, KITCHEN, SMS):
                self._close_later(namespace, device_room(aggregate.id))

    def _notice_table(self, table: Table) -> None:
        """Close those who came by a code that ended; a newer version may have overtaken the one that says so."""
        for connection in list(self._members(TABLE, visitors_room(table.id))):
            client = self._clients.get(connection)
            if table.change and table.change.kind == "closed":
                connection.close("code ended")
            elif client is not None:
                self.look_soon_at(connection)

    def _gather(self, session: TableSession) -> None:
        """Lead those here whom a merge, or its end, has made guests of a session."""
        for one in session.participants:
            for connection in list(self._members(TABLE, participant_room(one.id))):
                self._lead(connection, one.id, session)

    def _lead(self, connection: contract.Connection, participant_id: str, session: TableSession) -> None:
        """Make a guest of another session a guest of this one, which knows them."""
        client = self._clients.get(connection)
        guest = client.principal if client else None
        is_theirs = isinstance(guest, Guest) and guest.participant_id == participant_id
        if isinstance(guest, Guest) and is_theirs and guest.session_id != session.id:
            self._rebind(connection, replace(guest, session_id=session.id, table_id=session.table_id))

    def _notice_merging(self, session: TableSession) -> None:
        """Have the guests of a session catch up when a party has parted from it: what it had is theirs no more.

        The session is the last that is told of a merge or its end, so all that follows from it is known by then.
        """
        merged = frozenset(party.session_id for party in session.merged)
        known = self._merged.pop(session.id, frozenset())
        is_parting = session.change is not None and session.change.kind == "party-unmerged"
        # A newer version may have overtaken the one that says so.
        if is_parting or not known <= merged:
            for connection in list(self._members(TABLE, session_room(session.id))):
                connection.send("sync:required", "{}")
        if merged and session.is_open:
            self._merged[session.id] = merged

    def _close_later(self, namespace: str, room: str) -> None:
        """Close everyone in a room, once the ack of what ended it had time to arrive."""
        for connection in list(self._members(namespace, room)):
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._close_if_in, connection, room)

    def _close_if_in(self, connection: contract.Connection, room: str) -> None:
        if room in connection.rooms:
            connection.close("ended")
