"""Promises G1 and G2: orders under random kills and freezes of every process, and what the kitchen makes of them."""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fault.diner import Diner
from fault.driver import Driver, new_seed
from fault.installation import Installation, running
from fault.judge import Judge, Operation, read_operations, read_truth
from fault.premises import Premises, furnish
from fault.record import Record
from fault.screen import Screen

PROVE = bool(os.environ.get("PROVE"))
PLACINGS = 10_000 if PROVE else 500
WAVE = 500
"""Placements in one house."""

TABLES, PHONES = 20, 2
THINKING = (0.0, 5.0)
"""Seconds between two rounds of one phone: a run must be long enough to be hit often."""

SETTLED_SECONDS = 20.0


@dataclass
class Wave:
    """One house's evening: its judge, its kitchen's logs, what its guests did."""

    judge: Judge
    kitchen: list[Path]
    operations: dict[str, Operation]
    sendings: int
    cannot_see: set[str]
    """Tickets that are open in the database and not on the screen at the end."""


@dataclass
class Evening:
    """The whole run."""

    seed: int
    driver: Driver
    waves: list[Wave]
    seconds: float
    surprises: list[str]
    """What the servers logged as errors: things that they had not foreseen."""

    @property
    def operations(self) -> list[Operation]:
        return [one for wave in self.waves for one in wave.operations.values()]

    def summary(self) -> str:
        operations, placings = self.operations, [one for one in self.operations if one.name == "order:place"]
        longest = max(operations, key=lambda one: one.ended_at - one.asked_at)
        return (
            f"seed {self.seed}, {self.seconds:.0f} s; faults {dict(self.driver.fired)}\n"
            f"{len(operations)} operations, {sum(wave.sendings for wave in self.waves) - len(operations)} repeats; "
            f"placements {dict(Counter(one.outcome for one in placings))}; "
            f"longest wait {longest.ended_at - longest.asked_at:.1f} s ({longest.name} {longest.outcome})"
        )


