"""How a party joins another one and parts from it again, with everything that is its own (`models.merging_cart`: its
carts).

What belongs to the merged session keeps its id: it changes its `session_id` to that of the host and remembers in
`homes` where it was, the last one on top. So a host can itself be merged, and whoever is taken out again finds all that
came with it by the top of `homes`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from models.base import Actor, Change
from models.check import Check
from models.order import Order
from models.participant import MergedParty
from models.service import ServiceRequest
from models.session import TableSession
from models.ticket import Ticket


@dataclass(frozen=True)
class Act(ABC):
    """Which party is concerned, with which host, by whom and when."""

    session: TableSession
    host: TableSession
    by: Actor
    at: datetime

    def change(self, kind: str) -> Change:
        """Return what happened to something."""
        return Change(kind=kind, by=self.by, at=self.at)

    def belongs(self, homes: tuple[str, ...]) -> bool:
        """Whether something that is with the host came with this party."""
        return bool(homes) and homes[-1] == self.session.id

    @property
    @abstractmethod
    def source(self) -> TableSession:
        """The session that has what moves."""

    @abstractmethod
    def moves(self, homes: tuple[str, ...]) -> bool:
        """Whether something that is with the source moves."""

    @abstractmethod
    def sessions(self) -> tuple[TableSession, TableSession]:
        """Return the session of the party and that of its host."""

    @abstractmethod
    def order(self, order: Order) -> Order:
        """Return a round where it belongs now."""

    @abstractmethod
    def check(self, check: Check) -> Check:
        """Return a check where it belongs now."""

    @abstractmethod
    def ticket(self, ticket: Ticket) -> Ticket:
        """Return a ticket at the table where it belongs now; nothing is fired again."""

    @abstractmethod
    def request(self, request: ServiceRequest) -> ServiceRequest:
        """Return a service request at the table where it belongs now."""


@dataclass(frozen=True)
class Merge(Act):
    """One party joins another, the host; `keys` are the idempotency keys of the host's rounds."""

    keys: Collection[str] = ()

    @property
    def source(self) -> TableSession:
        """The session that is merged."""
        return self.session

    def moves(self, homes: tuple[str, ...]) -> bool:
        """Everything moves."""
        return True

    def sessions(self) -> tuple[TableSession, TableSession]:
        """Return the merged session and its host."""
        session, host = self.session, self.host
        party = MergedParty(
            session_id=session.id,
            table_name=session.table_name,
            table_ids=session.table_ids,
            since=self.at,
        )
        newcomers = (one.with_(homes=(*one.homes, session.id)) for one in session.participants)
        return (
            session.with_(participants=(), merged_into=host.id, change=self.change("merged")),
            host.with_(
                participants=(*host.participants, *newcomers),
                merged=(*host.merged, party, *session.merged),
                change=self.change("party-merged"),
            ),
        )

    def order(self, order: Order) -> Order:
        """Return a round at its host; a key that one of the host's rounds has is set aside."""
        key = order.idempotency_key
        return order.with_(
            idempotency_key=f"{key}@{order.id}" if key in self.keys else key,
            session_id=self.host.id,
            homes=(*order.homes, self.session.id),
            change=self.change("merged"),
        )

    def check(self, check: Check) -> Check:
        """Return a check at its host."""
        homes = (*check.homes, self.session.id)
        return check.with_(session_id=self.host.id, homes=homes, change=self.change("merged"))

    def ticket(self, ticket: Ticket) -> Ticket:
        """Return a ticket at its host's table."""
        taken = ticket.with_(session_id=self.host.id, homes=(*ticket.homes, self.session.id))
        return taken.moved(self.host.table_name, self.session.table_name, self.by, self.at)

    def request(self, request: ServiceRequest) -> ServiceRequest:
        """Return a service request at its host's table."""
        taken = request.with_(session_id=self.host.id, homes=(*request.homes, self.session.id))
        return taken.moved(self.host.table_name, self.by, self.at)


class Unmerge(Act):
    """A merged party parts from its host, with what came with it and what was done to that since."""

    @property
    def source(self) -> TableSession:
        """The host."""
        return self.host

    def moves(self, homes: tuple[str, ...]) -> bool:
        """What came with this party moves."""
        return self.belongs(homes)

    def sessions(self) -> tuple[TableSession, TableSession]:
        """Return the session that is on its own again, and its former host."""
        session, host = self.session, self.host
        leaving = {session.id, *(party.session_id for party in session.merged)}
        returning = tuple(one.with_(homes=one.homes[:-1]) for one in host.participants if self.belongs(one.homes))
        return (
            session.with_(participants=returning, merged_into=None, change=self.change("unmerged")),
            host.with_(
                participants=tuple(one for one in host.participants if not self.belongs(one.homes)),
                merged=tuple(party for party in host.merged if party.session_id not in leaving),
                change=self.change("party-unmerged"),
            ),
        )

    def order(self, order: Order) -> Order:
        """Return a round where it was before; a key that was set aside is its own again where it was placed."""
        homes = order.homes[:-1]
        key = order.idempotency_key
        return order.with_(
            idempotency_key=key if homes else key.removesuffix(f"@{order.id}"),
            session_id=self.session.id,
            homes=homes,
            change=self.change("unmerged"),
        )

    def check(self, check: Check) -> Check:
        """Return a check to its party, with what was corrected and paid meanwhile."""
        return check.with_(session_id=self.session.id, homes=check.homes[:-1], change=self.change("unmerged"))

    def ticket(self, ticket: Ticket) -> Ticket:
        """Return a ticket to its party's table, with the former table that it showed before the merge."""
        homes = ticket.homes[:-1]
        back = ticket.with_(session_id=self.session.id, homes=homes)
        return back.moved(self.session.table_name, self.session.table_was_of(homes), self.by, self.at)

    def request(self, request: ServiceRequest) -> ServiceRequest:
        """Return a service request to its party's table."""
        back = request.with_(session_id=self.session.id, homes=request.homes[:-1])
        return back.moved(self.session.table_name, self.by, self.at)
