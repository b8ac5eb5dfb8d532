"""A night of the kitchen: orders come through three stations while the network of the screens goes at random.

Every ticket is on every screen of its station that came back, once and in order, and no byte of a price ever is.
"""

import asyncio
import json
import os
import random
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from comanda_client import Connection
from fault.diner import Diner
from fault.driver import new_seed
from fault.dropping import DroppingScreen, shown_again
from fault.installation import running
from fault.judge import Judge, Truth, read_operations, read_truth
from fault.premises import Premises, furnish
from fault.record import Record
from integration import passing

PROVE = bool(os.environ.get("PROVE"))
ORDERS = 10_000 if PROVE else 500
TABLES, PHONES = 20, 1
THINKING = (0.2, 1.6)
STATIONS = ("grill", "cold", "bar")
SCREENS: tuple[tuple[str, ...], ...] = (
    ("grill",),
    ("grill",),
    ("cold",),
    ("cold",),
    ("bar",),
    ("cold", "bar"),
    ("expo",),
)
SETTLED_SECONDS = 20.0
DOUBT = timedelta(seconds=4)
"""Around a moment: what changed within it may or may not have been there. A server that is behind tells it after the
answer, and on a busy machine it may be behind for seconds.
"""


@dataclass
class Night:
    """What happened, and what is stored at its end."""

    judge: Judge
    truth: Truth
    screens: list[DroppingScreen]
    boards: list[list[str]]
    """What each screen is answered to `board:get` at the end."""
    placed: int
    drops: int

    def of(self, screen: DroppingScreen) -> list[dict[str, Any]]:
        """The stored tickets of a screen's stations."""
        is_expo = "expo" in screen.stations
        return [one for one in self.truth.tickets if is_expo or one["station"] in screen.stations]


