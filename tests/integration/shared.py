"""A check that several people pay: what tests of claims, divisions and payments of shares stand on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from comanda_client import Connection, Refused, State
from integration.dinner import Dinner, dine
from integration.house import House

from handlers.context import Context, Done
from models.check import Check
from models.claim import Pending

CARD = {"method": "CARD_TERMINAL"}


@dataclass
class Table:
    """Ana and Ion at one table, on different servers where there are two, with one round of several dishes."""

    dinner: Dinner
    ana: Connection
    ion: Connection
    ids: dict[str, str]
    """Participants' ids by their names."""

    @property
    def house(self) -> House:
        return self.dinner.house

    def line(self, number: int = 0) -> str:
        """Return the id of a line."""
        return self.dinner.line(number)["lineId"]

    async def claim(self, phone: Connection, number: int = 0, parts: int = 1, of: int = 1) -> dict[str, Any]:
        """Claim a part of a line; return the check."""
        request = {"lineId": self.line(number), "share": {"parts": parts, "of": of}}
        return dict((await phone.operate("check:claim", request))["check"])

    async def split(self, method: str, **more: Any) -> dict[str, Any]:
        """Divide the check; return it."""
        return dict((await self.dinner.ask("check:split", {"method": method, **more}))["check"])

    async def is_everywhere(self, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until something holds of the check as both phones and both waiters know it."""

        def found(state: State) -> bool:
            return any(holds(one) for one in state.of("check") if one["sessionId"] == self.dinner.party.id)

        for client in (self.ana, self.ion, *self.dinner.waiters):
            await client.until(found)

    async def start_payment(self, name: str, amount: int, share_id: str | None = None) -> str:
        """Let a payment of a guest be on its way; return its id."""
        by = {"kind": "GUEST", "id": self.ids[name], "name": name}
        check, payment_id = await self.dinner.check(), str(uuid4())
        money = {"amount": amount, "currency": "RON"}
        tip = {"amount": 0, "currency": "RON"}

        async def act(ctx: Context, _: None) -> Done:
            stored = await ctx.store.fresh(Check, check["id"])
            assert stored
            pending = Pending.model_validate(
                {"payment_id": payment_id, "by": by, "amount": money, "tip": tip, "share_id": share_id, "at": ctx.now}
            )
            ctx.store.save(stored.with_pending(pending))
            return Done()

        await self.house.perform(act)
        await self.is_everywhere(lambda one: len(one["pending"]) > len(check["pending"]))
        return payment_id


async def shared_table(house: House, *, quantity: int = 2) -> Table:
    """Seat Ana and Ion, who have sent two dishes."""
    dinner = await dine(house, house.dish("grill"), house.dish("bar"), quantity=quantity)
    ion = await house.phone(dinner.party, "Ion")
    state = await dinner.phone.until(lambda known: len(next(known.of("session"))["participants"]) == 2)
    ids = {one["name"]: one["id"] for one in next(state.of("session"))["participants"]}
    table = Table(dinner, dinner.phone, ion, ids)
    await table.is_everywhere(lambda check: bool(check["rounds"]))
    return table


def share(check: dict[str, Any], share_id: str) -> dict[str, Any]:
    """Return a share of a check."""
    return next(dict(one) for one in check["shares"] if one["id"] == share_id)


def amounts(check: dict[str, Any], what: str = "amount") -> list[int]:
    """Return what the shares of a check come to."""
    return [one[what]["amount"] for one in check["shares"]]


async def outcome(phone: Connection, name: str, request: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Send a command of a guest; return DONE, REPLAYED or the code of its refusal, with its details."""
    try:
        answer = await phone.send(name, {"opId": str(uuid4()), **request})
    except Refused as refused:
        return refused.code, refused.details
    return "REPLAYED" if answer.get("replayed") else "DONE", {}
