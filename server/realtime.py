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
from handlers.session import as_visitor
from models.base import LONGEST_NOTE, Aggregate
from models.cart import MOST_PORTIONS
from models.errors import (
    LANGUAGES,
    Forbidden,
    RateLimited,
    Refusal,
    TooManySockets,
    UnknownCommand,
    ValidationFailed,
)
from models.events import entitled, login_room, participant_room, session_room, visitors_room
from models.house import Table
from models.principal import KITCHEN as COOKS
from models.principal import Guest, Principal, Role, StaffMember
from models.rules import Rules
from models.session import TableSession
from models.staff import StaffSession
from models.store.outcome import Interrupted
from models.store.work import Store
from server import announcement
from server.auth import Vault
from server.clock import Clock
from server.dispatch import Client, Dispatcher, error_text
from server.engine import contract
from server.presence import Presence
from server.proof import COOKIE, Proof
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

PROTOCOL = 1
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
        self._proof = Proof(store, vault, clock, rules, deadline_seconds)
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
            principal = await self._proof.of(connection)
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
            self._rebind(connection, as_visitor(guest, session.table_id))
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


def _language(connection: contract.Connection) -> str:
    """What the client asks for in `auth.language`, else the browser's first language that we speak, else English."""
    wanted = [connection.auth.get("language"), *(part[:2] for part in connection.handshake.languages.split(","))]
    return next((str(one) for one in wanted if one in LANGUAGES), "en")
