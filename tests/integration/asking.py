"""Customers' commands as the HTTP door carries them out, without the door: on whichever server a test names."""

import itertools
import json
from typing import Any

from integration.customers import Caller

import handlers.address
from handlers.registry import REST, Registry
from models.principal import CUSTOMERS, PhoneCustomer
from server.client import Client

REGISTRY = Registry([handlers.address])
_turns = itertools.count()


async def ask(caller: Caller, name: str, *, server: int | None = None, **fields: Any) -> dict[str, Any]:
    """Carry out a command for a customer, on the servers in turn unless one is named; raises its refusal."""
    apps = caller.house.apps
    app = apps[(next(_turns) if server is None else server) % len(apps)]
    command = REGISTRY.get(REST, name)
    assert command is not None
    principal = PhoneCustomer(
        restaurant_id=caller.house.restaurant.id,
        roles=CUSTOMERS,
        address="192.0.2.7",
        device="",
        customer_id=caller.id,
        customer_session_id=caller.session_id,
    )
    reply = await app.dispatcher.answer(Client(REST, principal, "ro"), command, json.dumps(fields))
    answer: dict[str, Any] = json.loads(reply.text())
    return answer
