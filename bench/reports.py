"""What a report costs in a house with years behind it: how long the manager waits for it.

The past is written straight into the database (`bench.generator`); then the duty of the server adds its days up, as it
would have done one by one; then a manager asks.
"""

import asyncio
import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.child import Child, stopping
from bench.generator import Generator
from bench.house import House
from bench.phone import connect
from bench.rounds import Effort, interleave
from bench.table import Row, Target, compare
from models.check import Check
from models.house import Restaurant, Table
from models.menu import Menu
from models.order import Order
from models.principal import Role
from models.report import PeriodSums
from models.session import TableSession
from models.store.codec import from_document, to_document
from models.store.index import ensure_indexes
from models.store.schema import KINDS
from models.ticket import Ticket
from server.app import App
from server.config import load, with_secrets
from server.embedded import Services
from server.reporting import SUMMING

ORDERS_A_DAY = 1_370
"""A million orders in two years."""

BATCH = 1_000
TABLES = 20
ASKS = 5
"""Reports of one figure: `report:get` is limited to so many in ten seconds for one socket."""

TARGET = Target(1_000, 300, of_ours=True)
PAST = (TableSession, Check, Order, Ticket)


class ReportRows:
    """Measures reports of one day, of a month, of everything and of today."""

    def __init__(self, effort: Effort, services: Services, folder: Path) -> None:
        self.effort = effort
        self._house = House(services, "reports", folder / "server", TABLES)
        self._settings = with_secrets(
            load(
                mongodb={"url": services.mongo_url, "database": self._house.database.name},
                redis={"enabled": False},
                data_dir=folder / "server",
            )
        )
        self._orders = effort.past_orders

    async def reports(self) -> list[Row]:
        """`report:get` after years of orders."""
        self._house.furnish()
        days = max(40, self._orders // ORDERS_A_DAY)
        begun = time.perf_counter()
        written = await asyncio.to_thread(self._write, days)
        filled = time.perf_counter() - begun
        summed = await self._sum(days)
        size = self._house.database.command("dbStats")
        note = (
            f"{', '.join(f'{count:,} {name}' for name, count in written.items())} written in {filled:.0f} s "
            f"({size['storageSize'] / 1e9:.1f} GB on disk, {size['indexSize'] / 1e9:.1f} GB of indexes); {summed}"
        )
        child = self._house.start()
        try:
            async with stopping(child):
                await child.ready()
                return await self._rows(child, days, note)
        finally:
            self._house.database.client.drop_database(self._house.database.name)

    # ── the past ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _write(self, days: int) -> dict[str, int]:
        """Write the past of the house and then its indexes; return how many documents of each kind."""
        database = self._house.database
        restaurant = self._with_a_full_today(from_document(Restaurant, database["restaurants"].find_one() or {}))
        menu = from_document(Menu, database["menus"].find_one() or {})
        tables = [from_document(Table, one) for one in database["tables"].find()]
        for model in PAST:
            database[KINDS[model].collection].drop()
        written = dict.fromkeys((KINDS[model].collection for model in PAST), 0)
        waiting: dict[str, list[dict[str, Any]]] = {name: [] for name in written}
        generator = Generator(restaurant, menu, tables, datetime.now(UTC), days)
        for past in generator.parties(self._orders):
            for aggregate in past.documents():
                waiting[KINDS[type(aggregate)].collection].append(to_document(aggregate))
            for name, batch in waiting.items():
                if len(batch) >= BATCH:
                    written[name] += len(batch)
                    database[name].insert_many(batch, ordered=False)
                    batch.clear()
        for name, batch in waiting.items():
            if batch:
                written[name] += len(batch)
                database[name].insert_many(batch, ordered=False)
        return written

    def _with_a_full_today(self, house: Restaurant) -> Restaurant:
        """Have the business day end in two to three hours: the report of today is then one of most of a day."""
        local = datetime.now(ZoneInfo(house.time_zone))
        changed = house.with_(day_starts_at=(local.hour + 3) % 24)
        self._house.database["restaurants"].replace_one({"_id": house.id}, to_document(changed))
        return changed

    async def _sum(self, days: int) -> str:
        """Let the duty add up all days that are over; return what that took."""
        app = App(self._settings)
        try:
            begun = time.perf_counter()
            await ensure_indexes(app.database)
            indexed = time.perf_counter() - begun
            begun, cpu = time.perf_counter(), time.process_time()
            while await app.duties.perform(SUMMING):
                pass
            took, used = time.perf_counter() - begun, time.process_time() - cpu
            sums = await app.store.collection(PeriodSums).count_documents({})
        finally:
            app.vault.close()
            await app.client.close()
        return (
            f"indexes in {indexed:.0f} s; {days} days added up into {sums} documents in {took:.0f} s, "
            f"{used / days * 1e3:.0f} ms of CPU a day"
        )

    # ── asking ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _rows(self, child: Child, days: int, note: str) -> list[Row]:
        token = await self._house.access_token(child, Role.MANAGER)
        today = datetime.now(UTC)
        day, month = today - timedelta(days=10), today - timedelta(days=31 + 10)
        periods: dict[str, dict[str, str]] = {
            "one day": {"from": _date(day), "to": _date(day)},
            "31 days": {"from": _date(month), "to": _date(day)},
            "everything": {"from": "2000-01-01"},
            "today": {},
        }
        asks = {name: partial(self._ask, child.port, token, period) for name, period in periods.items()}
        for ask in asks.values():
            await ask()
        figures = await interleave(self.effort.rounds, asks)
        rows: list[Row] = []
        for name, found in figures.items():
            what = f"report:get of {name}, {self._orders:,} orders in {days} days"
            answer = await self._answer(child.port, token, periods[name])
            said = f"{answer['report']['bills']['checks']:,} checks; slowest round {max(found):.0f} ms"
            rows.append(
                compare(what, "ms", {"ours": found}, target=TARGET, note=f"{said}; {note}" if not rows else said)
            )
        return rows

    async def _ask(self, port: int, token: str, period: Mapping[str, str]) -> float:
        """Return the median of the milliseconds until some reports of a period were here."""
        phone = await connect(port, "/floor", {"accessToken": token})
        waited = []
        for _ in range(ASKS):
            begun = time.perf_counter()
            await phone.done("report:get", dict(period))
            waited.append((time.perf_counter() - begun) * 1e3)
        phone.close()
        return statistics.median(waited)

    async def _answer(self, port: int, token: str, period: Mapping[str, str]) -> dict[str, Any]:
        phone = await connect(port, "/floor", {"accessToken": token})
        answer = await phone.done("report:get", dict(period))
        phone.close()
        return answer


def _date(moment: datetime) -> str:
    return moment.date().isoformat()
