"""`comanda keys rotate`: seals everything anew that older keys have sealed, and finds phones by the newest index.

It keeps nothing of its own: what is still under an older key is what is left to do, so it goes on wherever it was
stopped. Every write is that of an aggregate by its version: a server that changes the same one meanwhile loses nothing,
and whatever it overtook here is looked at in the next round.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import typer

from models.base import Aggregate
from models.customer import PHONE_INDEX, Customer, phone_place
from models.held import HELD, Held
from models.sealed import GONE, Reseal, Sealed
from models.store.outcome import Conflict
from models.store.paging import Scan
from models.store.schema import KINDS
from models.store.work import Store
from server.beside import begin, houses_of, open_store, record
from server.clock import Clock
from server.config import Settings
from server.sealing import Safe, SealBroken

AT_ONCE = 200
"""How many are looked up together, and how often it is said how far it is."""

TOGETHER = 16
"""How many are written at the same time: enough to keep the database busy, too few to be in a server's way."""

PAUSE_SECONDS = 0.2
"""What lies between two rounds: whatever was being written by then is seen by the next."""

ROUNDS = 5
"""How often all is looked through again for what was changed meanwhile, before a server is blamed for it."""


@dataclass(slots=True)
class Rotation:
    """What was done so far: by house and collection, and what cannot be opened."""

    done: dict[str, Counter[str]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    """Why, by collection and id."""


async def rotate(settings: Settings) -> bool:
    """Seal everything under the newest keys; returns whether nothing is left under an older one.

    Prints how far it is. Raises `DatabaseRefused`.
    """
    clock = Clock()
    safe, rotation = Safe.of(settings.secrets, clock.nonce), Rotation()
    async with open_store(settings) as store:
        left = await _look_through(store, safe, rotation)
        for _ in range(ROUNDS):
            if not left:
                break
            await asyncio.sleep(PAUSE_SECONDS)
            left = await _look_through(store, safe, rotation)
        await _record(store, safe, rotation, clock)
    return _say(safe, rotation, left)


async def _look_through(store: Store, safe: Safe, rotation: Rotation) -> int:
    """Seal anew what is under older keys; returns how much that was, but for what cannot be opened.

    Only a round that finds nothing is the last one: what is changed or made meanwhile is for the next.
    """
    rotation.broken.clear()
    seen = 0
    for house in await houses_of(store):
        for held in HELD:
            after, is_more = "", True
            while is_more:
                ids = await _under_other_keys(store, house.id, held, safe, after)
                for first in range(0, len(ids), TOGETHER):
                    some = ids[first : first + TOGETHER]
                    await asyncio.gather(*(_try(store, house.id, held, safe, rotation, one) for one in some))
                is_more = len(ids) == AT_ONCE
                after = ids[-1] if ids else after
                seen += len(ids)
                if ids:
                    _say_how_far(house.id, held, rotation)
    return seen - len(rotation.broken)


async def _try(store: Store, house: str, held: Held[Any], safe: Safe, rotation: Rotation, entry_id: str) -> None:
    """Seal one anew, unless somebody else changes it at this moment or it cannot be opened."""
    collection = KINDS[held.model].collection
    try:
        sealed = await _seal_anew(store, house, held, safe, entry_id)
        rotation.done.setdefault(house, Counter())[collection] += sealed
    except Conflict:
        return
    except SealBroken as error:
        rotation.broken[f"{collection} {entry_id}"] = str(error)


async def _under_other_keys(store: Store, house: str, held: Held[Any], safe: Safe, after: str) -> list[str]:
    """Return the ids of the next ones, in the order of ids."""
    found: list[str] = []

    def take(documents: list[dict[str, Any]]) -> None:
        found.extend(one["_id"] for one in documents)

    stale = held.under_other_keys(safe.newest_key, safe.index_names)
    scan = Scan({"_id": {"$gt": after}, **stale}, {"_id": 1}, [("_id", 1)], AT_ONCE)
    await begin(store, house).scan(held.model, scan, take)
    return found


async def _seal_anew(store: Store, house: str, held: Held[Any], safe: Safe, entry_id: str) -> bool:
    """Seal one anew; returns whether there was something to do. Raises `Conflict` or `SealBroken`."""
    work = begin(store, house)
    found: Aggregate | None = await work.get(held.model, entry_id)
    if found is None:
        return False
    sealed = held.resealed(found, _reseal_with(safe))
    if isinstance(sealed, Customer) and sealed.erased_at is None:
        phone = safe.unseal(phone_place(house, sealed.id), sealed.phone)
        sealed = sealed.with_(phone_indexes=safe.blind(house, PHONE_INDEX, phone))
    if sealed == found:
        return False
    work.save(sealed)
    await work.commit()
    return True


def _reseal_with(safe: Safe) -> Reseal:
    def reseal(place: str, sealed: Sealed) -> Sealed:
        if sealed == GONE or sealed.key == safe.newest_key:
            return sealed
        return safe.seal(place, safe.unseal(place, sealed))

    return reseal


async def _record(store: Store, safe: Safe, rotation: Rotation, clock: Clock) -> None:
    """Have it in the log of each house where something was sealed anew: how much, and under which keys."""
    keys = {"encryption_key": safe.newest_key, "index_key": safe.index_names[0]}
    for house, counts in rotation.done.items():
        if counts.total():
            work = begin(store, house)
            record(work, clock, "keys-rotated", {**keys, **counts})
            await work.commit()


def _say_how_far(house: str, held: Held[Any], rotation: Rotation) -> None:
    collection = KINDS[held.model].collection
    count = rotation.done.get(house, Counter())[collection]
    typer.echo(f"house {house}: {count} of {collection} sealed anew")


def _say(safe: Safe, rotation: Rotation, left: int) -> bool:
    for which, why in rotation.broken.items():
        typer.echo(f"{which} cannot be opened: {why}.", err=True)
    if left:
        typer.echo(f"{left} are still under an older key: a server seals with it. Restart it with the new one first.")
    if left or rotation.broken:
        typer.echo("Not everything is sealed anew: take no key away.")
        return False
    typer.echo(f"Everything is sealed under {safe.newest_key}, and phones are found by {', '.join(safe.index_names)}.")
    typer.echo("All older keys can be taken away.")
    return True
