"""Who is on the other end of a new connection: cookies and tokens become a principal, or a refusal that tells nothing.

The device cookie counts only with a listed Origin, because a browser sends it along whoever asks; a token counts by
itself.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from handlers.access import party_of
from handlers.device import DEVICE_TOKEN, as_device
from handlers.joining import SESSION_TOKEN, as_guest
from handlers.login import ACCESS_TOKEN, as_principal
from handlers.registry import CHECKOUT, KITCHEN, SMS, TABLE
from models.device import DEVICE_TOKEN_PURPOSE, Device
from models.errors import JoinRefused, SessionExpired, Unavailable
from models.house import Table
from models.principal import KITCHEN as COOKS
from models.principal import Principal, Role, Screen, StaffMember, Stranger, Visitor
from models.rules import Rules
from models.session import TableSession
from models.staff import Staff, StaffSession
from models.store.outcome import Interrupted
from models.store.work import Store, Work
from server.auth import Vault
from server.clock import Clock
from server.cookies import device_cookie
from server.customer_proof import CustomerProof, checkout_cookie
from server.engine import contract

MOST_SHOWN = 20
"""Stations that a screen can name."""


class Proof:
    """Looks at what a client shows when it connects."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        clock: Clock,
        rules: Rules,
        deadline_seconds: float,
        on_revoked: Callable[[Device, str], None],
        *,
        is_secure: bool,
    ) -> None:
        self._customers = CustomerProof(vault, clock, rules)
        self._is_secure = is_secure
        self._cookie = device_cookie(is_secure=is_secure)
        self._store = store
        self._vault = vault
        self._clock = clock
        self._rules = rules
        self._deadline_seconds = deadline_seconds
        self._on_revoked = on_revoked
        """Told of a revoked device that shows its old proof, and from which address."""

    async def of(self, connection: contract.Connection) -> Principal:
        """Return who is on a connection; raises `JoinRefused` for nobody at a table, `Unavailable` without a
        database.
        """
        handshake = connection.handshake
        if connection.namespace == SMS:
            # Whatever it shows: a phone proves itself by an answer to what only this connection was asked.
            return Stranger(address=handshake.address, challenge=self._clock.token())
        shown = handshake.cookies.get(self._cookie, "") if handshake.is_listed_origin else ""
        device = self._vault.device(shown)
        work = self._store.begin("", self._clock.monotonic() + self._deadline_seconds)
        await asyncio.sleep(0)
        try:
            if connection.namespace == TABLE:
                return await self._guest(work, connection, device)
            if connection.namespace == CHECKOUT:
                return await self._customer(work, connection, device)
            found = await self._staff(work, connection, device)
            return serving(found, connection) if connection.namespace == KITCHEN else found
        except Interrupted:
            raise Unavailable(retry_after=1) from None

    async def _guest(self, work: Work, connection: contract.Connection, device: str) -> Principal:
        """A session token, or the table's token with the device cookie, is a guest; the table's token alone a
        visitor.

        A party that was moved keeps the code that its phones scanned, and that code may end with another party: then
        the cookie alone says whose phone it is.
        """
        address = connection.handshake.address
        parts = self._token(connection, "sessionToken", SESSION_TOKEN, self._rules.session_token_hours * 3600, 3)
        if parts:
            work.restaurant_id, session_id, participant_id = parts
            session = await party_of(work, session_id, participant_id)
            for one in session.participants if session and session.is_open else ():
                if session and one.id == participant_id and one.is_in:
                    return as_guest(session, one, address, device)
        token = connection.auth.get("table")
        tables = await work.members(Table, "token", token) if isinstance(token, str) and len(token) <= 64 else []
        table = tables[0] if tables else None
        where = {"restaurant_id": table.restaurant_id} if table else {}
        me = {"$elemMatch": {"device": device, "left_at": None}}
        session = await work.first(TableSession, participants=me, status="OPEN", **where) if device else None
        # A phone of one party that scans another party's code wants to join that one.
        is_theirs = session is not None and (table is None or session.has_sat_at(table.id))
        participant = session.by_device(device) if session and is_theirs else None
        if session and participant:
            return as_guest(session, participant, address, device)
        if table is None:
            raise JoinRefused
        return Visitor(
            restaurant_id=table.restaurant_id,
            roles=frozenset({Role.VISITOR}),
            address=address,
            device=device,
            table_id=table.id,
        )

    async def _staff(self, work: Work, connection: contract.Connection, device: str) -> Principal:
        """An access token, or the cookie of a device that someone logged in on; else a paired screen; else a stranger,
        who may log in. A screen stays one whoever of the floor has logged in on the same browser.
        """
        address = connection.handshake.address
        enrolled = await self._enrolled(work, connection, device)
        session = await self._log_in(work, connection, device)
        staff = await work.get(Staff, session.staff_id) if session else None
        here: Principal = Stranger(address=address, device=device)
        if enrolled:
            here = as_device(enrolled, connection.namespace, address, device)
        if session is None or staff is None or not staff.is_active:
            return here
        if isinstance(here, Screen) and COOKS.isdisjoint(staff.roles):
            return here
        is_ours = enrolled is not None and enrolled.restaurant_id == staff.restaurant_id
        return as_principal(staff, session, address, device, enrolled.id if enrolled and is_ours else "")

    async def _customer(self, work: Work, connection: contract.Connection, device: str) -> Principal:
        """A token from `verify-code`, or the cookie that has it from a listed Origin; raises `SessionExpired`."""
        handshake = connection.handshake
        shown = connection.auth.get("token")
        if shown is None and handshake.is_listed_origin:
            shown = handshake.cookies.get(checkout_cookie(is_secure=self._is_secure))
        customer = await self._customers.of_token(work, shown, handshake.address, device)
        if customer is None:
            raise SessionExpired
        return customer

    async def _log_in(self, work: Work, connection: contract.Connection, device: str) -> StaffSession | None:
        """Return the log-in that counts on a connection; the work is of its house from then on."""
        parts = self._token(connection, "accessToken", ACCESS_TOKEN, self._rules.access_token_seconds, 2)
        session: StaffSession | None = None
        if parts:
            work.restaurant_id, session_id = parts
            session = await work.get(StaffSession, session_id)
        elif device:
            session = await work.first(StaffSession, device=device, ended_at=None)
        if session is None or not session.is_live(self._clock.now()):
            return None
        work.restaurant_id = session.restaurant_id
        return session

    async def _enrolled(self, work: Work, connection: contract.Connection, device: str) -> Device | None:
        """Return the device of a house that a connection comes from, by its token or by its cookie; one that was
        revoked is reported and does not count.
        """
        shown: list[Device] = []
        parts = self._token(connection, "deviceToken", DEVICE_TOKEN, None, 3)
        if parts:
            work.restaurant_id, device_id, secret = parts
            # Past the memory: another process may have paired or revoked it a moment ago.
            found = await work.fresh(Device, device_id)
            candidate = self._vault.keyed_hash(
                DEVICE_TOKEN_PURPOSE, device_id, secret, found.token.key if found and found.token else None
            )
            shown = [found] if found and found.is_token(candidate) else []
        elif device:
            shown = await work.every(Device, cookie=device)
        live = [one for one in shown if one.is_paired]
        if shown and not live:
            self._on_revoked(shown[-1], connection.handshake.address)
        return max(live, key=lambda one: one.paired_at or one.enrolled_at, default=None)

    def _token(
        self, connection: contract.Connection, field: str, purpose: str, max_age: int | None, length: int
    ) -> list[str] | None:
        token = connection.auth.get(field)
        parts = self._vault.read(purpose, token, max_age) if isinstance(token, str) else None
        return parts if parts and len(parts) == length else None


def serving(principal: Principal, connection: contract.Connection) -> Principal:
    """Return a screen with the stations that its connection says it shows, as far as they are its own: none of several
    before somebody has chosen, all of them if it says nothing sensible.
    """
    shows: Any = connection.auth.get("shows")
    if not isinstance(principal, Screen | StaffMember) or not isinstance(shows, list) or len(shows) > MOST_SHOWN:
        return principal
    named = frozenset(one for one in shows if isinstance(one, str))
    shown = named & principal.stations if principal.stations else named
    is_to_be_chosen = not shows and len(principal.stations) != 1
    return replace(principal, serving=shown) if shown or is_to_be_chosen else principal
