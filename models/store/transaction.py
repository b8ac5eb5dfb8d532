"""Writing several documents, all or nothing: one command for each collection, and the commit.

The commands are written out instead of going through the driver's collections, which spend more on one document than
the document costs: a round of three dishes is seven documents.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, OperationFailure, PyMongoError

from models.base import Aggregate
from models.store.codec import to_document
from models.store.outcome import CONNECTION_LOST, Conflict, Interrupted, judged
from models.store.schema import KINDS

T = TypeVar("T")

DUPLICATE_KEY = 11000


@dataclass(frozen=True, slots=True)
class Replacement:
    """An aggregate as it will be stored, and the version that was read of it."""

    stored: Aggregate
    read_version: int

    @property
    def query(self) -> dict[str, Any]:
        """What it may replace: itself, as it was read."""
        return {"_id": self.stored.id, "restaurant_id": self.stored.restaurant_id, "version": self.read_version}


async def write_all(
    database: AsyncDatabase[dict[str, Any]], saved: Iterable[Replacement], added: Iterable[Aggregate]
) -> None:
    """Replace each of `saved` where its version is still the one that was read, insert each of `added`, and commit.

    Raises `Conflict` when another was first, `Interrupted` when the outcome is open, else the driver's error.
    """
    async with database.client.start_session() as session:
        await session.start_transaction()
        try:
            for collection, replacements in _by_collection((one, one.stored) for one in saved).items():
                await _replace(database, session, collection, replacements)
            for collection, new in _by_collection((one, one) for one in added).items():
                documents = [to_document(one) for one in new]
                _require_written(await database.command("insert", collection, documents=documents, session=session))
        except BaseException as error:
            await _abort(session)
            if isinstance(error, CONNECTION_LOST):
                raise Interrupted(is_unknown=False) from error
            raise
        try:
            await session.commit_transaction()
        except (*CONNECTION_LOST, OperationFailure) as error:
            raise judged(error, may_have_written=True) from error


async def _replace(
    database: AsyncDatabase[dict[str, Any]],
    session: AsyncClientSession,
    collection: str,
    replacements: list[Replacement],
) -> None:
    """Replace documents whose versions are still those that were read; raises `Conflict` if one is not."""
    updates = [{"q": one.query, "u": to_document(one.stored)} for one in replacements]
    answer = await database.command("update", collection, updates=updates, session=session)
    _require_written(answer)
    if answer["n"] != len(replacements):
        raise Conflict


def _by_collection(entries: Iterable[tuple[T, Aggregate]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for entry, aggregate in entries:
        found.setdefault(KINDS[type(aggregate)].collection, []).append(entry)
    return found


def _require_written(answer: Mapping[str, Any]) -> None:
    """Raise the first error of single documents, which a command reports beside its success."""
    for error in answer.get("writeErrors", ()):
        kind = DuplicateKeyError if error["code"] == DUPLICATE_KEY else OperationFailure
        raise kind(error.get("errmsg", ""), error["code"], error)


async def _abort(session: AsyncClientSession) -> None:
    """End a transaction that failed; the server ends it by itself when it cannot be told."""
    try:
        await session.abort_transaction()
    except PyMongoError:
        return
