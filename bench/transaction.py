"""The bare driver as a peer of `order:place`: the same documents in the same transaction, and nothing around it.

Run as a process of its own, so that its CPU is counted from outside like a server's. It listens on a port and does what
one line asks: `<transactions of each table> <tables at a time>`.
"""

import asyncio
import copy
import sys
import uuid
from pathlib import Path
from typing import Any

import bson
import uvloop

from models.store.client import connect

Document = dict[str, Any]
COLLECTIONS = ("carts", "checks", "orders", "tickets", "audit")


class Template:
    """The documents of one real order, made new for each transaction by new ids alone."""

    def __init__(self, path: Path) -> None:
        stored: dict[str, list[Document]] = bson.decode(path.read_bytes())
        self.cart, self.check = stored["carts"][0], stored["checks"][0]
        self.order, self.audit = stored["orders"][0], stored["audit"][0]
        self.tickets = stored["tickets"]


class Table:
    """One table's cart and check, which each of its orders replaces."""

    def __init__(self, template: Template) -> None:
        self.cart, self.check = copy.copy(template.cart), copy.copy(template.check)
        self.cart["_id"], self.check["_id"] = _new_id(), _new_id()
        self.template = template

    async def prepare(self, database: Any) -> None:
        """Store what the first order will replace."""
        await database.carts.insert_one(self.cart)
        await database.checks.insert_one(self.check)

    async def place(self, client: Any, database: Any) -> None:
        """Run one transaction: two replaces, three inserts, commit."""
        order = {**self.template.order, "_id": _new_id(), "idempotency_key": _new_id()}
        tickets = [{**ticket, "_id": _new_id(), "order_id": order["_id"]} for ticket in self.template.tickets]
        audit = {**self.template.audit, "_id": _new_id()}
        self.cart, old_cart = {**self.cart, "version": self.cart["version"] + 1}, self.cart
        self.check, old_check = {**self.check, "version": self.check["version"] + 1}, self.check
        async with client.start_session() as session, await session.start_transaction():
            for collection, new, old in (("carts", self.cart, old_cart), ("checks", self.check, old_check)):
                which = {name: old[name] for name in ("_id", "restaurant_id", "version")}
                await database[collection].replace_one(which, new, session=session)
            await database.orders.insert_one(order, session=session)
            await database.tickets.insert_many(tickets, session=session)
            await database.audit.insert_one(audit, session=session)


def _new_id() -> str:
    return uuid.uuid4().hex


async def main(port: int, url: str, path: Path) -> None:
    """Serve until the process is ended."""
    client = connect(url, app_name="comanda-bench")
    database = client["bench_transaction"]
    await client.drop_database(database.name)
    for name in COLLECTIONS:
        await database.create_collection(name)
    await database.orders.create_index([("session_id", 1), ("idempotency_key", 1)], unique=True)
    await database.orders.create_index([("restaurant_id", 1), ("session_id", 1)])
    await database.orders.create_index([("restaurant_id", 1), ("placed_at", -1)])
    for fields in (["placed_at"], ["session_id"], ["order_id"], ["bumped_at"]):
        await database.tickets.create_index([("restaurant_id", 1), *((field, 1) for field in fields)])
    await database.audit.create_index([("restaurant_id", 1), ("at", -1)])
    await database.audit.create_index([("restaurant_id", 1), ("session_id", 1)])
    template = Template(path)
    tables: list[Table] = []

    async def repeat(table: Table, times: int) -> None:
        for _ in range(times):
            await table.place(client, database)

    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            each, at_a_time = (int(word) for word in line.split())
            while len(tables) < at_a_time:
                tables.append(Table(template))
                await tables[-1].prepare(database)
            await asyncio.gather(*(repeat(table, each) for table in tables[:at_a_time]))
            writer.write(b"done\n")
        writer.close()

    async with await asyncio.start_server(work, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
