"""The simulator of Stripe as tests use it: started as a program of its own, and told what to do wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession
from simulators.running import running
from simulators.stripe_simulator import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

KEYS = {"secret_key": SECRET_KEY, "publishable_key": PUBLISHABLE_KEY, "webhook_secrets": [WEBHOOK_SECRET]}


@dataclass
class SimulatedStripe:
    """One simulator that runs."""

    address: str
    _http: ClientSession

    # ── what a guest's phone does ─────────────────────────────────────────────────────────────────────────────────────

    async def confirm(self, client_secret: str, card: str = "pm_card_visa") -> dict[str, Any]:
        """Pay as a phone does that was told the client secret; returns the answer, whatever it is."""
        intent_id = client_secret.partition("_secret_")[0]
        form = {"client_secret": client_secret, "payment_method": card, "key": PUBLISHABLE_KEY}
        async with self._http.post(f"{self.address}/v1/payment_intents/{intent_id}/confirm", data=form) as answer:
            return dict(await answer.json())

    # ── what goes wrong ───────────────────────────────────────────────────────────────────────────────────────────────

    async def fault(self, operation: str, kind: str, times: int = 1, seconds: float = 0) -> None:
        """Do something wrong to the next requests of an operation."""
        await self._control("faults", operation=operation, kind=kind, times=times, seconds=seconds)

    async def webhooks(self, **options: Any) -> None:
        """Say where webhooks go (`url`) and how (`mode`)."""
        await self._control("webhooks", **options)

    async def release(self, order: str = "as-made") -> list[int]:
        """Deliver the webhooks that were held."""
        return list((await self._control("webhooks/release", order=order))["statuses"])

    async def send(self, event: dict[str, Any], **how: Any) -> int:
        """Deliver one event: with another `secret`, or with a signature of some `age` in seconds."""
        return int((await self._control("webhooks/send", event=event, **how))["status"])

    async def forget_keys(self) -> None:
        """Let a day pass, after which no idempotency key is known any more."""
        await self._control("forget-keys")

    async def refunds_are(self, state: str) -> None:
        """Say what new refunds are."""
        await self._control("refunds", state=state)

    async def decide_refund(self, refund_id: str, status: str) -> None:
        """Say what becomes of a refund."""
        await self._control(f"refunds/{refund_id}", status=status)

    async def decide(self, intent_id: str, status: str, **fields: Any) -> None:
        """Say what becomes of a payment."""
        await self._control(f"intents/{intent_id}", status=status, **fields)

    async def reset(self) -> None:
        """Do nothing wrong any more."""
        await self._control("reset")

    # ── what happened ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def everything(self) -> dict[str, Any]:
        """Return all that was made, asked and sent."""
        async with self._http.get(f"{self.address}/control") as answer:
            return dict(await answer.json())

    async def intents(self, payment_id: str) -> list[dict[str, Any]]:
        """Return what was made for a payment: one, however often it was asked for."""
        found = (await self.everything())["intents"]
        return [one for one in found if one["metadata"].get("payment_id") == payment_id]

    async def refunds(self, payment_id: str) -> list[dict[str, Any]]:
        """Return what of a payment was given back."""
        found = (await self.everything())["refunds"]
        return [one for one in found if one["metadata"].get("payment_id") == payment_id]

    async def asked(self, operation: str, word: str) -> list[dict[str, Any]]:
        """Return the requests of an operation that name something."""
        found = (await self.everything())["requests"]
        return [one for one in found if one["operation"] == operation and word in str(one)]

    async def events(self, kind: str, intent_id: str) -> list[dict[str, Any]]:
        """Return the events of a kind about a payment, as they were sent or held."""
        found = await self.everything()
        events = [*(one["event"] for one in found["sent"]), *found["held"]]
        about = [one for one in events if intent_id in str(one["data"]["object"])]
        return [one for one in about if one["type"] == kind]

    async def _control(self, path: str, **asked: Any) -> dict[str, Any]:
        async with self._http.post(f"{self.address}/control/{path}", json=asked) as answer:
            answer.raise_for_status()
            return dict(await answer.json())


@asynccontextmanager
async def simulated_stripe() -> AsyncIterator[SimulatedStripe]:
    """Have a simulator while the context lasts."""
    async with running("simulators.stripe_simulator") as address, ClientSession() as http:
        yield SimulatedStripe(address, http)
