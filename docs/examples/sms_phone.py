"""A whole SMS phone: `python sms_phone.py http://localhost:8080 phone.json XXXX-XXXX`, from then on without the code.

Needs `pip install "python-socketio[asyncio-client]"`. It prints where an Android phone would call `SmsManager`.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

import socketio


def proof(secret: str, challenge: str) -> str:
    key = base64.urlsafe_b64decode(secret + "=")
    mask = hmac.digest(hashlib.sha256(key).digest(), challenge.encode(), "sha256")
    return base64.urlsafe_b64encode(bytes(a ^ b for a, b in zip(key, mask, strict=True))).decode().rstrip("=")


class Phone:
    def __init__(self, file: Path) -> None:
        self.file, self.kept = file, json.loads(file.read_text()) if file.exists() else {"secret": None, "open": {}}
        # What was on its way to the radio when the app died may have been sent: it is not named any more.
        self.open = self.kept["open"] = {k: v for k, v in self.kept["open"].items() if v["status"] != "sending"}

    def keep(self) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(self.kept))
        new.replace(self.file)

    async def run(self, server: str, code: str | None) -> None:
        while True:
            self.line, hello = socketio.AsyncClient(reconnection=False), asyncio.Queue()
            heard = {"hello": hello.put, "sms:send": self.take, "sms:cancel": self.drop, "sms:ping": self.pong}
            for event, act in heard.items():
                self.line.on(event, act, namespace="/sms")
            try:
                await self.line.connect(server, namespaces=["/sms"], transports=["websocket"])
                await self.register(code, (await asyncio.wait_for(hello.get(), 10))["challenge"])
                code = None
                await self.line.wait()
            except (socketio.exceptions.SocketIOError, TimeoutError) as error:
                print("the house cannot be reached:", error, file=sys.stderr)
            await self.line.disconnect()
            await asyncio.sleep(random.uniform(0.5, 5))

    async def register(self, code: str | None, challenge: str) -> None:
        who = {"code": code} if code else {"deviceId": self.kept["id"], "proof": proof(self.kept["secret"], challenge)}
        named = [{"correlationId": k, "status": v["status"]} for k, v in self.open.items()]
        about = who | {"protocols": [1], "app": "example 1", "sims": [{"slot": 0}], "open": named}
        told = await self.line.call("sms:register", about, namespace="/sms", timeout=7)
        if error := told.get("error"):
            raise (TimeoutError if error["code"] in ("RATE_LIMITED", "UNAVAILABLE") else SystemExit)(error["message"])
        self.kept |= {"id": told["deviceId"], "secret": told["secret"] or self.kept["secret"]}
        self.keep()
        for task in told["open"]:
            self.open.get(task["correlationId"], {})["epoch"] = task["epoch"]  # unless it was taken back meanwhile
            await (self.drop if task["do"] == "forget" else self.carry_on)(task["correlationId"])

    async def take(self, job: dict) -> None:
        self.open[job["correlationId"]] = job | {"status": "accepted"}
        self.keep()  # before the house hears that it is written down
        if (counted := await self.ack(job, "accepted")) is not None:  # else the next hello tells
            await (self.carry_on if counted else self.drop)(job["correlationId"])

    async def carry_on(self, name: str) -> None:
        job = self.open.get(name)
        if job and job["status"] == "accepted":  # and not taken back meanwhile
            is_late = datetime.fromisoformat(job["notAfter"]) <= datetime.now(UTC)
            job["status"] = "failed" if is_late else "sending"
            self.keep()  # before it goes to the radio, so that it never goes there twice
            if not is_late:
                print(f"SMS to {job.pop('phone')}: {job.pop('text')}", flush=True)
                job["status"] = "sent"
                self.keep()
        if job and await self.ack(job, job["status"]) is not None:
            await self.drop(name)

    async def drop(self, told: dict | str) -> None:
        self.open.pop(told if isinstance(told, str) else told["correlationId"], None)
        self.keep()

    async def ack(self, job: dict, status: str) -> bool | None:
        said = {"correlationId": job["correlationId"], "epoch": job["epoch"], "status": status}
        return (await self.line.call("sms:ack", said, namespace="/sms", timeout=7)).get("counted")

    async def pong(self, _: dict) -> None:
        await self.line.call("sms:pong", {}, namespace="/sms", timeout=7)


if __name__ == "__main__":
    os.umask(0o077)
    asyncio.run(Phone(Path(sys.argv[2])).run(sys.argv[1], sys.argv[3] if len(sys.argv) > 3 else None))
