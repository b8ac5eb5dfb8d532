"""An attack on the PINs of whole houses, played on a driven clock: thousands of addresses guess, parties have dinner.

Guesses go straight to the dispatchers of two servers, so that an hour of it takes a minute. The guests and the waiters
are real clients on sockets.
"""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from comanda_client import Connection, Refused, Unreachable
from integration.house import House, Installation, Party
from integration.intruder import code, knock, wrong

from handlers.registry import FLOOR
from models.audit import AuditEntry
from models.house import Table
from models.principal import StaffMember
from server.client import Client

STEPS = 4
"""Parts of a minute: in each, as many addresses guess once."""

AT_ONCE = 20
"""Guesses that are on their way at the same time, over both servers."""

TRIES = 100
WITHIN_SECONDS = 30.0
GREEDY_GUESSES = 60
"""Of one address, one after the other."""

UNTOLD = frozenset({"UNAVAILABLE", "OUTCOME_UNKNOWN", "ORDER_IN_PROGRESS", "RATE_LIMITED"})
"""Answers that say nothing about a PIN: a machine that has too much to do gives them."""

PARTIES = 2
"""In each house, with a phone on each server."""


@dataclass(frozen=True)
class Size:
    """How large an attack is; every address guesses once a minute."""

    addresses: int
    houses: int
    tables: int
    minutes: int
    rest: float
    """Seconds between two rounds of a party that has dinner."""


@dataclass(frozen=True)
class Look:
    """A PIN that was looked at: where, for whom, when, and whether it was right."""

    house: str
    session: str
    address: str
    at: datetime
    is_right: bool


@dataclass
class Premises:
    """A house under attack."""

    house: House
    parties: list[Party]
    phones: list[Connection] = field(default_factory=list)
    honest: set[str] = field(default_factory=set)
    """Participants who were told the PIN."""
    let_in: list[str] = field(default_factory=list)
    """Sessions whose door a waiter opened."""
    answered: list[str] = field(default_factory=list)
    """What the guest heard before the tap and after it."""


