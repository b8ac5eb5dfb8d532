"""A full board on a slow tablet: 150 open tickets in a browser that is made six times slower than this machine.

The promises are of the product: the board is painted under one second after the tickets have arrived, without dropped
frames, and a change under 50 ms after it has. A board is painted when all cards that fit on the screen are there with
what is on them; of others there are shells, which are drawn when they come near. A frame is dropped, for somebody who
looks, when nothing moves for more than 50 ms: that is what browsers call a long animation frame. None may be one from
the moment when the screen is full, also while the column is scrolled; the work before that is in the first
second.

Whoever else works on this machine is no fault of the page. So a fixed piece of work is timed in the page, alone and at
full speed, and again beside what is measured: a figure is shortened by as much as it then took longer than six times.
Of several tries the best counts, and of 20 changes the median; the figures are printed at the end of the run. The
promises themselves are asked of a quiet machine, with `PROVE=1`. Beside other tests they may take four times as long:
what fails then is a board that is drawn whole for one change.
"""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest
from browser.kitchen import TABLET, WALL, Display, Kitchen
from comanda_client import Connection
from playwright.async_api import expect

from models.ticket import Ticket

pytestmark = pytest.mark.timeout(120)

SPEED = Path(__file__).with_name("speed.js").read_text()
TICKETS = 150
SLOWER = 6
PROVE = bool(os.environ.get("PROVE"))
TRIES = 3 if PROVE else 1
SIZES = {"tablet": TABLET, "wall": WALL} if PROVE else {"tablet": TABLET}
CHANGES = 20

FIRST_PAINT_MS = 1000
CHANGE_MS = 50
FRAME_MS = 50
NOISE = 1 if PROVE else 4
PATIENCE_MS = 30_000

FULL = """(() => {
    const cards = [...document.getElementsByClassName("ticket")];
    const fitting = cards.filter((one) => one.getBoundingClientRect().top < innerHeight);
    if (!fitting.every((one) => one.querySelector(".ticket-head"))) return undefined;
    return speed.drawn.find(([number]) => number >= fitting.length);
})()"""
"""The moment at which all that fits on the screen was painted, if it was."""

SCROLL = """async () => {
    const column = document.querySelector(".cards");
    const frame = () => new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done, 1000));
    for (let step = 0; step < 200; step += 1) {
        column.scrollTop += 40;
        await frame();
    }
    column.scrollTop = 0;
}"""

Note = Callable[[str, object], None]


async def fill(kitchen: Kitchen) -> list[dict[str, Any]]:
    """Have a station with 150 open tickets: a dozen orders, and later copies of their tickets in the database."""
    orders = [
        await kitchen.order(
            {"itemId": "mici", "modifiers": ["sauce-garlic"], "note": "hot"}, dish, "papanasi", table=table
        )
        for table, dish in enumerate(["ceafa-de-porc", "cascaval-pane", "ciorba-de-burta"] * 4)
    ]
    tickets = kitchen.house.apps[0].store.collection(Ticket)
    kept = await tickets.find({"restaurant_id": kitchen.house.restaurant.id}).to_list()
    own = dict.fromkeys(("seen_at", "placed_at"), kitchen.house.clock.now())
    copies = [
        kept[number % len(kept)]
        | own
        | {"_id": f"{kitchen.house.restaurant.id} {number}", "number": number}
        | {"order_id": f"copy {number}"}
        for number in range(len(kept) + 1, TICKETS + 1)
    ]
    await tickets.insert_many(copies)
    return orders


@dataclass
class Slow:
    """A live display of that station on a slow device, and how long a piece of work took before it was slow."""

    display: Display
    alone: float

    @classmethod
    async def open(cls, kitchen: Kitchen, size: tuple[int, int]) -> "Slow":
        display = await kitchen.display("grill", size=size, before=[SPEED])
        await expect(display.page.locator(".ticket")).to_have_count(TICKETS, timeout=PATIENCE_MS)
        alone = min(await display.page.evaluate("speed.work(100)"))
        session = await display.context.new_cdp_session(display.page)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        return cls(display, alone)

    async def share(self) -> float:
        """Return how much of the promised speed there is now: 1, or less while others work on this machine."""
        return min(1.0, SLOWER * self.alone / mean(await self.display.page.evaluate("speed.work(10)")))

    async def reload(self) -> float:
        """Load the page anew; returns the milliseconds from the arrival of the tickets until the screen is full."""
        await self.display.page.reload()
        before = await self.share()
        await expect(self.display.page.locator(".ticket")).to_have_count(TICKETS, timeout=PATIENCE_MS)
        await until_painted(self.display, FULL)
        painted = await self.display.page.evaluate(f"(speed.full = ({FULL})[1]) - speed.heard")
        return float(painted) * (before + await self.share()) / 2

    async def scroll(self) -> float:
        """Wait until nothing more is drawn, and scroll; returns how long the longest frame took since it was full, or
        since the last time.
        """
        before = await self.share()
        await self.display.page.evaluate(SCROLL)
        longest = await self.longest_frame("speed.full")
        await self.display.page.evaluate("speed.frames.length = 0")
        return longest * (before + await self.share()) / 2

    async def longest_frame(self, since: str = "0") -> float:
        """Return how long the longest frame took since a moment; 0 when none took longer than 50 ms."""
        frames = f"speed.frames.filter(([at]) => at >= {since}).map(([, took]) => took)"
        return float(await self.display.page.evaluate(f"Math.max(0, ...{frames})"))