@pytest.fixture(scope="module")
async def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Play it once for all tests of this module."""
    seed, folder, started = new_seed(), tmp_path_factory.mktemp("night"), time.monotonic()
    print(f"\nFAULT_SEED={seed}")
    async with running(folder) as installation:
        whole = await furnish(installation.mongod.url, installation.addresses)
        premises = _of_three_stations(whole)
        tokens = await _pair(premises)
        screens = [
            DroppingScreen(
                installation.addresses[number % 2 :] + installation.addresses[: number % 2],
                tokens[number],
                folder / f"screen-{number}.log",
                frozenset(stations),
                random.Random(f"{seed} {number}"),
                runs=stations == ("expo",),
            )
            for number, stations in enumerate(SCREENS)
        ]
        record = Record(folder / "guests.jsonl")
        await _order(premises, record, screens, seed)
        await _settle(installation.mongod.url, premises, screens)
        boards = [await _board(premises, token) for token in tokens]
        truth = await asyncio.to_thread(read_truth, installation.mongod.url, premises.id)
        await asyncio.gather(*(screen.close() for screen in screens))
    operations = read_operations(record)
    record.close()
    placed = sum(one.name == "order:place" and one.outcome == "OK" for one in operations.values())
    drops = sum(len(screen.returns) - 1 for screen in screens)
    print(f"{placed} orders, {len(truth.tickets)} tickets, {drops} returns, {time.monotonic() - started:.0f} s")
    return Night(Judge(premises, truth, operations), truth, screens, boards, placed, drops)


def _of_three_stations(premises: Premises) -> Premises:
    dishes = tuple(dish for dish in premises.menu.dishes if set(dish.stations) <= set(STATIONS))
    return replace(premises, menu=premises.menu.model_copy(update={"dishes": dishes}))


async def _pair(premises: Premises) -> list[str]:
    manager = await Connection(premises.addresses, "/floor", {"accessToken": await premises.token("MANAGER")}).open()
    tokens = [await premises.pair(manager, f"Screen {n}", list(stations)) for n, stations in enumerate(SCREENS)]
    await manager.close()
    return tokens


async def _order(premises: Premises, record: Record, screens: list[DroppingScreen], seed: int) -> None:
    """Have everything ordered while the screens drop; then each of them drops once more and comes back."""
    diners = []
    for number, party in enumerate(await premises.open_tables(TABLES)):
        phone = await premises.join(party, f"guest {number}", number)
        await phone.drop()
        diners.append(Diner(f"guest {number}", await phone.keep_open(), premises, record, seed))
    left, ended = iter(range(ORDERS)), asyncio.Event()
    dropping = [asyncio.create_task(screen.drop_always(ended)) for screen in screens]
    await asyncio.gather(*(_dine(diner, left) for diner in diners))
    ended.set()
    await asyncio.gather(*dropping)
    for screen in screens:
        screen.is_working = False
    await asyncio.gather(*(screen.drop(0.5) for screen in screens), *(diner.phone.close() for diner in diners))


async def _dine(diner: Diner, left: Any) -> None:
    for _ in left:
        await diner.order()
        await asyncio.sleep(diner.chance.uniform(*THINKING))


async def _settle(mongo_url: str, premises: Premises, screens: list[DroppingScreen]) -> None:
    """Give the screens time to be back and right; whether they are, the tests say."""
    deadline = time.monotonic() + SETTLED_SECONDS
    while time.monotonic() < deadline:
        truth = await asyncio.to_thread(read_truth, mongo_url, premises.id)
        if all(screen.open_tickets() == _open(truth.tickets, screen) for screen in screens):
            return
        await asyncio.sleep(0.2)


def _open(tickets: list[dict[str, Any]], screen: DroppingScreen) -> set[str]:
    is_expo = "expo" in screen.stations
    mine = [one for one in tickets if is_expo or one["station"] in screen.stations]
    return {one["_id"] for one in mine if one["status"] == "OPEN"}


async def _board(premises: Premises, token: str) -> list[str]:
    screen = await Connection(premises.addresses, "/kitchen", {"deviceToken": token}).open()
    shown = await passing.board(screen)
    await screen.close()
    return shown


pytestmark = pytest.mark.timeout(0 if PROVE else 240)


async def test_it_was_a_night(night: Night) -> None:
    assert night.placed >= 0.95 * ORDERS
    assert all(len(screen.returns) > 3 for screen in night.screens)
    assert any(night.boards), "nothing was left open to be compared"


async def test_every_order_has_one_ticket_a_station_with_exactly_its_lines(night: Night) -> None:
    assert night.judge.wrong_tickets() == []


async def test_the_kitchen_was_shown_every_ticket_under_one_id(night: Night) -> None:
    assert night.judge.missing_or_doubled_in_kitchen([screen.path for screen in night.screens]) == []


async def test_a_screen_that_came_back_shows_every_open_ticket_of_its_stations_and_no_other(night: Night) -> None:
    wrong = [
        (sorted(screen.stations), sorted(screen.open_tickets() ^ _open(night.truth.tickets, screen)))
        for screen in night.screens
    ]
    assert [one for one in wrong if one[1]] == []


async def test_at_every_return_everything_that_was_open_was_there(night: Night) -> None:
    missing = [
        (sorted(screen.stations), ticket["_id"], str(back.asked_at - ticket["placed_at"]))
        for screen in night.screens
        for back in screen.returns
        for ticket in night.of(screen)
        if ticket["placed_at"] < back.asked_at - DOUBT
        and (ticket["bumped_at"] is None or ticket["bumped_at"] > back.answered_at + DOUBT)
        and ticket["_id"] not in back.shown
    ]
    assert missing == []


async def test_no_answer_has_a_ticket_twice_and_none_comes_again_once_it_was_cleared(night: Night) -> None:
    assert [screen.doubled for screen in night.screens if screen.doubled] == []
    assert [again for screen in night.screens if (again := shown_again(screen.path))] == []


async def test_every_board_is_in_order_of_what_waits_longest(night: Night) -> None:
    stored = {ticket["_id"]: ticket for ticket in night.truth.tickets}
    for screen, board in zip(night.screens, night.boards, strict=True):
        due = sorted(
            _open(night.truth.tickets, screen),
            key=lambda one: (stored[one]["placed_at"], stored[one]["number"], stored[one]["station"]),
        )
        assert board == due, screen.stations


async def test_no_byte_of_a_price_reaches_a_screen(night: Night) -> None:
    assert night.judge.prices_in_kitchen([screen.path for screen in night.screens]) == []


async def test_what_was_run_left_the_pass(night: Night) -> None:
    run = [one for one in night.truth.tickets if all(line["status"] == "SERVED" for line in one["lines"])]
    assert run
    assert [json.dumps(one["_id"]) for one in run if one["is_shown"]] == []
