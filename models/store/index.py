"""Indexes: made at every start, which costs nothing when they exist."""

import asyncio
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from models.store.schema import HEARTBEATS, KINDS, LEASES


async def ensure_indexes(database: AsyncDatabase[dict[str, Any]]) -> None:
    """Create what is missing of collections and indexes: transactions cannot create a collection under way."""
    existing = set(await database.list_collection_names())
    for name in (*(kind.collection for kind in KINDS.values()), HEARTBEATS, LEASES):
        if name not in existing:
            try:
                await database.create_collection(name)
            except Exception:
                if name not in await database.list_collection_names():
                    raise
    await asyncio.gather(
        *(database[kind.collection].create_indexes(list(kind.indexes)) for kind in KINDS.values() if kind.indexes)
    )
