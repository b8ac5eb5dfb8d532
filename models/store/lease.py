"""A lease: of all processes one does a thing, and another takes over when it dies.

Time is the database's own, so that processes whose clocks differ agree on who holds it. `fence` grows with every new
holder: what is written under a lease carries it, so that a holder that slept through its end can be told.
"""

from typing import Any

from pymongo import ReturnDocument
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from models.store.schema import LEASES


class Lease:
    """One named lease as one process sees it."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]], name: str, owner: str, seconds: int) -> None:
        self._leases = database[LEASES]
        self._name = name
        self._owner = owner
        self._seconds = seconds

    async def take(self) -> int | None:
        """Take or prolong the lease; returns its fence, None while another holds it.

        Raises PyMongo's errors when the database does not answer: then nobody may be sure to hold it.
        """
        is_free = {"$lte": [{"$ifNull": ["$until", "$$NOW"]}, "$$NOW"]}
        is_mine = {"$eq": ["$owner", self._owner]}
        held_before = {"$ifNull": ["$fence", 0]}
        try:
            lease = await self._leases.find_one_and_update(
                {"_id": self._name, "$expr": {"$or": [is_free, is_mine]}},
                [
                    {
                        "$set": {
                            "fence": {"$cond": [is_mine, held_before, {"$add": [held_before, 1]}]},
                            "owner": self._owner,
                            "until": {"$dateAdd": {"startDate": "$$NOW", "unit": "second", "amount": self._seconds}},
                        }
                    }
                ],
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        except DuplicateKeyError:
            return None
        return int(lease["fence"]) if lease else None

    async def release(self) -> None:
        """Let the next process have it at once."""
        await self._leases.update_one({"_id": self._name, "owner": self._owner}, [{"$set": {"until": "$$NOW"}}])
