"""A house under siege: attackers on many connections to a server process, and beside them a party that has dinner."""

import asyncio
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
from comanda_client import Connection
from engine.raw import CLOSE, RawClient
from fault.installation import Server
from fault.premises import Party, Premises
from fuzz.hostile import ENDS, Malice

from handlers.registry import KITCHEN, Registry
from server.commands import COMMAND_MODULES

ATTACKERS = 6
INPUTS_OF_ONE = 120
TYPED = 0.3
"""Of the connections; broken frames end theirs early."""
PATIENCE, SHORT_PATIENCE = 20.0, 0.25
REGISTRY = Registry(COMMAND_MODULES)
CODE = re.compile(rb'"code":"([A-Z_]+)"')
ACK = re.compile(rb"43/[a-z]+,([0-9]+)\[")


@dataclass
class Attack:
    """One way in: where, with what proof."""

    namespace: str
    auth: str


@dataclass
class Siege:
    """All attackers together; the same seed sends the same input."""

    port: int
    chance: random.Random
    ways: list[Attack]
    examples: dict[str, Any]
    sent: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    answered_twice: list[bytes] = field(default_factory=list)
    unanswered: int = 0
    cut_off: int = 0
    """Connections with commands too large for a frame."""

    async def run(self, inputs: int) -> None:
        """Send so many inputs."""
        goal = self.sent.total() + inputs
        while self.sent.total() < goal:
            await asyncio.gather(*(self._attack(random.Random(self.chance.random())) for _ in range(ATTACKERS)))

    async def _attack(self, chance: random.Random) -> None:
        way, is_typed = chance.choice(self.ways), chance.random() < TYPED
        commands = [one for place, one in REGISTRY.all() if place == way.namespace and one.name not in ENDS]
        malice = Malice(chance, way.namespace, commands, self.examples)
        client = await RawClient.upgrade(self.port)
        if is_typed or chance.random() < 0.8:
            await client.enter(way.namespace, way.auth)
        count = chance.randrange(INPUTS_OF_ONE // 2, INPUTS_OF_ONE)
        ear = Ear(awaited=count if is_typed else None)
        reading = asyncio.create_task(ear.listen(client))
        for ack in range(count):
            if reading.done():
                break
            if is_typed:
                client.send(malice.command(ack))
            else:
                client.write(malice.frame(ack))
            self.sent["commands" if is_typed else "frames"] += 1
            if ack % 8 == 0:
                await asyncio.sleep(0)
        # Half a frame leaves the server waiting for the other half, rightly; whole commands it must answer.
        await asyncio.wait({reading}, timeout=PATIENCE if is_typed else SHORT_PATIENCE)
        ear.is_over = True
        client.writer.transport.abort()
        await reading
        if is_typed:
            # Broken frames may carry one ack id twice by themselves; commands never do.
            self.answered_twice += [ack for ack, times in ear.acks.items() if times > 1]
            self.unanswered += 0 if ear.is_cut_off else count - len(ear.acks)
            self.cut_off += ear.is_cut_off
        self.codes.update(ear.codes)


class Ear:
    """What one attacker hears."""

    def __init__(self, awaited: int | None) -> None:
        self.awaited = awaited
        self.acks: Counter[bytes] = Counter()
        self.codes: Counter[str] = Counter()
        self.is_cut_off = self.is_over = False

    async def listen(self, client: RawClient) -> None:
        """Read until all that is awaited is answered, or the server has had enough."""
        try:
            while self.awaited is None or len(self.acks) < self.awaited:
                opcode, payload = await client._frame()
                if opcode == CLOSE:
                    self.is_cut_off = True
                    return
                if found := ACK.match(payload):
                    self.acks[found[1]] += 1
                    self.codes.update(code.decode() for code in CODE.findall(payload)[:1] or [b"ok"])
        except (EOFError, ConnectionError):
            self.is_cut_off = not self.is_over


@dataclass
class Bystanders:
    """A party that orders all the time, and the cook who sees it."""

    premises: Premises
    phones: list[Connection]
    cook: Connection
    chance: random.Random
    placed: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    is_over: bool = False

    async def dine(self) -> None:
        """Order round after round until it is over; any refusal ends it."""
        while not self.is_over:
            phone, other = self.chance.sample(self.phones, 2)
            wanted = []
            for _ in range(self.chance.randint(1, 3)):
                dish = self.premises.choose(self.chance)
                answer = await phone.operate("cart:add", dish)
                wanted.append((str(dish["itemId"]), int(dish["quantity"])))
            order = await phone.operate(
                "order:place", {"idempotencyKey": str(uuid4()), "cartVersion": answer["cart"]["version"]}
            )
            self.placed[order["order"]["id"]] = wanted
            await other.until(lambda state, one=order["order"]["id"]: one in state.snapshots, 20)
            await asyncio.sleep(0.05)  # people do chew


async def seat(premises: Premises, party: Party, chance: random.Random) -> Bystanders:
    """Let a party of two and a cook in."""
    phones = [await premises.join(party, name) for name in ("Ana", "Ion")]
    cook = Connection(premises.addresses, KITCHEN, {"accessToken": await premises.token("CHEF")})
    return Bystanders(premises, phones, await cook.open(), chance)


async def metrics(server: Server) -> dict[str, float]:
    """Return what the server counts, by the whole name of each sample."""
    async with aiohttp.ClientSession() as http, http.get(f"{server.address}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def sockets(counted: dict[str, float]) -> dict[str, float]:
    """Return the live connections by namespace."""
    return {name: value for name, value in counted.items() if name.startswith("comanda_sockets{")}
