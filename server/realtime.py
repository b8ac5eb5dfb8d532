"""The door for sockets: who a connection is, what it may send, which rooms it hears.

It turns handshakes into principals and hands commands to the dispatcher. Rooms follow from the principal alone, and
are entered before anything is read for it, so that a client that then asks `sync:get` misses nothing.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping
from typing import Any

import structlog
from pydantic_core import to_json

from handlers.context import Online, Reply, online_payment
from handlers.device import came_back
from handlers.registry import CHECKOUT, FLOOR, KITCHEN, SMS, TABLE
from models.base import LONGEST_NOTE
from models.cart import MOST_PORTIONS
from models.device import Device
from models.errors import (
    LANGUAGES,
    Forbidden,
    RateLimited,
    Refusal,
    TooManySockets,
    UnknownCommand,
    ValidationFailed,
)
from models.principal import KITCHEN as COOKS
from models.principal import Guest, PhoneCustomer, Principal, Role, Screen, StaffMember, Stranger, the_house
from models.room import entitled, participant_room
from models.rules import Rules
from models.store.work import Store
from server import announcement
from server.ack import error_text
from server.attendance import Attendance
from server.auth import Vault
from server.client import Client
from server.clock import Clock
from server.cookies import COOKIE_DAYS, device_cookie, set_cookie
from server.dispatch import Dispatcher
from server.engine import contract
from server.following import FAREWELL_SECONDS, Following
from server.presence import Presence
from server.proof import Proof, serving
from server.screens import Screens
from server.telemetry import Metrics

log = structlog.get_logger(__name__)

PROTOCOL = 1
REVOKED_GRACE_SECONDS = 60
"""How long a device that was just revoked may go on to try before that is an alarm."""

REFUSALS: Mapping[contract.Refusal, type[Refusal]] = {
    contract.Refusal.UNKNOWN_COMMAND: UnknownCommand,
    contract.Refusal.VALIDATION_FAILED: ValidationFailed,
    contract.Refusal.RATE_LIMITED: RateLimited,
}


class Realtime:
    """Implements `server.engine.contract.Door`."""

    namespaces = frozenset({TABLE, FLOOR, KITCHEN, CHECKOUT, SMS})

    def __init__(
        self,
        dispatcher: Dispatcher,
        store: Store,
        vault: Vault,
        clock: Clock,
        rules: Rules,
        metrics: Metrics,
        presence: Presence,
        screens: Screens,
        attendance: Attendance,
        *,
        is_secure: bool,
        deadline_seconds: float,
        online: Online | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._store = store
        self._vault = vault
        self._clock = clock
        self._rules = rules
        self._metrics = metrics
        self._presence = presence
        self._screens = screens
        self._attendance = attendance
        self._is_secure = is_secure
        self._online = online
        self._deadline_seconds = deadline_seconds
        self._clients: dict[contract.Connection, Client] = {}
        self._proof = Proof(store, vault, clock, rules, deadline_seconds, self._came_back, is_secure=is_secure)
        self._reports: set[asyncio.Task[Reply]] = set()
        self.broadcaster: contract.Broadcaster | None = None
        self.following = Following(
            self._clients, store, clock, deadline_seconds, self._members, self._rebind, attendance.replace
        )

    # ── the handshake ─────────────────────────────────────────────────────────────────────────────────────────────────

    def greet(self, handshake: contract.Handshake) -> Mapping[str, str]:
        """Give a browser that has none its device cookie: opaque, out of reach of scripts."""
        return self.mark(handshake.cookies) if handshake.is_listed_origin else {}

    def mark(self, cookies: Mapping[str, str]) -> Mapping[str, str]:
        """Return the header that gives a browser its device cookie, if it has none."""
        name = device_cookie(is_secure=self._is_secure)
        if cookies.get(name):
            return {}
        token = self._clock.token()
        return {"Set-Cookie": set_cookie(name, token, COOKIE_DAYS * 86_400, is_secure=self._is_secure)}

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
        self._screens.leave(connection)
        self._attendance.leave(connection)
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
        self._attendance.hear(connection, name)
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
        """Tell every connection of this process, but those on `/sms` that have not proved themselves."""
        for connection in list(self._clients):
            if connection.namespace != SMS or connection.principal is not None:
                connection.send(event, payload)

    def tell_to_catch_up(self) -> None:
        """Tell everyone who follows something that some of it may have been missed; an SMS phone follows nothing."""
        for connection in list(self._clients):
            if connection.namespace != SMS:
                connection.send("sync:required", "{}")

    def _members(self, namespace: str, room: str) -> Iterable[contract.Connection]:
        return self.broadcaster.members(namespace, room) if self.broadcaster else ()

    def _rebind(self, connection: contract.Connection, principal: Principal) -> None:
        """Make a connection someone else: out of all rooms, then into the new ones."""
        client = self._clients.get(connection)
        if client is None:
            # It went before its answer came.
            self._attendance.miss(principal)
            return
        former = client.principal
        if isinstance(former, Guest):
            self._presence.gone(former)
        if connection.namespace == KITCHEN:
            principal = serving(principal, connection)
        client.principal = principal
        self._identify(connection, principal)
        for room in connection.rooms - entitled(principal, connection.namespace):
            connection.leave(room)
        self._enter(connection, principal)
        if isinstance(former, Guest) and isinstance(principal, Guest) and former.session_id != principal.session_id:
            # Its party was merged or parted: there is another session to show, with all that is in it.
            connection.send("sync:required", "{}")
        if _is_misplaced(connection.namespace, principal):
            asyncio.get_running_loop().call_later(FAREWELL_SECONDS, self._close_misplaced, connection)

    def _close_misplaced(self, connection: contract.Connection) -> None:
        client = self._clients.get(connection)
        if client and _is_misplaced(connection.namespace, client.principal):
            connection.close("not allowed here")

    def _enter(self, connection: contract.Connection, principal: Principal) -> None:
        for room in entitled(principal, connection.namespace):
            connection.enter(room)
        self.following.look_soon_at(connection)
        self._screens.follow(connection, principal)
        self._attendance.follow(connection, principal)
        if isinstance(principal, Guest):
            self._presence.here(principal)

    def _identify(self, connection: contract.Connection, principal: Principal) -> None:
        """Tell the engine whether the connection has proved who it is."""
        is_known = Role.STRANGER not in principal.roles or bool(principal.device_id)
        connection.principal = principal if is_known else None

    def _came_back(self, device: Device, address: str) -> None:
        """Have the house raise an alarm about a revoked device, but for the moment in which it learns that it is."""
        known_for = self._clock.now() - (device.revoked_at or device.enrolled_at)
        if known_for.total_seconds() < REVOKED_GRACE_SECONDS:
            return
        house = the_house(device.restaurant_id, address)
        report = asyncio.get_running_loop().create_task(self._dispatcher.perform(house, came_back, device.id))
        self._reports.add(report)
        report.add_done_callback(self._reported)

    def _reported(self, report: "asyncio.Task[Reply]") -> None:
        self._reports.discard(report)
        if not report.cancelled() and (error := report.exception()):
            log.warning("a revoked device was not reported", error=type(error).__name__)

    def _require_place(self, namespace: str, principal: Principal) -> None:
        """Refuse who has no business in a namespace, and the ninth socket of one phone."""
        if _is_misplaced(namespace, principal):
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
        if isinstance(principal, PhoneCustomer):
            who = who.with_(customer_id=principal.customer_id, restaurant_id=principal.restaurant_id)
        if isinstance(principal, StaffMember):
            who = who.with_(staff_id=principal.staff_id, restaurant_id=principal.restaurant_id, name=principal.name)
        if isinstance(principal, Screen):
            stations = tuple(sorted(principal.stations))
            who = who.with_(name=principal.name, stations=stations, shows_all=not principal.shown_stations)
        if principal.device_id:
            who = who.with_(device_id=principal.device_id, restaurant_id=principal.restaurant_id)
        limits = announcement.Limits(
            cart_lines=rules.cart_lines,
            quantity=MOST_PORTIONS,
            note_length=LONGEST_NOTE,
            hold_seconds=rules.hold_seconds,
            round_portions=rules.round_portions,
        )
        hello = announcement.Hello(
            protocol=PROTOCOL,
            min_protocol=PROTOCOL,
            server_time=self._clock.now(),
            principal=who,
            limits=limits,
            online_payment=online_payment(self._online),
            challenge=principal.challenge or None if isinstance(principal, Stranger) else None,
        )
        return hello.model_dump_json(by_alias=True)


def _is_misplaced(namespace: str, principal: Principal) -> bool:
    """Whether staff have no business in a namespace."""
    return namespace == KITCHEN and isinstance(principal, StaffMember) and not principal.roles & COOKS


def _language(connection: contract.Connection) -> str:
    """What the client asks for in `auth.language`, else the browser's first language that we speak, else English."""
    wanted = [connection.auth.get("language"), *(part[:2] for part in connection.handshake.languages.split(","))]
    return next((str(one) for one in wanted if one in LANGUAGES), "en")
