"""Our whole server as a subject: a demonstration house with more tables, and parties that sit down by protocol."""

import asyncio
import copy
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.child import ROOT, Child, NotReady, free_port
from bench.load import run
from bench.party import LINES_OF_AN_ORDER, PHONES, Party, choose
from bench.phone import connect, connect_many
from models.principal import Role
from server.embedded import Services
from server.seed import load_demo_house

Document = dict[str, Any]
OPENS_PER_SOCKET = 10
"""`session:open` is limited to this many in ten seconds for one tablet."""
BATCH = 1000
FURNITURE = ("restaurants", "menus", "stations", "tables", "staff")
BY_SESSION = ("carts", "checks", "orders", "tickets")


class House:
    """One database with a demonstration house, and the environment in which the server runs on it."""

    def __init__(self, services: Services, name: str, folder: Path, tables: int) -> None:
        self.name = name
        self.database = MongoClient[Document](services.mongo_url, w=1)[f"bench_{name}"]
        self.environment = {
            "COMANDA_MONGODB__URL": services.mongo_url,
            "COMANDA_MONGODB__DATABASE": self.database.name,
            "COMANDA_REDIS__URL": services.redis_url or "",
            "COMANDA_REDIS__ENABLED": "true" if services.redis_url else "false",
            "COMANDA_DATA_DIR": str(folder),
            "COMANDA_SERVER__DRAIN_SECONDS": "0",
            "COMANDA_LOG__LEVEL": "warning",
            "COMANDA_GUARD__CONNECTS_PER_SECOND": "100000",
        }
        self._tables = tables

    def furnish(self, model: "House | None" = None) -> None:
        """Seed the demonstration house, or copy a furnished one, and add tables to it until there are enough."""
        self.database.client.drop_database(self.database.name)
        if model is None:
            self._seed()
        else:
            for name in FURNITURE:
                self.database[name].insert_many(model.database[name].find())
        tables = self.database["tables"]
        first, there = tables.find_one(), tables.count_documents({})
        assert first is not None
        if there < self._tables:
            copies = [
                {**first, "_id": _new_id(), "name": f"B{number}", "token": _new_id(), "position": number}
                for number in range(there, self._tables)
            ]
            tables.insert_many(copies)

    def _seed(self) -> None:
        command = [sys.executable, "-m", "server", "seed"]
        environment = {**os.environ, **self.environment}
        seeding = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        if seeding.returncode:
            raise NotReady(f"the house was not seeded:\n{seeding.stderr[-2000:]}")

    def start(self) -> Child:
        """Start the server."""
        port = free_port()
        command = [sys.executable, "-m", "server", "serve", "--port", str(port)]
        return Child(self.name, command, port, self.environment)

    async def seat(self, child: Child, tables: int, guests: int = PHONES) -> list[Party]:
        """Open sessions as a waiter and join each with some phones, each of which can come back by its token."""
        proof = [{"accessToken": await self.access_token(child)}] * -(-tables // OPENS_PER_SOCKET)
        tablets = await connect_many(child.port, proof, "/floor")
        busy = self.database["table_sessions"].distinct("table_id", {"status": "OPEN"})
        free = self.database["tables"].find({"_id": {"$nin": busy}}).sort("position").limit(tables)
        parties = []
        for number, table in enumerate(list(free)):
            opening = {"tableId": table["_id"], "mode": "FAMILY", "covers": guests}
            opened = await tablets[number // OPENS_PER_SOCKET].done("session:open", opening)
            phones = await connect_many(child.port, [{"table": table["token"]}] * guests)
            for seat, phone in enumerate(phones):
                joined = await phone.done("session:join", {"pin": opened["pin"], "name": f"Guest {seat}"})
                phone.auth["sessionToken"] = joined["sessionToken"]
            parties.append(phones)
        for tablet in tablets:
            tablet.close()
        menu = await parties[0][0].done("menu:get", {})
        choices = choose(menu["menu"])
        return [Party(phones, choices) for phones in parties]

    async def access_token(self, child: Child, role: Role = Role.WAITER) -> str:
        """Log someone of a role in and return what proves it on other sockets."""
        person = next(one for one in load_demo_house().staff if role in one.roles)
        tablet = await connect(child.port, "/floor")
        answer = await tablet.done("staff:login", {"login": person.login, "password": person.password})
        tablet.close()
        return str(answer["accessToken"])

    async def sample(self) -> dict[str, list[Document]]:
        """Place one order on a fresh server and return all documents of its table, by collection."""
        child = self.start()
        try:
            await child.ready()
            [party] = await self.seat(child, 1)
            await run([party.add], turns_each=LINES_OF_AN_ORDER)
            await run([party.place], turns_each=1)
            party.close()
        finally:
            await asyncio.to_thread(child.stop)
        order = self.database["orders"].find_one()
        assert order is not None
        found = {name: list(self.database[name].find({"session_id": order["session_id"]})) for name in BY_SESSION}
        found["table_sessions"] = list(self.database["table_sessions"].find({"_id": order["session_id"]}))
        found["audit"] = list(self.database["audit"].find({"subject": order["_id"]}))
        return found

    def store_sessions(self, sample: dict[str, list[Document]], count: int) -> None:
        """Add open sessions of other houses (twenty tables each) with their carts and checks."""

        def one(number: int) -> Iterator[tuple[str, Document]]:
            session_id, house = _new_id(), f"other-{number // 20}"
            yield "table_sessions", {"_id": session_id, "restaurant_id": house, "table_id": _new_id()}
            for name in ("carts", "checks"):
                yield name, {"_id": _new_id(), "restaurant_id": house, "session_id": session_id}

        self._store(sample, count, one)

    def store_orders(self, sample: dict[str, list[Document]], count: int) -> None:
        """Add past orders of this house, with their tickets, bumped, and their audit entries."""

        def one(number: int) -> Iterator[tuple[str, Document]]:
            order_id, session_id = _new_id(), f"past-{number // 4}"
            common = {"session_id": session_id, "number": number}
            yield "orders", {"_id": order_id, **common, "idempotency_key": _new_id()}
            for ticket in range(len(sample["tickets"])):
                yield f"tickets:{ticket}", {"_id": _new_id(), **common, "order_id": order_id, "status": "BUMPED"}
            yield "audit", {"_id": _new_id(), "session_id": session_id, "subject": order_id}

        self._store(sample, count, one)

    def _store(self, sample: dict[str, list[Document]], count: int, one: Any) -> None:
        house = self.database["restaurants"].find_one()
        assert house is not None
        waiting: dict[str, list[Document]] = {}
        for number in range(count):
            for name, changes in one(number):
                collection, _, which = name.partition(":")
                document = copy.copy(sample[collection][int(which or 0)])
                document["restaurant_id"] = house["_id"]
                document.update(changes)
                batch = waiting.setdefault(collection, [])
                batch.append(document)
                if len(batch) >= BATCH:
                    self.database[collection].insert_many(batch, ordered=False)
                    batch.clear()
        for collection, batch in waiting.items():
            if batch:
                self.database[collection].insert_many(batch, ordered=False)


def _new_id() -> str:
    return uuid.uuid4().hex
