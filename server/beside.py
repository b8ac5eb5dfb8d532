"""A store for commands of the command line, which may run beside a server: it hears of what they write as of any other
change.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from models.audit import AuditEntry, Facts
from models.base import Actor
from models.house import Restaurant
from models.store import client as mongodb
from models.store.cache import Cache
from models.store.client import DatabaseRefused, PyMongoError
from models.store.outcome import Interrupted
from models.store.work import Store, Work
from server.clock import Clock
from server.config import Settings

BY = Actor(kind="HOUSE", id="command-line", name="Command line")

SECONDS = 60.0
"""How long one unit of work may take."""


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[Store]:
    """Have the store of an installation; raises `DatabaseRefused` when it is none, or does not answer."""
    client = mongodb.connect(str(settings.mongodb.url))
    try:
        await mongodb.require_replica_set(client)
        yield Store(client[settings.mongodb.database], Cache(1_000), Clock().monotonic)
    except (PyMongoError, Interrupted) as error:
        raise DatabaseRefused(f"mongodb.url: the database does not answer ({type(error).__name__}).") from None
    finally:
        await client.close()


def begin(store: Store, restaurant_id: str) -> Work:
    """Begin a unit of work that takes nothing from memory: no change stream keeps it fresh here."""
    return store.begin(restaurant_id, Clock().monotonic() + SECONDS, is_proving=True)


def record(
    work: Work,
    clock: Clock,
    act: str,
    details: Facts,
    subject: str | None = None,
    *,
    changes: tuple[Facts, Facts] = ({}, {}),
) -> None:
    """Stage the audit entry of what was done from the command line, and what differs: as it was, and as it is."""
    before, after = changes
    work.add(
        AuditEntry(
            id=clock.new_id(),
            restaurant_id=work.restaurant_id,
            at=clock.now(),
            act=act,
            actor=BY,
            subject=subject,
            before=before,
            after=after,
            details=details,
        )
    )


async def houses_of(store: Store) -> list[Restaurant]:
    """Return all houses, by their ids."""
    return sorted(await begin(store, "").every(Restaurant), key=lambda one: one.id)


async def house_of(store: Store, restaurant_id: str | None) -> Restaurant:
    """Return the house of an id, or the only one; raises `DatabaseRefused`."""
    found = [one for one in await houses_of(store) if restaurant_id in (None, one.id)]
    if not found:
        which = f"no house {restaurant_id}" if restaurant_id else "no house yet: `comanda seed` writes one"
        raise DatabaseRefused(f"In this database there is {which}.")
    if len(found) > 1:
        names = ", ".join(f"{one.id} ({one.name})" for one in found)
        raise DatabaseRefused(f"In this database there are several houses; name one with --restaurant: {names}.")
    return found[0]
