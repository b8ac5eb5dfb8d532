"""The app on an SMS phone, as far as it is a client: it comes in by a code or by its secret, agrees with the house on
what is open, listens, tells how it is, and comes back whatever happens to its socket or to itself.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from comanda_client.connection import LONGEST_PAUSE, TEMPORARY, Connection
from comanda_client.error import Refused, Unreachable
from comanda_client.sms_phone.faults import Faults
from comanda_client.sms_phone.journal import Journal
from comanda_client.sms_phone.proof import proof
from comanda_client.sms_phone.work import Body, Radio, Work

PROTOCOLS = [1]
APP = "simulator 1"

ONE_CARD = ({"slot": 0, "operator": "Orange RO", "state": "READY"},)
TWO_CARDS = (*ONE_CARD, {"slot": 1, "operator": "Vodafone RO", "state": "READY"})

STATUS_SECONDS = 15.0
"""Between two `sms:status`."""

FIRST_PAUSE = 0.5


class SmsPhone:
    """One phone. `journal` is the file that outlives it; `say` shows a line on its screen."""

    def __init__(
        self,
        addresses: str | Sequence[str],
        journal: Path,
        radio: Radio,
        *,
        sims: Sequence[dict[str, Any]] = ONE_CARD,
        faults: Faults | None = None,
        say: Callable[[str], None] = lambda line: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self.journal = Journal(journal)
        self.name = ""
        """What the house calls it."""
        self.is_live = asyncio.Event()
        """Set while it is registered."""
        self._addresses = addresses
        self._sims = list(sims)
        self._faults = faults or Faults()
        self._body = Body(radio, say, self._time, sleep, self._faults, [one["slot"] for one in sims])
        self._now = now
        self._first_pause = first_pause
        self._connection: Connection | None = None
        self._is_agreed = asyncio.Event()
        """Set but while it registers: what is said meanwhile would name old epochs."""
        self._is_agreed.set()
        self._is_lost = False
        """Whether the screen says that it has no connection."""
        self._ahead = timedelta()
        """How much later it is at the server."""
        self._work = self._new_work()

    async def run(self, code: str | None = None) -> None:
        """Be a phone until cancelled: paired by `code`, or by what is in the journal.

        Raises `Refused` when the house does not take it, and `Unreachable` when a code could not be used.
        """
        pause = self._first_pause
        try:
            while True:
                try:
                    await self._live(code)
                    code, pause = None, self._first_pause
                except Unreachable:
                    if code:
                        raise
                except Refused as refused:
                    if code or refused.code not in TEMPORARY:
                        raise
                if not self._is_lost and not self._work.has_died.is_set():
                    self._is_lost = True
                    self._body.say("The house cannot be reached; trying again.")
                await self._recover()
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))
                pause = min(LONGEST_PAUSE, pause * 2)
        finally:
            await self._work.end()

    async def _live(self, code: str | None) -> None:
        """Connect, register, and work until the socket is lost, or the app is."""
        connection = Connection(self._addresses, "/sms", log=self._hear)
        connection.is_member = False
        try:
            self._is_agreed.clear()
            await connection.open()
            self._connection = connection
            self._ahead = datetime.fromisoformat(connection.hello["serverTime"]) - self._now()
            await self._register(connection, code)
            self._is_agreed.set()
            self.is_live.set()
            if self._is_lost:
                self._is_lost = False
                self._body.say("The house is there again.")
            telling = self._work.keep(self._tell_status())
            try:
                await self._until_over(connection)
            finally:
                telling.cancel()
        finally:
            self.is_live.clear()
            self._connection = None
            self._is_agreed.set()
            with suppress(Exception):
                await connection.close()

    async def _until_over(self, connection: Connection) -> None:
        """Wait until the socket is lost or the app has died; one that hangs keeps its socket."""
        waiting = [asyncio.ensure_future(one) for one in (connection.lost(), self._work.has_died.wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()

    async def _register(self, connection: Connection, code: str | None) -> None:
        """Say who it is and what it has, and do what the house says about each message."""
        who: dict[str, Any] = {"code": code} if code else self._proof(connection)
        named = [] if code else [one.named for one in self.journal.open]
        about = {"protocols": PROTOCOLS, "app": APP, "sims": self._sims, "open": named}
        answer = await connection.send("sms:register", who | about)
        if answer["secret"]:
            self.journal.pair(answer["deviceId"], answer["secret"])
        self.name = answer["name"]
        for task in answer["open"]:
            self._work.reconcile(task)

    def _proof(self, connection: Connection) -> dict[str, str]:
        made = proof(self.journal.secret, connection.hello["challenge"])
        return {"deviceId": self.journal.device_id, "proof": made}

    def _hear(self, kind: str, name: str, payload: Any) -> None:
        """Act on a message of the house; an app that hangs does nothing."""
        if kind != "heard" or self._work.hung.is_set():
            return
        if name == "sms:send":
            self._work.keep(self._work.take(payload))
        elif name == "sms:cancel":
            self._work.drop(payload["correlationId"])
        elif name == "sms:ping":
            self._work.keep(self._pong())

    async def _pong(self) -> None:
        await self._ask("sms:pong", {})

    async def _tell_status(self) -> None:
        """Tell battery, signal and cards; what was too early to be written is told again when it will be."""
        battery = 100
        while True:
            told = {"battery": battery, "isCharging": False, "signal": 4, "sims": self._sims}
            answer = await self._ask("sms:status", told)
            again_after = answer["againAfter"] if answer else None
            await self._body.sleep(STATUS_SECONDS if again_after is None else again_after)
            battery = max(20, battery - (again_after is None))

    async def _ask(self, command: str, data: dict[str, Any]) -> dict[str, Any] | None:
        """Send a command until it is answered; None when this socket brings no answer any more."""
        await self._is_agreed.wait()
        connection = self._connection
        while connection is not None and connection is self._connection and not self._work.hung.is_set():
            try:
                return await connection.send(command, data)
            except Refused as refused:
                if refused.code not in TEMPORARY:
                    return None
                await asyncio.sleep(random.uniform(0.2, 1) * float(refused.details.get("retryAfter", 1)))
            except Unreachable:
                return None
        return None

    async def _recover(self) -> None:
        """Let an app that hangs go on, and start one that has died from what is in the journal."""
        work = self._work
        if work.hung.is_set():
            self._body.say("The app hangs.")
            await self._body.sleep(self._faults.silent_seconds)
            self._body.say("The app goes on.")
            work.hung.clear()
        if work.has_died.is_set():
            self._body.say("The app has died.")
            await work.end()
            await self._body.sleep(self._faults.restart_seconds)
            self.journal = Journal(self.journal.path)
            self._work = self._new_work()
            self._body.say("The app is started again.")

    def _new_work(self) -> Work:
        return Work(self.journal, self._body, self._ask)

    def _time(self) -> datetime:
        return self._now() + self._ahead
