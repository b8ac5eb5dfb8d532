"""The way into MongoDB: how clients are made, and what the database must be.

Every acknowledged write is on the journals of a majority, and every read is of such a write: the promises about lost
orders rest on it. Transactions and change streams exist only in a replica set, so a standalone server is refused at the
start.
"""

import time
from typing import Any

from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError

Document = dict[str, Any]

SELECTION_MS = 3_000
"""How long a command waits for a primary: shorter than its own deadline of 5 s, so that it can still answer."""

REPLICA_SET = "comanda"
"""Name of the replica set of the embedded mongod."""

_NOT_YET_INITIATED = 94
_PAUSE_SECONDS = 0.01


class DatabaseRefused(Exception):  # noqa: N818  (a sentence for the operator, not a fault)
    """The database cannot be used; the text is one sentence that says why."""


def connect(url: str, *, app_name: str = "comanda", **options: Any) -> AsyncMongoClient[Document]:
    """Return a client that writes to and reads from a journaled majority; raise `DatabaseRefused` for a wrong URL.

    `options` are PyMongo's and win, for tests that watch commands or need other pools. Nothing is connected yet.
    """
    defaults: dict[str, Any] = {
        "appname": app_name,
        "w": "majority",
        "journal": True,
        "readConcernLevel": "majority",
        "readPreference": "primary",
        "retryWrites": True,
        "retryReads": True,
        "serverSelectionTimeoutMS": SELECTION_MS,
        "connectTimeoutMS": SELECTION_MS,
        "tz_aware": True,
        "uuidRepresentation": "standard",
    }
    try:
        return AsyncMongoClient(url, **(defaults | options))
    except (InvalidURI, ConfigurationError, ValueError, TypeError) as error:
        raise DatabaseRefused(f"mongodb.url is not a MongoDB address: {error}") from None


async def require_replica_set(client: AsyncMongoClient[Document]) -> str:
    """Return the name of the replica set; raise `DatabaseRefused` if there is none or nobody answers."""
    try:
        greeting = await client.admin.command("hello")
    except PyMongoError as error:
        raise DatabaseRefused(
            f"mongodb.url: no MongoDB primary answers within {SELECTION_MS // 1000} seconds ({error})."
        ) from None
    name = greeting.get("setName")
    if isinstance(name, str):
        return name
    raise DatabaseRefused(
        "mongodb.url points to a standalone MongoDB; Comanda needs a replica set (one member is enough), because orders "
        "are placed in transactions and phones hear of changes through change streams: start mongod with --replSet "
        "and run rs.initiate()."
    )


def lead_alone(port: int, *, attempts: int = 1_500) -> None:
    """Make the mongod on a local port the primary of its own replica set, whatever port it had before.

    Idempotent. Waits about 10 ms between attempts; raises `DatabaseRefused` when it is not primary after all of them.
    """
    member = f"127.0.0.1:{port}"
    try:
        with _direct(port) as client:
            _configure(client, member)
            for _ in range(attempts):
                if client.admin.command("hello").get("isWritablePrimary"):
                    return
                time.sleep(_PAUSE_SECONDS)
    except PyMongoError as error:
        raise DatabaseRefused(f"the embedded mongod on {member} could not be made primary ({error}).") from None
    raise DatabaseRefused(f"the embedded mongod on {member} did not become primary.")


def is_answering(port: int) -> bool:
    """Whether a mongod of the embedded replica set (or one that is not configured yet) answers on a local port."""
    try:
        with _direct(port) as client:
            return bool(client.admin.command("hello").get("setName", REPLICA_SET) == REPLICA_SET)
    except PyMongoError:
        return False


def _direct(port: int) -> MongoClient[Document]:
    return MongoClient(
        "127.0.0.1",
        port,
        directConnection=True,
        serverSelectionTimeoutMS=2_000,
        socketTimeoutMS=5_000,
        appname="comanda-start",
    )


def _configure(client: MongoClient[Document], member: str) -> None:
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NOT_YET_INITIATED:
            raise
        members = [{"_id": 0, "host": member}]
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "version": 1, "members": members})
        return
    if config["members"][0]["host"] != member:
        # A member that does not find its own address in the configuration stands aside for ever, so only force works.
        config["members"][0]["host"] = member
        config["version"] += 1
        client.admin.command("replSetReconfig", config, force=True)
