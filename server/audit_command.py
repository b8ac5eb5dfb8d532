"""`comanda audit verify`: goes along the chains of all houses and names the first entry of each that is not right."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import typer

from models.chain import Anchor, Fault, Keys, Verification, Wrong, fault_at
from models.store import client as mongodb
from models.store.client import DatabaseRefused, PyMongoError
from models.store.ledger import Ledger
from server.anchor import AnchorsWrong, read_anchors
from server.clock import Clock
from server.config import Settings

UNSEALED_SECONDS = 60
"""How long an entry may wait for its seal, or be ahead of this machine's clock."""


async def verify(settings: Settings, restaurant_id: str | None, anchor_files: Sequence[Path]) -> bool:
    """Print what was verified and what is wrong; returns whether all is as it was written.

    Without `anchor_files` the installation's own is read, if there is one. Raises `DatabaseRefused`.
    """
    keys = settings.secrets.by_name("audit_keys")
    files = anchor_files or [path for path in (settings.anchor_file,) if path.exists()]
    if not files:
        typer.echo(f"There is no anchor file ({settings.anchor_file}): what is cut off at the end may stay unnoticed.")
    try:
        anchors = read_anchors(files, keys, restaurant_id)
    except AnchorsWrong as error:
        typer.echo(str(error))
        return False
    client = mongodb.connect(str(settings.mongodb.url))
    try:
        return await _verify_houses(Ledger(client[settings.mongodb.database]), restaurant_id, anchors, keys)
    except PyMongoError as error:
        raise DatabaseRefused(f"mongodb.url: the database does not answer ({type(error).__name__}).") from None
    finally:
        await client.close()


async def _verify_houses(
    ledger: Ledger, restaurant_id: str | None, anchors: Mapping[str, Sequence[Anchor]], keys: Keys
) -> bool:
    houses = [restaurant_id] if restaurant_id else await ledger.houses()
    houses += [house for house in anchors if house not in houses]
    entries, is_whole = 0, True
    for house in houses:
        verified, fault = await verify_house(ledger, house, keys, anchors.get(str(house), ()), Clock().now())
        entries += verified
        is_whole = is_whole and fault is None
        found = sentence(fault) if fault else "nothing is wrong."
        typer.echo(f"house {house}: {verified} entries verified, {found}")
    typer.echo(f"{entries} entries of {len(houses)} houses verified: {'all is whole' if is_whole else 'NOT WHOLE'}.")
    return is_whole


async def verify_house(
    ledger: Ledger, restaurant_id: Any, keys: Keys, anchors: Sequence[Anchor], now: datetime
) -> tuple[int, Fault | None]:
    """Return how many entries of a house's chain are right, one after the other, and the first fault."""
    verification = Verification(keys, await ledger.head(restaurant_id), anchors)
    async for entry in ledger.chain(restaurant_id):
        fault = verification.see(entry)
        if fault:
            return verification.verified, fault
    fault = verification.end(await ledger.head(restaurant_id))
    return verification.verified, fault or await _outside(ledger, restaurant_id, now)


async def _outside(ledger: Ledger, restaurant_id: Any, now: datetime) -> Fault | None:
    """Return an entry that is not in the chain and should be."""
    stray = await ledger.stray(restaurant_id)
    if stray:
        return fault_at(stray, Wrong.STRAY)
    grace = timedelta(seconds=UNSEALED_SECONDS)
    forgotten = await ledger.forgotten(restaurant_id, now - grace, now + grace)
    return fault_at(forgotten, Wrong.UNSEALED) if forgotten else None


def sentence(fault: Fault) -> str:
    """Say what is wrong, and with which entry."""
    said = (("number", fault.number), ("id", fault.id), ("act", fault.act), ("at", fault.at))
    which = ", ".join(f"{name} {value}" for name, value in said if value is not None)
    return f"first bad entry: {which}: {fault.wrong.value}{f' ({fault.note})' if fault.note else ''}."
