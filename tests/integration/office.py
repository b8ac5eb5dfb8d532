"""Sealers on a database where no server is, so that the test says who seals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from integration.house import AUDIT_KEY

from models.audit import AuditEntry
from models.chain import ChainHead, Fault
from models.store import client as mongodb
from models.store.lease import Lease
from models.store.ledger import Ledger
from models.store.schema import KINDS
from server.anchor import AnchorFile, read_anchors
from server.audit_command import verify_house
from server.clock import Clock
from server.sealer import Sealer
from server.telemetry import Metrics

KEYS = {"a1": AUDIT_KEY.encode()}


@dataclass
class Office:
    """Sealers on a database where no server is; each believes that it holds the lease."""

    database: Any
    ledger: Ledger
    path: Path

    def sealer(self, name: str = "one", keys: dict[str, bytes] = KEYS, clock: Clock | None = None) -> Sealer:
        lease = Lease(self.database, f"sealer {name}", name, 10)
        return Sealer(lease, Ledger(self.database), keys, AnchorFile(self.path), clock or Clock(), Metrics())

    async def write(self, count: int, house: str = "r1", first: int = 1) -> None:
        """Write entries as an older version did: nothing in them tells of a seal."""
        at = datetime.now(UTC) - timedelta(hours=1)
        await self.database["audit"].insert_many(
            [
                {"_id": f"{house}-{number:06}", "restaurant_id": house, "at": at, "act": "login", "details": {"n": 1}}
                for number in range(first, first + count)
            ]
        )

    async def verify(self, house: str = "r1") -> tuple[int, Fault | None]:
        anchors = read_anchors([self.path], KEYS).get(house, []) if self.path.exists() else []
        return await verify_house(self.ledger, house, KEYS, anchors, datetime.now(UTC))

    async def head(self, house: str = "r1") -> ChainHead | None:
        return await self.ledger.head(house)


@asynccontextmanager
async def opened(mongo_url: str, folder: Path) -> AsyncIterator[Office]:
    """Give an office whose log is empty; `folder` takes the anchors."""
    client = mongodb.connect(mongo_url)
    database = client["office"]
    for name in ("audit", "audit_chains", "leases"):
        await database[name].delete_many({})
    await database["audit"].create_indexes(list(KINDS[AuditEntry].indexes))
    yield Office(database, Ledger(database), folder / "anchors.jsonl")
    await client.close()
