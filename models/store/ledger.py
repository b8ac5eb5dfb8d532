"""The audit log as its sealer and whoever verifies it see it: documents as they are stored, in the order of the chain.

Entries are put into the log by the commands themselves (`models.store.work`). Here they get their seals: conditionally
on the head of the chain and in one transaction with it, so that two sealers can never continue the same head. Every
query says in its comment that it is not made from what a client sent.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from models.audit import AuditEntry, Seal
from models.chain import ChainHead
from models.store.codec import DOCUMENTS, from_document, to_document
from models.store.outcome import WRITE_CONFLICT, Conflict
from models.store.schema import KINDS

COMMENT = "audit"

_IS_NUMBERED = {"$gt": 0}
"""As in the index of the chain, which cannot be used otherwise."""


class Ledger:
    """The log of all houses of an installation."""

    def __init__(self, database: AsyncDatabase[dict[str, Any]]) -> None:
        self._client = database.client
        self._entries = database[KINDS[AuditEntry].collection].with_options(codec_options=DOCUMENTS)
        self._heads = database[KINDS[ChainHead].collection]

    # ── sealing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def heads(self) -> dict[str, ChainHead]:
        """Return the heads of all houses."""
        found = await self._heads.find({}, comment=COMMENT).to_list()
        return {one["restaurant_id"]: from_document(ChainHead, one) for one in found}

    async def head(self, restaurant_id: Any) -> ChainHead | None:
        """Return the head of a house's chain."""
        found = await self._heads.find_one({"_id": restaurant_id}, comment=COMMENT)
        return from_document(ChainHead, found) if found else None

    async def unsealed(self, after: str, most: int) -> list[Mapping[str, Any]]:
        """Return entries without a seal, house by house, by their ids; `after` a house, in the order of house ids."""
        query = {"seal": None, "restaurant_id": {"$gt": after}}
        found = self._entries.find(query, comment=COMMENT).sort([("restaurant_id", 1), ("_id", 1)]).limit(most)
        return list(await found.to_list())

    async def append(
        self, former: ChainHead | None, entries: Sequence[tuple[Mapping[str, Any], Seal]], head: ChainHead
    ) -> bool:
        """Write seals and move the head from `former` to `head`, all or nothing; False when the head or the entries are
        not as they were read.

        Raises `Conflict` while another sealer is in the middle of its step: until that is committed the head looks as
        if nobody had touched it. Raises PyMongo's errors when the database is away; whether it was written is then
        unknown, and the head tells.
        """
        seals = [
            UpdateOne(
                {"_id": entry["_id"], "restaurant_id": head.id, "seal": None}, {"$set": {"seal": seal.model_dump()}}
            )
            for entry, seal in entries
        ]
        try:
            async with self._client.start_session() as session, await session.start_transaction():
                if not await self._move(former, head, session):
                    await session.abort_transaction()
                    return False
                written = await self._entries.bulk_write(seals, session=session, comment=COMMENT)
                if written.modified_count != len(seals):
                    await session.abort_transaction()
                    return False
        except (BulkWriteError, DuplicateKeyError):
            return False
        except OperationFailure as error:
            if error.code == WRITE_CONFLICT:
                raise Conflict from error
            raise
        return True

    async def _move(self, former: ChainHead | None, head: ChainHead, session: AsyncClientSession) -> bool:
        if former is None:
            await self._heads.insert_one(to_document(head), session=session, comment=COMMENT)
            return True
        is_as_known = {"_id": former.id, "number": former.number, "hash": former.hash, "fence": {"$lte": head.fence}}
        moved = await self._heads.replace_one(is_as_known, to_document(head), session=session, comment=COMMENT)
        return moved.matched_count == 1

    # ── verifying ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def houses(self) -> list[Any]:
        """Return the ids of all houses that have entries or a chain; what is no id of ours among them, too."""
        named = [*await self._entries.distinct("restaurant_id"), *await self._heads.distinct("_id")]
        return [one for number, one in enumerate(named) if one not in named[:number]]

    async def chain(self, restaurant_id: Any) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the sealed entries of a house by their numbers, without holding them."""
        query = {"restaurant_id": restaurant_id, "seal.number": _IS_NUMBERED}
        async for entry in self._entries.find(query, comment=COMMENT).sort("seal.number").allow_disk_use(True):
            yield entry

    async def stray(self, restaurant_id: Any) -> Mapping[str, Any] | None:
        """Return an entry of a house that has some seal and no number in the chain."""
        query = {"restaurant_id": restaurant_id, "seal": {"$ne": None}, "seal.number": {"$not": _IS_NUMBERED}}
        return await self._entries.find_one(query, comment=COMMENT)

    async def forgotten(self, restaurant_id: Any, since: datetime, until: datetime) -> Mapping[str, Any] | None:
        """Return the first entry of a house that has no seal, unless it happened between two moments."""
        is_recent = {"$gte": since, "$lte": until}
        query = {"restaurant_id": restaurant_id, "seal": None, "at": {"$not": is_recent}}
        return await self._entries.find_one(query, sort=[("_id", 1)], comment=COMMENT)
