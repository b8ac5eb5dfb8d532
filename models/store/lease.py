"""A lease: of all processes one does a thing, and another takes over when it dies.

Time is the database's own, so that processes whose clocks differ agree on who holds it. `fence` grows with every new
holder: what is written under a lease carries it, so that a holder that slept through its end can be told.
"""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pymongo
from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from models.store.schema import LEASES

RELEASE_SECONDS = 1.0


class Lease:
    """One named lease as one process sees it."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], name: str, owner: str, seconds: int) -> None:
        self._leases = database[LEASES]
        self._name = name
        self._owner = owner
        self._seconds = seconds
        self._exists = False

    async def take(self) -> int | None:
        """Take or prolong the lease; returns its fence, None while another holds it.

        Raises PyMongo's errors when the database does not answer: then nobody may be sure to hold it.
        """
        is_free = {"$lte": ["$until", "$$NOW"]}
        is_mine = {"$eq": ["$owner", self._owner]}
        await self._require_document()
        lease = await self._leases.find_one_and_update(
            {"_id": self._name, "$expr": {"$or": [is_free, is_mine]}},
            [
                {
                    "$set": {
                        "fence": {"$cond": [is_mine, "$fence", {"$add": ["$fence", 1]}]},
                        "owner": self._owner,
                        "until": {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": self._seconds}},
                    }
                }
            ],
            return_document=ReturnDocument.AFTER,
        )
        return int(lease["fence"]) if lease else None

    async def release(self) -> None:
        """Let the next process have it at once, if the database answers soon: else it has it when the time is over."""
        with pymongo.timeout(RELEASE_SECONDS):
            await self._leases.update_one({"_id": self._name, "owner": self._owner}, [{"$set": {"until": "$$NOW"}}])

    async def _require_document(self) -> None:
        """Make the lease once, held by nobody: a query on the database's time cannot also insert."""
        if self._exists:
            return
        nobody = {"_id": self._name, "owner": "", "fence": 0, "until": datetime.fromtimestamp(0, UTC)}
        with suppress(DuplicateKeyError):
            await self._leases.insert_one(nobody)
        self._exists = True
