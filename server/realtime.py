"""The door for sockets: who a connection is, what it may send, which rooms it hears.

It turns handshakes into principals and hands commands to the dispatcher. Rooms follow from the principal alone, and
are entered before anything is read for it, so that a client that then asks `sync:get` misses nothing.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from pydantic_core import to_json

from handlers.registry import FLOOR, KITCHEN, TABLE
from handlers.session import SESSION_TOKEN
from handlers.staff import ACCESS_TOKEN, as_principal
from models.base import LONGEST_NOTE, Aggregate
from models.cart import MOST_PORTIONS
from models.errors import (
    LANGUAGES,
    Forbidden,
    JoinRefused,
    RateLimited,
    Refusal,
    TooManySockets,
    Unavailable,
    UnknownCommand,
    ValidationFailed,
)
from models.events import entitled, login_room, participant_room, session_room, visitors_room
from models.house import Table
from models.principal import KITCHEN as COOKS
from models.principal import Guest, Principal, Role, StaffMember, Stranger, Visitor
from models.rules import Rules
from models.session import Participant, TableSession
from models.staff import Staff, StaffSession
from models.store.work import Interrupted, Store, Work
from server import announcement
from server.auth import Vault
from server.clock import Clock
from server.dispatch import Client, Dispatcher, error_text
from server.engine import contract
from server.presence import Presence
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

PROTOCOL = 1
COOKIE = "comanda_device"
COOKIE_DAYS = 400
FAREWELL_SECONDS = 0.25
"""Time for the ack of the command that ended a log-in, before the sockets of that log-in are closed."""

WATCH_SECONDS = 30.0
"""Time between two looks at whether log-ins still count."""

REFUSALS: Mapping[contract.Refusal, type[Refusal]] = {
    contract.Refusal.UNKNOWN_COMMAND: UnknownCommand,
    contract.Refusal.VALIDATION_FAILED: ValidationFailed,
    contract.Refusal.RATE_LIMITED: RateLimited,
}


class Realtime:
    """Implements `server.engine.contract.Door`."""

    namespaces = frozenset({TABLE, FLOOR, KITCHEN})

    def __init__(
        self,
        dispatcher: Dispatcher,
        store: Store,
        vault: Vault,
        clock: Clock,
        rules: Rules,
        metrics: Metrics,
        presence: Presence,
        *,
        is_secure: bool,
        deadline_seconds: float,
    ) -> None:
        self._dispatcher = dispatcher
        self._store = store
        self._vault = vault
        self._clock = clock
        self._rules = rules
        self._metrics = metrics
        self._presence = presence
        self._is_secure = is_secure
        self._deadline_seconds = deadline_seconds
        self._clients: dict[contract.Connection, Client] = {}
        self._looks: set[asyncio.Task[None]] = set()
        self.broadcaster: contract.Broadcaster | None = None

    # ── the handshake ─────────────────────────────────────────────────────────────────────────────────────────────────

    def greet(self, handshake: contract.Handshake) -> Mapping[str, str]:
        """Give a browser that has none its device cookie: opaque, out of reach of scripts."""
        if not handshake.is_listed_origin or handshake.cookies.get(COOKIE):
            return {}
        secure = "; Secure" if self._is_secure else ""
        age = COOKIE_DAYS * 86_400
        return {"Set-Cookie": f"{COOKIE}={self._clock.token()}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"}

    async def connect(self, connection: contract.Connection) -> None:
        """Find out who this is; raises `contract.Refused` for nobody."""
        language = _language(connection)
        try:
            principal = await self._prove(connection)
            self._require_place(connection.namespace, principal)
        except Refusal as refusal:
            data = {"message": refusal.message(language), "data": {"code": refusal.code, "details": refusal.details}}
            raise contract.Refused(to_json(data).decode()) from None
        self._clients[connection] = Client(connection.namespace, principal, language)
        self._identify(connection, principal)

    def connected(self, connection: contract.Connection) -> None:
        """Enter its rooms and say hello; what changed before is in its `sync:get`, what changes now it hears."""
        client = self._clients[connection]
        client.is_in = True
        self._metrics.sockets(connection.namespace, 1)
        self._enter(connection, client.principal)
        connection.send("hello", self._hello(client))
        if isinstance(client.principal, StaffMember):
            # The log-in may have ended between the look at it and the rooms, and its end was told to the rooms alone.
            look = asyncio.get_running_loop().create_task(self._require_login(connection, client.principal))
            self._looks.add(look)
            look.add_done_callback(self._looks.discard)

    def disconnected(self, connection: contract.Connection, reason: str) -> None:
        """Forget it."""
        client = self._clients.pop(connection, None)
        if client is None or not client.is_in:
            return
        self._metrics.sockets(connection.namespace, -1)
        if isinstance(client.principal, Guest):
            self._presence.gone(client.principal)

    # ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def is_command(self, namespace: str, name: str) -> bool:
        """Whether a name may be sent in a namespace."""
        return self._dispatcher.registry.get(namespace, name) is not None

    def run(self, connection: contract.Connection, name: str, payload: str) -> Coroutine[Any, Any, str]:
        """Carry out a command."""
        client = self._clients[connection]
        return self._dispatcher.run(client, name, payload, lambda principal: self._rebind(connection, principal))

    def refuse(
        self, connection: contract.Connection, name: str, refusal: contract.Refusal, details: Mapping[str, Any]
    ) -> str:
        """Answer what the guard refused."""
        error = REFUSALS[refusal]()
        client = self._clients.get(connection)
        return error_text(error.code, error.message(client.language if client else "en"), details)

    def count(self, what: str, amount: int = 1) -> None:
        """Count what the engine refused or cut off."""
        self._metrics.refused(what, amount)

    # ── what changes for those who are here ───────────────────────────────────────────────────────────────────────────

    def notice(self, aggregate: Aggregate) -> None:
        """Act on a committed change of what someone's being here rests on: a log-in, a place at a table, a QR code."""
        if isinstance(aggregate, StaffSession) and aggregate.ended_at is not None:
            for namespace in (FLOOR, KITCHEN):
                self._close_later(namespace, login_room(aggregate.id))
        elif isinstance(aggregate, Table) and aggregate.change and aggregate.change.kind == "closed":
            self._close_later(TABLE, visitors_room(aggregate.id))
        elif isinstance(aggregate, TableSession):
            for connection in list(self._members(TABLE, session_room(aggregate.id))):
                client = self._clients.get(connection)
                if client and isinstance(client.principal, Guest):
                    self._follow(connection, client, client.principal, aggregate)

    async def watch(self) -> None:
        """Look now and then whether the log-ins of those who are here still count: they also end by time alone."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await self.look_at_logins()

    async def look_at_logins(self) -> None:
        """Close the connections of log-ins that ended: after a gap in the stream nobody else tells."""
        for connection, client in list(self._clients.items()):
            if isinstance(client.principal, StaffMember):
                await self._require_login(connection, client.principal)

    async def _require_login(self, connection: contract.Connection, principal: StaffMember) -> None:
        work = self._store.begin(principal.restaurant_id, self._clock.monotonic() + self._deadline_seconds)
        try:
            session = await work.get(StaffSession, principal.staff_session_id)
        except Interrupted:
            return
        if session is None or not session.is_live(self._clock.now()):
            connection.close("log-in ended")

    def _follow(self, connection: contract.Connection, client: Client, guest: Guest, session: TableSession) -> None:
        """Make a guest who left a visitor, and let one whose party moved sit at the new table."""
        # Only who is named as gone: a version that comes late does not know yet who joined after it.
        if any(one.id == guest.participant_id and not one.is_in for one in session.participants):
            self._rebind(connection, _as_visitor(guest, session.table_id))
        elif guest.table_id != session.table_id:
            client.principal = connection.principal = replace(guest, table_id=session.table_id)

    def tell_all(self, event: str, payload: str = "{}") -> None:
        """Tell every connection of this process."""
        for connection in list(self._clients):
            connection.send(event, payload)

    def _members(self, namespace: str, room: str) -> Iterable[contract.Connection]:
        return self.broadcaster.members(namespace, room) if self.broadcaster else ()

    def _close_later(self, namespace: str, room: str) -> None:
        """Close everyone in a room, once the ack of what ended it had time to arrive."""
        for connection in list(self._members(namespace, room)):
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._close_if_in, connection, room)

    def _close_if_in(self, connection: contract.Connection, room: str) -> None:
        if room in connection.rooms:
            connection.close("ended")

    def _rebind(self, connection: contract.Connection, principal: Principal) -> None:
        """Make a connection someone else: out of all rooms, then into the new ones."""
        client = self._clients.get(connection)
        if client is None:
            return
        if isinstance(client.principal, Guest):
            self._presence.gone(client.principal)
        client.principal = principal
        self._identify(connection, principal)
        for room in connection.rooms - entitled(principal, connection.namespace):
            connection.leave(room)
        self._enter(connection, principal)

    def _enter(self, connection: contract.Connection, principal: Principal) -> None:
        for room in entitled(principal, connection.namespace):
            connection.enter(room)
        if isinstance(principal, Guest):
            self._presence.here(principal)

    def _identify(self, connection: contract.Connection, principal: Principal) -> None:
        """Tell the engine whether the connection has proved who it is."""
        connection.principal = None if Role.STRANGER in principal.roles else principal

    # ── proofs ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _prove(self, connection: contract.Connection) -> Principal:
        handshake = connection.handshake
        device = self._vault.device(handshake.cookies.get(COOKIE, "")) if handshake.is_listed_origin else ""
        work = self._store.begin("", self._clock.monotonic() + self._deadline_seconds)
        await asyncio.sleep(0)
        try:
            if connection.namespace == TABLE:
                return await self._prove_guest(work, connection, device)
            return await self._prove_staff(work, connection, device)
        except Interrupted:
            raise Unavailable(retry_after=1) from None

    async def _prove_guest(self, work: Work, connection: contract.Connection, device: str) -> Principal:
        """A session token, or the table's token with the device cookie, is a guest; the table's token alone a
        visitor.
        """
        address = connection.handshake.address
        parts = self._token(connection, "sessionToken", SESSION_TOKEN, self._rules.session_token_hours * 3600, 3)
        if parts:
            work.restaurant_id, session_id, participant_id = parts
            session = await work.get(TableSession, session_id)
            if session and all(one.id != participant_id for one in session.participants):
                # Joined through another process, whose change is on its way to us still.
                session = await work.fresh(TableSession, session_id)
            for one in session.participants if session and session.is_open else ():
                if session and one.id == participant_id and one.is_in:
                    return _as_guest(session, one, address, device)
        token = connection.auth.get("table")
        tables = await work.members(Table, "token", token) if isinstance(token, str) and len(token) <= 64 else []
        if not tables:
            raise JoinRefused
        table = tables[0]
        me = {"$elemMatch": {"device": device, "left_at": None}}
        session = (
            await work.first(TableSession, restaurant_id=table.restaurant_id, participants=me, status="OPEN")
            if device
            else None
        )
        # A phone of one party that scans another party's code wants to join that one.
        participant = session.by_device(device) if session and session.has_sat_at(table.id) else None
        if session and participant:
            return _as_guest(session, participant, address, device)
        return Visitor(
            restaurant_id=table.restaurant_id,
            roles=frozenset({Role.VISITOR}),
            address=address,
            device=device,
            table_id=table.id,
        )

    async def _prove_staff(self, work: Work, connection: contract.Connection, device: str) -> Principal:
        """An access token, or the cookie of a device that someone logged in on; else a stranger, who may log in."""
        address, now = connection.handshake.address, self._clock.now()
        parts = self._token(connection, "accessToken", ACCESS_TOKEN, self._rules.access_token_seconds, 2)
        session: StaffSession | None = None
        if parts:
            work.restaurant_id, session_id = parts
            session = await work.get(StaffSession, session_id)
        elif device:
            session = await work.first(StaffSession, device=device, ended_at=None)
        if session is None or not session.is_live(now):
            return Stranger(address=address, device=device)
        work.restaurant_id = session.restaurant_id
        staff = await work.get(Staff, session.staff_id)
        if staff is None or not staff.is_active:
            return Stranger(address=address, device=device)
        return as_principal(staff, session, address, device)

    def _token(
        self, connection: contract.Connection, field: str, purpose: str, max_age: int, length: int
    ) -> list[str] | None:
        token = connection.auth.get(field)
        parts = self._vault.read(purpose, token, max_age) if isinstance(token, str) else None
        return parts if parts and len(parts) == length else None

    def _require_place(self, namespace: str, principal: Principal) -> None:
        """Refuse who has no business in a namespace, and the ninth socket of one phone."""
        if namespace == KITCHEN and isinstance(principal, StaffMember) and not principal.roles & COOKS:
            raise Forbidden
        if isinstance(principal, Guest) and self.broadcaster is not None:
            live = sum(1 for _ in self.broadcaster.members(TABLE, participant_room(principal.participant_id)))
            if live >= self._rules.sockets_per_participant:
                raise TooManySockets(limit=self._rules.sockets_per_participant)

    def _hello(self, client: Client) -> str:
        """What a client needs to know first."""
        principal, rules = client.principal, self._rules
        who = announcement.Me(roles=tuple(sorted(principal.roles)))
        if isinstance(principal, Guest):
            who = who.with_(
                participant_id=principal.participant_id, session_id=principal.session_id, name=principal.name
            )
        if isinstance(principal, StaffMember):
            who = who.with_(staff_id=principal.staff_id, restaurant_id=principal.restaurant_id, name=principal.name)
        limits = announcement.Limits(
            cart_lines=rules.cart_lines,
            quantity=MOST_PORTIONS,
            note_length=LONGEST_NOTE,
            hold_seconds=rules.hold_seconds,
            round_portions=rules.round_portions,
        )
        hello = announcement.Hello(
            protocol=PROTOCOL, min_protocol=PROTOCOL, server_time=self._clock.now(), principal=who, limits=limits
        )
        return hello.model_dump_json(by_alias=True)


def _as_guest(session: TableSession, participant: Participant, address: str, device: str) -> Guest:
    return Guest(
        restaurant_id=session.restaurant_id,
        roles=frozenset({Role.GUEST}),
        address=address,
        device=device,
        table_id=session.table_id,
        session_id=session.id,
        participant_id=participant.id,
        name=participant.name,
    )


def _as_visitor(guest: Guest, table_id: str) -> Visitor:
    return Visitor(
        restaurant_id=guest.restaurant_id,
        roles=frozenset({Role.VISITOR}),
        address=guest.address,
        device=guest.device,
        table_id=table_id,
    )


def _language(connection: contract.Connection) -> str:
    """What the client asks for in `auth.language`, else the browser's first language that we speak, else English."""
    wanted = [connection.auth.get("language"), *(part[:2] for part in connection.handshake.languages.split(","))]
    return next((str(one) for one in wanted if one in LANGUAGES), "en")