@dataclass
class Siege:
    """What came of it."""

    size: Size
    seed: int
    premises: list[Premises] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    looks: list[Look] = field(default_factory=list)
    orders: int = 0
    failures: list[str] = field(default_factory=list)
    """What went wrong for those who had dinner."""

    async def play(self, installation: Installation) -> None:
        """Furnish the houses, seat the parties, attack, and let one guest of each house in by a tap."""
        for _ in range(self.size.houses):
            self.premises.append(await _furnish(await installation.new_house(), self.size.tables))
        ended = asyncio.Event()
        dinners = [
            asyncio.create_task(self._dine(premises.house, phone, ended))
            for premises in self.premises
            for phone in premises.phones
        ]
        await self._be_greedy(self.premises[0])
        for minute in range(self.size.minutes):
            await self._attack(installation, random.Random(f"{self.seed} {minute}"))
            if minute == self.size.minutes // 2:
                for premises in self.premises:
                    await self._let_one_in(premises)
        ended.set()
        await asyncio.gather(*dinners)
        for premises in self.premises:
            await premises.house.require_all_know_the_truth()
            await premises.house.close()

    def summary(self) -> str:
        return (
            f"seed {self.seed}: {sum(self.answers.values())} guesses, {dict(self.answers)}; "
            f"{len(self.looks)} looked at, {sum(look.is_right for look in self.looks)} right where chance gives "
            f"{len(self.looks) / 10_000:.3f}; "
            f"{self.orders} orders of guests meanwhile, {len(self.failures)} failed"
        )

    async def _attack(self, installation: Installation, chance: random.Random) -> None:
        """Have every address guess once in this minute, a part of them at a time."""
        guesses = [self._guess(installation, chance, address) for address in range(self.size.addresses)]
        for step in range(STEPS):
            installation.clock.advance(seconds=60 / STEPS)
            part = guesses[step::STEPS]
            for first in range(0, len(part), AT_ONCE):
                await asyncio.gather(*part[first : first + AT_ONCE])

    async def _guess(self, installation: Installation, chance: random.Random, address: int) -> None:
        premises, app = chance.choice(self.premises), chance.choice(installation.apps)
        party, pin = chance.choice(premises.parties), f"{chance.randrange(10_000):04}"
        await self._try(premises, party, pin, app, f"10.0.{address >> 8}.{address & 255}")

    async def _try(self, premises: Premises, party: Party, pin: str, app: Any, address: str) -> str:
        house = premises.house.restaurant.id
        answer = code(await knock(app, house, party.table.id, pin, address))
        self.answers[answer] += 1
        if answer in ("INVALID_PIN", "JOINED"):
            self.looks.append(Look(house, party.id, address, app.clock.now(), answer == "JOINED"))
        return answer

    async def _be_greedy(self, premises: Premises) -> None:
        """One address tries as often as it can, before the others have used up the budget."""
        for turn in range(GREEDY_GUESSES):
            party = premises.parties[turn % (GREEDY_GUESSES // 3)]
            premises.house.clock.advance(seconds=1)
            await self._try(premises, party, wrong(party.pin), premises.house.apps[0], "192.0.2.1")

    async def _let_one_in(self, premises: Premises) -> None:
        """Have a guest who knows the PIN refused, and let in by a waiter's tap, at a table that nobody guessed at."""
        guessed = {look.session for look in self.looks}
        party = next(one for one in premises.parties[PARTIES:] if one.id not in guessed)
        door = await premises.house.connect("/table", {"table": party.token})
        premises.answered.append(await _join(door, party))
        waiter = await premises.house.waiter()
        await waiter.operate("session:admit", {"sessionId": party.id})
        premises.let_in.append(party.id)
        for _ in range(TRIES):  # the tap is heard by the other server a moment later
            answer = await _join(door, party)
            if answer != "JOIN_NEEDS_WAITER":
                break
            await asyncio.sleep(0.02)
        premises.answered.append(answer)
        premises.honest |= known_to(door)

    async def _dine(self, house: House, phone: Connection, ended: asyncio.Event) -> None:
        """Add and place, round after round."""
        while not ended.is_set():
            try:
                cart = (await phone.operate("cart:add", {"itemId": house.dish()}, within=WITHIN_SECONDS))["cart"]
                placing = {"idempotencyKey": str(uuid4()), "cartVersion": cart["version"]}
                await phone.operate("order:place", placing, within=WITHIN_SECONDS)
                self.orders += 1
            except (Refused, Unreachable) as error:
                self.failures.append(repr(error))
            await asyncio.sleep(self.size.rest)


async def _furnish(house: House, tables: int) -> Premises:
    """Give a house enough tables, open them all, and seat some parties."""
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 30)
    for number in range(len(house.tables), tables):
        table = Table(
            id=app.clock.new_id(),
            restaurant_id=house.restaurant.id,
            name=f"X{number}",
            zone="Hall",
            seats=4,
            token=app.clock.token(),
            position=number,
        )
        house.tables.append(work.add(table))
    await work.commit()
    waiter = await house.waiter()
    principal = next(
        client.principal
        for server in house.apps
        for client in server.realtime._clients.values()
        if isinstance(client.principal, StaffMember) and client.principal.restaurant_id == house.restaurant.id
    )
    parties: list[Party] = []
    for some in _parts(house.tables[:tables], 20):
        parties += await asyncio.gather(*(_open(house, principal, table) for table in some))
    await waiter.close()
    premises = Premises(house, parties)
    for party in parties[:PARTIES]:
        for name in ("Ana", "Ion"):
            phone = await house.phone(party, name)
            premises.honest |= known_to(phone)
            await phone.drop()
            premises.phones.append(await phone.keep_open())
    return premises


def known_to(phone: Connection) -> set[str]:
    """Return the participants of a phone's party."""
    return {one["id"] for session in phone.state.of("session") for one in session["participants"]}


async def _open(house: House, principal: StaffMember, table: Table) -> Party:
    """Open a table as the waiter; the limit of commands is a socket's, so each has a client of its own."""
    request = json.dumps({"tableId": table.id, "mode": "INDIVIDUAL", "covers": 2})
    client = Client(FLOOR, principal, "en")
    answer = json.loads(await house.apps[0].dispatcher.run(client, "session:open", request, lambda _: None))
    return Party(answer["session"]["id"], answer["pin"], table, answer["tableToken"])


async def _join(door: Connection, party: Party) -> str:
    try:
        await door.send("session:join", {"pin": party.pin, "name": "Maria"})
    except Refused as refused:
        return refused.code
    return "JOINED"


def _parts(tables: list[Table], size: int) -> Iterator[list[Table]]:
    for first in range(0, len(tables), size):
        yield tables[first : first + size]


async def looked_at(premises: Premises) -> list[dict[str, Any]]:
    """Return the log's entries of all PINs that were looked at, but for those of guests who were told them."""
    acts = {"$in": ["pin-failed", "session-joined", "session-resumed"]}
    query = {"restaurant_id": premises.house.restaurant.id, "act": acts}
    entries = await premises.house.apps[0].store.collection(AuditEntry).find(query).sort("at").to_list()
    return [one for one in entries if one.get("subject") not in premises.honest]
