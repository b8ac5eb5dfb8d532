"""A house whose messages a simulated provider brings to phones: what the tests of providers stand on."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from integration.house import House
from integration.texting import ADA
from messages.simulated import Simulated
from prometheus_client.parser import text_string_to_metric_families

from handlers.context import Context, Done
from handlers.messaging import queue_message
from models.sms import MessageKind, MessageStatus, SmsMessage
from models.store.codec import from_document
from server.messages import MESSAGES

TEXT = "Your order has left."
SECONDS = 20.0


@dataclass
class Sending:
    """One house and its provider."""

    house: House
    provider: Simulated

    async def queue(self, kind: MessageKind = MessageKind.NOTICE, phone: str = ADA) -> str:
        """Queue a message; return its id."""
        queued: list[SmsMessage | None] = []

        async def act(ctx: Context, text: str) -> Done:
            until = ctx.now + timedelta(minutes=5)
            queued.append(queue_message(ctx, kind=kind, phone=phone, text=text, not_after=until))
            return Done()

        await self.house.perform(act, TEXT)
        assert queued[-1] is not None
        return queued[-1].id

    async def stored(self, message_id: str) -> SmsMessage:
        """Return a message as the database has it."""
        found = await self.house.apps[0].store.collection(SmsMessage).find_one({"_id": message_id})
        assert found is not None
        return from_document(SmsMessage, found)

    async def until(self, message_id: str, status: MessageStatus) -> SmsMessage:
        """Wait until a message is in a state."""
        async with asyncio.timeout(SECONDS):
            while (message := await self.stored(message_id)).status is not status:  # noqa: ASYNC110  (nothing tells)
                await asyncio.sleep(0.01)
        return message

    async def carried_on(self, message_id: str, status: MessageStatus) -> SmsMessage:
        """Let time pass in steps until a message is in a state; whoever is sending it has a moment for that first."""
        async with asyncio.timeout(SECONDS):
            while (message := await self.stored(message_id)).status is not status:
                if message.status is MessageStatus.LEASED and await self._is_handed_on(message):
                    continue
                await self.look_after(seconds=9)
                await asyncio.sleep(0.1)
        return message

    async def _is_handed_on(self, message: SmsMessage) -> bool:
        """Whether something becomes of a message that is being sent, on a busy machine in two seconds."""
        for _ in range(20):
            await asyncio.sleep(0.1)
            if (await self.stored(message.id)).version > message.version:
                return True
        return False

    async def advance(self, **time: float) -> None:
        """Let time pass, at the provider, too."""
        self.house.clock.advance(**time)
        await self.provider.reports(ahead=self.house.clock.ahead.total_seconds())

    async def look_after(self, **time: float) -> None:
        """Let time pass, and do the duty about messages that nobody carries on."""
        await self.advance(**time)
        await self.house.apps[0].duties.perform(MESSAGES)

    def told(self, outcome: str) -> int:
        """Return how many reports came in with an outcome, over all servers."""
        families = [
            family
            for app in self.house.apps
            for family in text_string_to_metric_families(app.metrics.text().decode())
            if family.name == "comanda_message_reports"
        ]
        samples = [one for family in families for one in family.samples]
        return int(sum(one.value for one in samples if one.labels.get("outcome") == outcome))


def steps(message: SmsMessage) -> list[str]:
    """Return the states that a message went through."""
    return [step.status.value for step in message.history]
