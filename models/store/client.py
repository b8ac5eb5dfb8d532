"""The way into MongoDB: how clients are made, and what the database must be.

Every acknowledged write is on the journals of a majority, and every read is of such a write: the promises about lost
orders rest on it. Transactions and change streams exist only in a replica set, so a standalone server is refused at the
start.
"""

import time
from collections.abc import Callable
from typing import Any

import pymongo
from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure
from pymongo.errors import PyMongoError as PyMongoError  # what a database does to those who may not import pymongo
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from models.store import driver

Document = dict[str, Any]

SELECTION_MS = 3_000
"""How long a command waits for a primary: shorter than its own deadline of 5 s, so that it can still answer."""

HEARTBEAT_MS = 2_000
"""How often the driver looks at each member: shorter than its search for a primary, so that one search is enough."""

CLOSE_SECONDS = 1.0

REPLICA_SET = "comanda"
"""Name of the replica set of the embedded mongod."""

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
        "heartbeatFrequencyMS": HEARTBEAT_MS,
        "connectTimeoutMS": SELECTION_MS,
        "tz_aware": True,
        "uuidRepresentation": "standard",
    }
    driver.mend()
    try:
        return AsyncMongoClient(url, **(defaults | options))
    except (InvalidURI, ConfigurationError, ValueError, TypeError) as error:
        raise DatabaseRefused(f"mongodb.url is not a MongoDB address: {error}") from None


async def close(client: AsyncMongoClient[Document]) -> None:
    """Close a client; a database that is away is not waited for to be told."""
    with pymongo.timeout(CLOSE_SECONDS):
        await client.close()


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
        "mongodb.url points to a standalone MongoDB; Comanda needs a replica set (one member is enough), because "
        "orders are placed in transactions and phones hear of changes through change streams: start mongod with "
        "--replSet and run rs.initiate()."
    )


def lead_alone(port: int, *, attempts: int = 6_000) -> None:
    """Make the mongod on a local port the primary of its own replica set, whatever port it had before.

    Idempotent. Looks every 10 ms; raises `DatabaseRefused` when it is not primary after that many looks.
    """
    member = f"127.0.0.1:{port}"
    try:
        with _direct(port) as client:
            if client.local["system.replset"].find_one() is None:
                members = [{"_id": 0, "host": member}]
                client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "version": 1, "members": members})
            for _ in range(attempts):
                if _is_leading(client, member):
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
        serverMonitoringMode="poll",  # it is closed within a moment: nobody is to measure it meanwhile
    )


def _is_leading(client: MongoClient[Document], member: str) -> bool:
    """Whether it is primary under its address; gives it that address if it still has the one of another port."""
    if client.admin.command("hello").get("isWritablePrimary"):
        return True
    try:
        config = client.admin.command("replSetGetConfig")["config"]
        if config["members"][0]["host"] != member:
            # A member that does not find its own address in its configuration stands aside for ever: only force works.
            config["members"][0]["host"] = member
            config["version"] += 1
            client.admin.command("replSetReconfig", config, force=True)
    except OperationFailure:
        # A mongod that just started reads its configuration in the background; until then it says it has none.
        return False
    return False


class CommandCounter(CommandListener):
    """Calls back for every command that the driver sends."""

    def __init__(self, count: Callable[[], None]) -> None:
        self._count = count

    def started(self, event: CommandStartedEvent) -> None:
        """Count it."""
        self._count()

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Do nothing: it was counted when it began."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Do nothing: it was counted when it began."""
