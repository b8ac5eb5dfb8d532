"""A simulated SMS phone on a terminal: it has a screen and a radio, and the wire does the rest."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from comanda_client import Connection, Refused, Unreachable
from comanda_client.sms_phone import Entry, Faults, JournalBroken, SmsPhone

from server.clock import Clock
from server.daemon import StartFailed


@dataclass(frozen=True, slots=True)
class Handset:
    """Which phone it is, and where its server is."""

    url: str
    journal: Path
    sims: Sequence[dict[str, Any]]
    faults: Faults
    send_seconds: float


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A manager who takes the phone into the house."""

    login: str
    password: str
    name: str
    restaurant: str | None


def be(handset: Handset, code: str | None, enrolment: Enrolment | None) -> None:
    """Be a phone until somebody interrupts it; raises `StartFailed`."""
    with suppress(KeyboardInterrupt):
        try:
            asyncio.run(_be(handset, code, enrolment))
        except Unreachable:
            raise StartFailed(f"No server answers at {handset.url}; start one with `comanda serve`.") from None
        except Refused as refused:
            raise StartFailed(f"The server at {handset.url} says: {refused}") from None
        except JournalBroken as broken:
            raise StartFailed(f"{broken} Name another file with --state.") from None


async def _be(handset: Handset, code: str | None, enrolment: Enrolment | None) -> None:
    clock = Clock()

    async def send(entry: Entry) -> None:
        await asyncio.sleep(handset.send_seconds)
        _say(f"SMS to {entry.phone} (card {entry.sim}): {entry.text}", clock.now())

    def say(line: str) -> None:
        _say(line, clock.now())

    journal, url = handset.journal, handset.url
    phone = SmsPhone(url, journal, send, sims=handset.sims, faults=handset.faults, say=say, now=clock.now)
    if enrolment:
        code = await _enrol(url, enrolment)
    if not code and not phone.journal.is_paired:
        raise StartFailed("This phone is not paired: give it a --code of `device:enrol`, or --login of a manager.")
    greeting = asyncio.create_task(_greet(phone, say))
    try:
        await phone.run(code)
    finally:
        greeting.cancel()


async def _greet(phone: SmsPhone, say: Any) -> None:
    await phone.is_live.wait()
    say(f"The house knows this phone as “{phone.name}”. What it sends stands here.")


async def _enrol(url: str, enrolment: Enrolment) -> str:
    """Have a manager take a phone into the house; returns the one-time code."""
    manager = await Connection(url, "/floor").open()
    try:
        who = {"login": enrolment.login, "password": enrolment.password}
        house = {"restaurantId": enrolment.restaurant} if enrolment.restaurant else {}
        await manager.send("staff:login", who | house)
        enrolled = await manager.operate("device:enrol", {"kind": "SMS_PHONE", "name": enrolment.name})
        return str(enrolled["code"])
    finally:
        await manager.close()


def _say(line: str, at: datetime) -> None:
    typer.echo(f"{at.astimezone():%H:%M:%S}  {line}")
