"""A scripted SMS phone over a real socket: it pairs by a code, proves itself from its secret, keeps what it is given,
and says only what a test has it say.
"""

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any

from comanda_client import Connection
from integration import people
from integration.house import House

from models.sms_proof import proof

HEAR_SECONDS = 5.0
SIM = {"slot": 0, "operator": "Orange RO", "state": "READY"}


@dataclass
class Phone:
    """One phone; `connection` is its newest socket, `answer` that to its last `sms:register`."""

    house: House
    connection: Connection
    answer: dict[str, Any] = field(default_factory=dict)
    secret: str = ""

    @property
    def device_id(self) -> str:
        return str(self.answer["deviceId"])

    async def register(self, **fields: Any) -> dict[str, Any]:
        """Register on the newest socket: by the secret, unless a code is given."""
        asked = {"protocols": [1], "app": "1.4.2", "sims": [SIM]} | fields
        if "code" not in asked:
            asked = {"deviceId": self.device_id, "proof": self.proof()} | asked
        self.answer = await self.connection.send("sms:register", asked)
        self.secret = self.answer["secret"] or self.secret
        return self.answer

    async def come(self, **fields: Any) -> Connection:
        """Connect anew, to the next server in turn, and register; the socket of before is left as it is."""
        self.connection = await connect(self.house)
        await self.register(**fields)
        return self.connection

    def proof(self, connection: Connection | None = None) -> str:
        """Make what it proves itself by on a socket."""
        return proof(self.secret, (connection or self.connection).hello["challenge"])

    async def ack(self, job: dict[str, Any], status: str, **fields: Any) -> bool:
        """Say how far a message is; returns whether that counted."""
        said = {"correlationId": job["correlationId"], "epoch": job["epoch"], "status": status} | fields
        return bool((await self.connection.send("sms:ack", said))["counted"])

    async def job(self, seconds: float = HEAR_SECONDS) -> dict[str, Any]:
        """Wait for the oldest message that was not looked at yet."""
        return await hear(self.connection, "sms:send", seconds)


def written(secret: bytes) -> str:
    """Write 32 bytes as secrets and proofs are written."""
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


async def connect(house: House) -> Connection:
    """Connect as a phone that nobody knows yet."""
    connection = await house.connect("/sms")
    connection.is_member = False
    return connection


async def enrol(house: House, boss: Connection | None = None, name: str = "Phone 1") -> dict[str, Any]:
    """Have a manager take a phone into the house; returns the answer, with the code."""
    boss = boss or await people.manager(house)
    return await boss.operate("device:enrol", {"kind": "SMS_PHONE", "name": name})


async def pair(house: House, boss: Connection | None = None, name: str = "Phone 1", **fields: Any) -> Phone:
    """Enrol a phone and let it register for the first time."""
    enrolled = await enrol(house, boss, name)
    phone = Phone(house, await connect(house))
    await phone.register(code=enrolled["code"], **fields)
    return phone


async def hear(connection: Connection, event: str, seconds: float = HEAR_SECONDS) -> dict[str, Any]:
    """Wait for a message of a kind that was not looked at yet, and take it out."""
    async with asyncio.timeout(seconds):
        while True:
            for one in connection.heard:
                if one[0] == event:
                    connection.heard.remove(one)
                    return one[1]
            await asyncio.sleep(0.01)
