"""What an app does with its messages, from `sms:send` to the last word about each. It is gone when the app dies; the
next one begins with the journal.

Three rules make a message go out once: it is written down before `accepted`; it goes to the radio only when that was
answered with `counted`, once; and it is forgotten only when its last word was answered.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from comanda_client.sms_phone.faults import Faults
from comanda_client.sms_phone.journal import Entry, Journal

SEND_WITHIN = timedelta(seconds=30)
"""After `accepted` was answered: what has not gone to the radio by then is somebody else's."""

DELIVERED_AFTER = 1.5
"""Seconds from the word of the radio to that of the phone which has received it."""

Radio = Callable[[Entry], Awaitable[None]]
"""Sends a message by the card that it names; raises `NotSent`."""

Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any] | None]]
"""Sends a command and returns its answer; None when none came."""


class NotSent(Exception):  # noqa: N818
    """The radio has surely not sent it: `error` is its word for why."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class Body:
    """What an app runs on: its radio and screen, the server's time, and sleep."""

    radio: Radio
    say: Callable[[str], None]
    time: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    faults: Faults
    slots: Sequence[int]
    """Its cards."""


class Work:
    """The messages of one app, from its start to its death."""

    def __init__(self, journal: Journal, body: Body, ask: Ask) -> None:
        self.has_died = asyncio.Event()
        """Set when the app dies by a fault of its own."""
        self.hung = asyncio.Event()
        """Set when it hangs by a fault of its own."""
        self._journal = journal
        self._body = body
        self._faults = body.faults
        self._ask = ask
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_work: dict[str, datetime] = {}
        """Messages that may go to the radio, and until when."""
        self._cards = {one: asyncio.Lock() for one in body.slots}
        self._used = dict.fromkeys(self._cards, 0)
        self._taken = 0

    def keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside the rest, as long as the app lives."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end(self) -> None:
        """Stop in the middle of whatever is being done."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def reconcile(self, task: dict[str, Any]) -> None:
        """Do what the house says about a message; it may have gone to the radio since it was named."""
        entry = self._journal.get(task["correlationId"])
        if entry is None:
            return
        if task["do"] == "forget":
            self._journal.forget(entry.correlation_id)
            return
        entry = replace(entry, epoch=task["epoch"])
        self._journal.put(entry)
        if entry.step in ("sent", "failed"):
            self.keep(self._report(entry.correlation_id))
        elif entry.step == "accepted" and task["do"] == "send":
            self._let_go(entry.correlation_id)

    def drop(self, correlation_id: str) -> None:
        """The house has taken a message back; what is at the radio cannot be called back."""
        entry = self._journal.get(correlation_id)
        if entry is not None and entry.step != "sending":
            if entry.step == "accepted":
                self._body.say("A message was taken back; it is not sent.")
            self._journal.forget(correlation_id)

    async def take(self, job: dict[str, Any]) -> None:
        """Write a message down, accept it, and send it if that counts."""
        entry = Entry.of(job)
        if self._journal.has_gone(entry.correlation_id):
            return
        self._taken += 1
        if _is_turn(self._taken, self._faults.goes_silent):
            self.hung.set()
            return
        self._journal.put(entry)
        counted = await self._ack(entry, "accepted")
        if counted is False:
            self._journal.forget(entry.correlation_id)
        elif counted and _is_turn(self._taken, self._faults.dies_after_accept):
            self.has_died.set()
        elif counted:
            self._let_go(entry.correlation_id)

    def _let_go(self, correlation_id: str) -> None:
        """Let a message go to the radio, once."""
        is_new = correlation_id not in self._at_work
        self._at_work[correlation_id] = self._body.time() + SEND_WITHIN
        if is_new:
            self.keep(self._send(correlation_id))

    async def _send(self, correlation_id: str) -> None:
        """Have the radio send a message when its card is free, unless it was taken back or is too late."""
        entry = self._journal.get(correlation_id)
        if entry is None:
            del self._at_work[correlation_id]
            return
        async with self._cards[entry.sim]:
            entry, until = self._journal.get(correlation_id), self._at_work.pop(correlation_id)
            if entry is None:
                return
            if self._body.time() >= min(until, datetime.fromisoformat(entry.not_after)):
                error: str | None = "too_late"
            else:
                self._journal.begin(entry)
                error = await self._use_radio(entry)
        # It may have been named meanwhile, and have got a new epoch.
        self._journal.end(self._journal.get(correlation_id) or entry, error)
        await self._report(correlation_id)

    async def _use_radio(self, entry: Entry) -> str | None:
        """Return why a message was not sent, None when it was."""
        quota = self._faults.quota
        if quota is not None and self._used[entry.sim] >= quota:
            self._body.say(f"The card in slot {entry.sim} refuses: its quota is used up.")
            return "RESULT_ERROR_LIMIT_EXCEEDED"
        self._used[entry.sim] += 1
        if self._faults.is_rogue:
            return None
        try:
            await self._body.radio(entry)
        except NotSent as refused:
            return refused.error
        return None

    async def _report(self, correlation_id: str) -> None:
        """Say what became of a message, and forget it when that was answered."""
        entry = self._journal.get(correlation_id)
        if entry is None:
            return
        first = "delivered" if entry.step == "sent" and self._faults.reorders_acks else entry.step
        counted = await self._ack(entry, first)
        known = self._journal.get(correlation_id)
        if counted is None or known is None or known.epoch != entry.epoch:
            return
        self._journal.forget(correlation_id)
        if first == "delivered":
            await self._ack(entry, "sent")
            await self._ack(entry, "accepted")
        elif counted and first == "sent":
            await self._body.sleep(DELIVERED_AFTER)
            await self._ack(entry, "delivered")

    async def _ack(self, entry: Entry, status: str) -> bool | None:
        """Say how far a message is; returns whether that counted, None when nobody answered."""
        said = {"correlationId": entry.correlation_id, "epoch": entry.epoch, "status": status}
        if status == "failed":
            said["error"] = entry.error or "failed"
        answer = await self._ask("sms:ack", said)
        if self._faults.repeats_acks:
            answer = await self._ask("sms:ack", said) or answer
        return None if answer is None else bool(answer["counted"])


def _is_turn(number: int, every: int) -> bool:
    return every > 0 and number % every == 0
