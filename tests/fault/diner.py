"""A guest who orders through any fault: adds dishes, sends the cart under one key, repeats until the outcome is known.

Everything that a guest means to do is in the log before it is done, and what became of it after.
"""

import random
import time
from typing import Any
from uuid import UUID

from comanda_client import Connection, Refused, Unreachable
from fault.premises import Premises
from fault.record import Record

PATIENCE = 600
"""Minutes that a guest says to wait for, however busy the kitchen is."""

SENDINGS = 12
"""How often a guest sends again after being shown that the cart had changed."""


class Diner:
    """One phone at a table."""

    def __init__(self, name: str, phone: Connection, premises: Premises, record: Record, seed: int) -> None:
        self.name = name
        self.phone = phone
        self.chance = random.Random(f"{seed} {name}")
        self._premises = premises
        self._record = record
        self.is_placing = False
        self._lines = 0

    async def order(self) -> None:
        """Put one to four dishes into the cart and send it; ends placed, or refused with a reason."""
        version = 0
        for _ in range(self.chance.randint(1, 4)):
            self._lines += 1
            line = {**self._premises.choose(self.chance), "note": f"{self.name} {self._lines}", "opId": self._id()}
            answer = await self._do("cart:add", line, line["opId"])
            version = answer["cart"]["version"] if answer else version
        for _ in range(SENDINGS):
            key = self._id()
            request = {"idempotencyKey": key, "cartVersion": max(1, version), "acceptWait": PATIENCE}
            answer = await self._do("order:place", request, key)
            if answer is not None or self._refusal.code != "CART_CHANGED":
                return
            version = self._refusal.details["cart"]["version"]

    async def _do(self, name: str, request: dict[str, Any], operation: str) -> dict[str, Any] | None:
        """Carry out one operation to its end and log both; None when it was refused."""
        self._record.write(self.name, "asked", name, {"id": operation, "request": request})
        started = time.monotonic()
        answer: dict[str, Any] | None = None
        outcome = "OK"
        self.is_placing = name == "order:place"
        try:
            answer = await self.phone.operate(name, request)
        except Refused as refused:
            self._refusal = refused
            outcome = refused.code
        except Unreachable:
            self._refusal = Refused("UNREACHABLE", name, {})
            outcome = "UNREACHABLE"
        self.is_placing = False
        ended = {"id": operation, "outcome": outcome, "seconds": round(time.monotonic() - started, 3)}
        self._record.write(self.name, "ended", name, ended | {"answer": answer})
        return answer

    def _id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))
