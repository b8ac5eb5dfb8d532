"""`comanda keys rotate`: seals everything anew that older keys have sealed, and finds phones by the newest index.

It keeps nothing of its own: what is still under an older key is what is left to do, so it goes on wherever it was
stopped. Every write is that of an aggregate by its version: a server that changes the same one meanwhile loses nothing,
and whatever it overtook here is looked at in the next round.
"""

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

ROUNDS = 10
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
        for _ in range(ROUNDS):
            houses = await houses_of(store)
            left = sum(
                [await _look_through(store, house.id, held, safe, rotation) for house in houses for held in HELD]
            )
            if not left:
                break
        await _record(store, safe, rotation, clock)
    return _say(safe, rotation, left)


async def _look_through(store: Store, house: str, held: Held[Any], safe: Safe, rotation: Rotation) -> int:
    """Seal anew what one house has under older keys in one collection; returns how much that was, but for what cannot
    be opened: only a round that finds nothing is the last one.
    """
    collection, after, seen = KINDS[held.model].collection, "", 0
    while ids := await _under_other_keys(store, house, held, safe, after):
        for entry_id in ids:
            seen += 1
            try:
                sealed = await _seal_anew(store, house, held, safe, entry_id)
                rotation.done.setdefault(house, Counter())[collection] += sealed
            except Conflict:
                continue
            except SealBroken as error:
                rotation.broken[f"{collection} {entry_id}"] = str(error)
                seen -= 1
        after = ids[-1]
        typer.echo(f"house {house}: {rotation.done.get(house, Counter())[collection]} of {collection} sealed anew")
    return seen


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
