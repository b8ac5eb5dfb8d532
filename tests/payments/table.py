"""A party that has eaten and pays from its phones: what tests of online payment stand on."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from comanda_client import Connection, Refused
from integration.dinner import Dinner, dine
from integration.house import House
from integration.people import alarms, stored
from simulators.simulated_stripe import SimulatedStripe

from models.payment import Payment

DECIDED = ("SUCCEEDED", "FAILED", "CANCELLED", "EXPIRED")
SECONDS = 8.0


@dataclass
class Table:
    """Two phones of one party, on different servers where there are two."""

    dinner: Dinner
    stripe: SimulatedStripe
    ana: Connection
    ion: Connection

    @property
    def house(self) -> House:
        return self.dinner.house

    @property
    def total(self) -> int:
        return self.dinner.total

    async def start(self, amount: int, by: Connection | None = None, **more: Any) -> dict[str, Any]:
        """Begin to pay; returns the payment as the ack has it."""
        asked = {"method": "ONLINE", "amount": amount, "idempotencyKey": str(uuid4()), **more}
        return dict((await (by or self.ana).send("payment:start", asked))["payment"])

    async def outcome(self, amount: int, by: Connection | None = None, **more: Any) -> str:
        """Return the code of a refusal, or DONE."""
        try:
            await self.start(amount, by, **more)
        except Refused as refused:
            return refused.code
        return "DONE"

    async def ready(self, amount: int, by: Connection | None = None, **more: Any) -> dict[str, Any]:
        """Begin to pay and wait until the phone knows what it needs to go on."""
        payment = await self.start(amount, by, **more)
        return await self.until(payment["id"], lambda one: one["clientSecret"] is not None, by)

    async def pay(self, amount: int, by: Connection | None = None, **more: Any) -> dict[str, Any]:
        """Pay, until the phone knows that it has."""
        payment = await self.ready(amount, by, **more)
        await self.stripe.confirm(payment["clientSecret"])
        return await self.decided(payment["id"], by)

    async def until(
        self, payment_id: str, holds: Callable[[dict[str, Any]], bool], by: Connection | None = None
    ) -> dict[str, Any]:
        """Wait until the payer's phone knows a payment in some state."""
        phone = by or self.ana

        def found() -> list[dict[str, Any]]:
            return [one for one in phone.state.of("payment") if one["id"] == payment_id and holds(one)]

        await phone.until(lambda _: bool(found()), SECONDS)
        return found()[0]

    async def decided(self, payment_id: str, by: Connection | None = None) -> dict[str, Any]:
        """Wait until a payment has succeeded or ended otherwise."""
        return await self.until(payment_id, lambda one: one["status"] in DECIDED, by)

    async def stored(self, payment_id: str) -> dict[str, Any]:
        """Return a payment as the database has it."""
        (found,) = await stored(self.house, Payment, _id=payment_id)
        return found

    async def until_stored(self, payment_id: str, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until the database has a payment in some state."""
        async with asyncio.timeout(SECONDS):
            while not holds(found := await self.stored(payment_id)):  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)
        return found

    async def check(self) -> dict[str, Any]:
        """Return the party's check as it is stored, in the words of the floor."""
        return await self.dinner.check()

    async def until_alarmed(self, kind: str) -> None:
        """Wait until the floor has an alarm of a kind."""
        async with asyncio.timeout(SECONDS):
            while kind not in await alarms(self.house):  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.02)


async def seat(house: House, stripe: SimulatedStripe) -> Table:
    """Let a party eat."""
    dinner = await dine(house)
    return Table(dinner, stripe, dinner.phone, await house.phone(dinner.party, "Ion"))