async def until_painted(display: Display, condition: str) -> None:
    """Wait for a frame after which something holds."""
    await display.page.evaluate(f"""async () => {{
        while (!({condition})) await new Promise(requestAnimationFrame);
    }}""")


async def best(measure: Callable[[], Awaitable[float]], promised: float) -> list[float]:
    """Measure until the promise is held, some times at most; returns the figures (milliseconds), the best one first."""
    figures = [await measure()]
    while figures[0] >= promised and len(figures) < TRIES:
        figures = sorted([*figures, await measure()])
    return figures


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_full_board_is_drawn_from_the_top(
    kitchen: Kitchen, size: tuple[int, int], record_property: Note
) -> None:
    """Promise (`PROVE=1`): under one second from the arrival of 150 tickets until the screen is full, 6x slower."""
    await fill(kitchen)
    slow = await Slow.open(kitchen, size)
    times = await best(slow.reload, FIRST_PAINT_MS)
    record_property("measured", f"{TICKETS} tickets, {size[0]} px: painted after {times[0]:.0f} ms")
    assert times[0] < FIRST_PAINT_MS * NOISE


@pytest.mark.long
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_a_full_board_is_scrolled_without_dropped_frames(
    kitchen: Kitchen, size: tuple[int, int], record_property: Note
) -> None:
    """Promise (`PROVE=1`): no frame of more than 50 ms from when the screen is full, nor while it is scrolled."""
    await fill(kitchen)
    slow = await Slow.open(kitchen, size)
    await slow.reload()
    frames = await best(slow.scroll, FRAME_MS)
    record_property(
        "measured",
        f"{TICKETS} tickets, {size[0]} px: the longest frame since it was painted {frames[0]:.0f} ms (0: none over 50)",
    )
    assert frames[0] <= FRAME_MS * NOISE


async def test_a_change_does_not_draw_a_full_board_anew(kitchen: Kitchen, record_property: Note) -> None:
    """Promise (`PROVE=1`): what a cook or a waiter does is painted under 50 ms after it was told, six times slower."""
    orders = await fill(kitchen)
    cook = await kitchen.house.cook()
    slow = await Slow.open(kitchen, TABLET)
    of_order = {one["orderId"]: one for one in cook.state.of("ticket")}
    changes = Changes(kitchen, cook, slow, [of_order[order["id"]] for order in orders])
    times = await best(changes.median, CHANGE_MS)
    record_property(
        "measured",
        f"a change among {TICKETS} tickets: painted after {times[0]:.0f} ms (median of {CHANGES}; "
        f"{changes.by_kind}); the longest frame {await slow.longest_frame():.0f} ms",
    )
    assert times[0] < CHANGE_MS * NOISE


@dataclass
class Changes:
    """What happens to a full board: lines are stepped, tickets bumped and recalled, orders come in."""

    kitchen: Kitchen
    cook: Connection
    slow: Slow
    tickets: list[dict[str, Any]]
    by_kind: str = ""

    async def median(self) -> float:
        """Make twenty changes; returns how long it took until one was painted, in milliseconds."""
        page = self.slow.display.page
        await page.evaluate("speed.changes.length = speed.frames.length = 0")
        kinds = cycle([self.step, self.bump, self.recall, self.step, self.order])
        changes, shares = list(islice(kinds, CHANGES)), []
        for number, change in enumerate(changes):
            await change(self.tickets[number // 5])
            await until_painted(self.slow.display, f"speed.changes.length > {number}")
            shares.append(await self.slow.share())
        figures = [figure * mean(shares) for figure in await page.evaluate("speed.changes")]
        by_kind: dict[str, list[float]] = {}
        for change, figure in zip(changes, figures, strict=True):
            by_kind.setdefault(change.__name__, []).append(figure)
        self.by_kind = ", ".join(f"{kind} {median(some):.0f}" for kind, some in by_kind.items())
        return median(figures)

    async def step(self, ticket: dict[str, Any]) -> None:
        now = self.cook.state.snapshots[ticket["id"]].body["lines"][0]
        status = {"NEW": "IN_PROGRESS", "IN_PROGRESS": "NEW"}[now["status"]]
        step = {"ticketId": ticket["id"], "lineId": now["id"], "status": status, "expected": now["status"]}
        await self.cook.operate("line:set-status", step)

    async def bump(self, ticket: dict[str, Any]) -> None:
        await self.cook.operate("ticket:bump", {"ticketId": ticket["id"]})

    async def recall(self, ticket: dict[str, Any]) -> None:
        await self.cook.operate("ticket:recall", {"ticketId": ticket["id"]})

    async def order(self, _: dict[str, Any]) -> None:
        await self.kitchen.order("mici", "ceafa-de-porc", table=13)
