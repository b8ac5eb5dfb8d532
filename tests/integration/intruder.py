"""Someone at a door without a socket: tries PINs from any address, straight at the dispatcher of a server."""

import itertools
import json
from typing import Any

from handlers.registry import TABLE
from models.principal import Role, Visitor
from server.app import App
from server.client import Client

_addresses = itertools.count()


def new_address() -> str:
    """Return an address from which nobody has come yet."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


async def knock(app: App, restaurant_id: str, table_id: str, pin: str, address: str) -> dict[str, Any]:
    """Try a PIN at a table and return the ack."""
    roles = frozenset({Role.VISITOR})
    someone = Visitor(restaurant_id=restaurant_id, roles=roles, address=address, device="", table_id=table_id)
    client = Client(TABLE, someone, "en")
    return dict(json.loads(await app.dispatcher.run(client, "session:join", json.dumps({"pin": pin}), _stay)))


def code(ack: dict[str, Any]) -> str:
    """Return the code of an ack, `JOINED` for who is in."""
    return "JOINED" if ack["success"] else str(ack["error"]["code"])


def wrong(pin: str) -> str:
    """Return another PIN."""
    return f"{(int(pin) + 1) % 10_000:04d}"


def _stay(principal: object) -> None:
    """There is no connection that could become someone else."""
