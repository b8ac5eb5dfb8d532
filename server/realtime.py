"""The door for sockets: who a connection is, what it may send, which rooms it hears.

It turns handshakes into principals and hands commands to the dispatcher. Rooms follow from the principal alone, and
are entered before anything is read for it, so that a client that then asks `sync:get` misses nothing.
"""

from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

import structlog
from pydantic_core import to_json

from handlers.registry import FLOOR, KITCHEN, TABLE
from models.base import LONGEST_NOTE
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
from models.events import entitled, participant_room
from models.principal import KITCHEN as COOKS
from models.principal import Guest, Principal, Role, StaffMember
from models.rules import Rules
from models.store.work import Store
from server import announcement
from server.ack import error_text
from server.auth import Vault
from server.clock import Clock
from server.dispatch import Client, Dispatcher
from server.engine import contract
from server.following import Following
from server.presence import Presence
from server.proof import COOKIE, Proof
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

PROTOCOL = 1
COOKIE_DAYS = 400
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
        self.broadcaster: contract.Broadcaster | None = None
        self.following = Following(self._clients, store, clock, deadline_seconds, self._members, self._rebind)

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

    # ── those who are here ────────────────────────────────────────────────────────────────────────────────────────────

    def tell_all(self, event: str, payload: str = "{}") -> None:
        """Tell every connection of this process."""
        for connection in list(self._clients):
            connection.send(event, payload)

    def _members(self, namespace: str, room: str) -> Iterable[contract.Connection]:
        return self.broadcaster.members(namespace, room) if self.broadcaster else ()

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
        self.following.look_soon_at(connection, principal)
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