@pytest.fixture(scope="module")
async def evening(tmp_path_factory: pytest.TempPathFactory) -> Evening:
    """Play all waves while the driver hits whatever it likes, once for all tests of this module."""
    seed, folder, started = new_seed(), tmp_path_factory.mktemp("evening"), time.monotonic()
    print(f"\nFAULT_SEED={seed}")
    async with running(folder) as installation:
        driver = Driver(installation, random.Random(seed))
        waves = [await _play(installation, driver, folder / f"wave-{n}", seed + n) for n in range(PLACINGS // WAVE)]
        surprises = [line for server in installation.servers for line in server.surprises]
    evening = Evening(seed, driver, waves, time.monotonic() - started, surprises)
    print(evening.summary())
    return evening


async def _play(installation: Installation, driver: Driver, folder: Path, seed: int) -> Wave:
    folder.mkdir()
    record, premises = Record(folder / "guests.jsonl"), await furnish(installation.mongod.url, installation.addresses)
    diners = await _seat(premises, record, seed)
    token = await premises.token("CHEF")
    logs = [folder / "screen.log", *(folder / f"cook-{number}.log" for number in range(2))]
    screens = [Screen(installation.addresses, token, log, bumps=log.name.startswith("cook")) for log in logs]
    driver.aim = lambda: any(diner.is_placing for diner in diners)
    ended = asyncio.Event()
    hitting = asyncio.create_task(driver.run(ended))
    left = iter(range(WAVE))
    await asyncio.gather(*(_dine(diner, left) for diner in diners))
    ended.set()
    await hitting
    cannot_see = await _settle(installation, premises, screens[0])
    await asyncio.gather(*(screen.close() for screen in screens), *(diner.phone.close() for diner in diners))
    sendings = sum(1 for entry in record.read() if entry.kind == "sent" and entry.name in ("cart:add", "order:place"))
    operations = read_operations(record)
    record.close()
    truth = read_truth(installation.mongod.url, premises.id)
    return Wave(Judge(premises, truth, operations), logs, operations, sendings, cannot_see)


async def _seat(premises: Premises, record: Record, seed: int) -> list[Diner]:
    diners = []
    for number, party in enumerate(await premises.open_tables(TABLES)):
        for seat in range(PHONES):
            name = f"guest {number}.{seat}"
            phone = await premises.join(party, name, number + seat, log=record.of(name, "sent", "failed"))
            await phone.drop()
            diners.append(Diner(name, await phone.keep_open(), premises, record, seed))
    return diners


async def _dine(diner: Diner, left: Iterator[int]) -> None:
    await asyncio.sleep(diner.chance.uniform(*THINKING))
    for _ in left:
        await diner.order()
        await asyncio.sleep(diner.chance.uniform(*THINKING))


async def _settle(installation: Installation, premises: Premises, screen: Screen) -> set[str]:
    """Give the kitchen time to be back; return what it then still cannot see."""
    deadline = time.monotonic() + SETTLED_SECONDS
    while True:
        truth = await asyncio.to_thread(read_truth, installation.mongod.url, premises.id)
        missing = {one["_id"] for one in truth.tickets if one["status"] == "OPEN"} - screen.tickets.keys()
        if not missing or time.monotonic() > deadline:
            return missing
        await asyncio.sleep(0.2)


pytestmark = pytest.mark.timeout(0 if PROVE else 240)


async def test_faults_fired_and_nearly_everything_was_attempted(evening: Evening) -> None:
    hit = " ".join(evening.driver.fired)
    assert [name for name in ("kill server", "kill mongod", "kill redis", "freeze") if name not in hit] == []
    placings = [one for one in evening.operations if one.name == "order:place"]
    assert len(placings) >= 0.95 * PLACINGS
    assert sum(one.outcome == "OK" for one in placings) >= 0.5 * PLACINGS


async def test_every_operation_ends_done_or_refused_with_a_reason(evening: Evening) -> None:
    reasons = {"CART_CHANGED", "CART_EMPTY", "CART_FULL", "ORDER_TOO_LARGE"}
    assert [one for one in evening.operations if one.outcome not in {"OK", *reasons}] == []


async def test_no_server_ends_but_by_the_hand_that_kills_it(evening: Evening) -> None:
    assert evening.driver.ended_alone == []


async def test_no_fault_surprises_a_server(evening: Evening) -> None:
    assert evening.surprises == []


async def test_no_acknowledged_order_is_lost_or_doubled(evening: Evening) -> None:
    assert [wrong for wave in evening.waves for wrong in wave.judge.lost_or_doubled_orders()] == []


async def test_no_acknowledged_line_is_lost_or_doubled(evening: Evening) -> None:
    assert [wrong for wave in evening.waves for wrong in wave.judge.lost_or_doubled_lines()] == []


async def test_a_sent_cart_holds_only_what_was_added_after(evening: Evening) -> None:
    assert [wrong for wave in evening.waves for wrong in wave.judge.lines_left_behind()] == []


async def test_totals_stored_told_and_on_the_check_are_what_the_menu_says(evening: Evening) -> None:
    assert [wrong for wave in evening.waves for wrong in wave.judge.wrong_totals()] == []


async def test_every_order_has_one_ticket_a_station_with_exactly_its_lines(evening: Evening) -> None:
    assert [wrong for wave in evening.waves for wrong in wave.judge.wrong_tickets()] == []


async def test_the_kitchen_was_shown_every_order_exactly_once(evening: Evening) -> None:
    assert [wrong for wave in evening.waves for wrong in wave.judge.missing_or_doubled_in_kitchen(wave.kitchen)] == []


async def test_a_kitchen_screen_that_is_back_shows_every_open_ticket(evening: Evening) -> None:
    assert [wave.cannot_see for wave in evening.waves if wave.cannot_see] == []


async def test_no_byte_of_a_price_reaches_a_kitchen_socket(evening: Evening) -> None:
    assert [wrong for wave in evening.waves for wrong in wave.judge.prices_in_kitchen(wave.kitchen)] == []
