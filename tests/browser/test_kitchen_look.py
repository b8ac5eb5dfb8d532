"""How the display looks on a tablet, a wall screen and a phone, dark and light: readable, whole, and big enough to hit.

With COMANDA_SHOTS set to a folder, what is shown is also kept there as pictures, to be looked at.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser.kitchen import LOST, PHONE, TABLET, WALL, Display, Kitchen, Premises
from integration import people
from playwright.async_api import Browser, expect

from models.ticket import Ticket
from server.watching import UNSEEN

pytestmark = pytest.mark.long

SHOTS = os.environ.get("COMANDA_SHOTS")
CONTRAST = Path(__file__).with_name("contrast.js").read_text()
DISH, OTHER, LONG = "mici", "ceafa-de-porc", "platou-traditional"

SIZES = {"tablet": TABLET, "wall": WALL, "phone": PHONE}
THEMES = ["dark", "light"]


@dataclass
class Evening(Kitchen):
    """A kitchen in the middle of an evening: a ticket of every sort is on the screens."""

    on_the_grill: int = 0

    async def board(self, **options: Any) -> Display:
        """The display of a station, with all of its tickets on it."""
        display = await self.display("grill", **options)
        await expect(display.page.locator(".column .ticket")).to_have_count(self.on_the_grill)
        await display.draw()
        return display

    async def pass_(self, **options: Any) -> Display:
        """The display of the pass, with all orders on it."""
        display = await self.display("expo", **options)
        await expect(display.page.locator(".column .ticket")).to_have_count(len(self.parties))
        await display.draw()
        return display


@pytest.fixture(scope="module")
async def evening(premises: Premises, browser: Browser) -> AsyncIterator[Evening]:
    house = await premises.installation.new_house()
    kitchen = Evening(house, premises, browser, await people.manager(house), await house.waiter())
    await furnish(kitchen)
    yield kitchen
    premises.network.restore()
    await kitchen.close()


async def furnish(kitchen: Evening) -> None:
    """Bring about what a board can show: each state and age, every band, long names, a table that was another."""
    house = kitchen.house
    old = await kitchen.order(
        {
            "itemId": DISH,
            "quantity": 2,
            "modifiers": ["sauce-garlic", "no-onion"],
            "note": "well done, one without sauce",
        }
        | {"avoid": ["MUSTARD", "MILK"]},
        {"itemId": OTHER, "quantity": 12},
    )
    late = await kitchen.order(DISH, "cascaval-pane", LONG, "papanasi", table=15)
    await kitchen.order("ciorba-de-burta", OTHER, table=2)
    await kitchen.waiter.operate("course:hold", {"sessionId": kitchen.parties[2].id, "course": "MAINS"})
    begun, ready = await kitchen.order(OTHER, table=3), await kitchen.order("mici", "salata-greceasca", table=4)
    struck = await kitchen.order({"itemId": DISH, "quantity": 3}, OTHER, table=5)
    for line, quantity in zip(struck["lines"], (1, 1), strict=True):
        taken = {"orderId": struck["id"], "lineId": line["id"], "quantity": quantity, "reason": "changed their mind"}
        await kitchen.waiter.operate("line:void", taken | {"sessionId": kitchen.parties[5].id})
    await kitchen.order("bulz", "salata-caesar", table=6)
    moving = {"sessionId": kitchen.parties[6].id, "tableId": house.tables[12].id}
    await kitchen.waiter.operate("session:move", moving)
    await kitchen.waiter.operate("order:prioritize", {"orderId": late["id"], "isPriority": True})
    for order, minutes in ((old, 26), (late, 13), (begun, 11), (ready, 15)):
        await put_back(kitchen, order, minutes)
    cook = await house.cook()
    for ticket in list(cook.state.of("ticket")):
        status = {begun["id"]: "IN_PROGRESS", ready["id"]: "READY"}.get(ticket["orderId"], "")
        for line in ticket["lines"] if status else ():
            step = {"ticketId": ticket["id"], "lineId": line["id"], "status": status, "expected": "NEW"}
            await cook.operate("line:set-status", step)
    # What nobody has shown by now comes to the station that stands in; nothing more comes later.
    house.clock.advance(seconds=30)
    await house.apps[0].duties.perform(UNSEEN)
    tickets = (await cook.fresh()).of("ticket")
    kitchen.on_the_grill = sum("grill" in (one["station"], one["backup"]) for one in tickets)


async def put_back(kitchen: Kitchen, order: dict[str, Any], minutes: int) -> None:
    """Have an order placed so many minutes earlier, as far as the kitchen knows."""
    before = {"$literal": minutes * 60_000}
    times = {name: {"$subtract": [f"$$this.{name}", before]} for name in ("fired_at", "starts_at")}
    change = {
        "version": {"$add": ["$version", 1]},
        "placed_at": {"$subtract": ["$placed_at", before]},
        "lines": {"$map": {"input": "$lines", "in": {"$mergeObjects": ["$$this", times]}}},
    }
    tickets = kitchen.house.apps[0].store.collection(Ticket)
    await tickets.update_many({"order_id": order["id"]}, [{"$set": change}])


async def shoot(display: Display, name: str) -> None:
    """Keep a picture, if somebody wants to look at it."""
    if SHOTS:
        await display.page.screenshot(path=Path(SHOTS) / f"{name}.png")


async def hard_to_read(display: Display) -> list[str]:
    found = await display.page.evaluate(CONTRAST)
    assert found["count"] > 0
    return list(found["failing"])


async def too_wide(display: Display) -> list[str]:
    """Return what is wider than what it stands in: a page that scrolls sideways, or text that is cut off."""
    return await display.page.evaluate("""() => {
        const page = document.documentElement;
        const whole = "body, main, .bar, .ticket, .ticket-head, .line, .step, .ticket-foot, .band, button, dialog";
        const cut = [...document.querySelectorAll(whole)].filter(
            (one) => one.checkVisibility() && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1);
        const out = [...document.querySelectorAll("button")].filter((one) => {
            const { left, right } = one.getBoundingClientRect();
            return one.checkVisibility() && !one.closest(".loads") && (left < -1 || right > page.clientWidth + 1);
        });
        return [...cut, ...out].map((one) => `${one.className || one.tagName}: ${one.textContent.slice(0, 60)}`);
    }""")  # type: ignore[no-any-return]


async def too_small(display: Display) -> list[str]:
    """Return buttons that a finger does not hit (44 px, WCAG 2.5.5)."""
    return await display.page.evaluate("""() => [...document.querySelectorAll("button, input")].filter((one) => {
        const { width, height } = one.getBoundingClientRect();
        return one.checkVisibility() && (width < 44 || height < 44);
    }).map((one) => `${one.className} ${one.textContent}`)""")  # type: ignore[no-any-return]


# ── sizes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES)
async def test_the_board_is_whole_and_big_enough_to_hit(evening: Evening, size: str, theme: str) -> None:
    display = await evening.board(size=SIZES[size], color_scheme=theme)
    await shoot(display, f"board-{size}-{theme}")
    assert await too_wide(display) == []
    assert await too_small(display) == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_pass_is_whole_and_big_enough_to_hit(evening: Evening, size: str) -> None:
    display = await evening.pass_(size=SIZES[size], color_scheme="light")
    await shoot(display, f"pass-{size}-light")
    assert await too_wide(display) == []
    assert await too_small(display) == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_new_screen_is_whole_and_big_enough_to_hit(evening: Evening, size: str) -> None:
    display = await evening.unpaired(SIZES[size])
    await display.open(evening.url)
    await expect(display.page.get_by_role("textbox")).to_be_visible()
    await shoot(display, f"pairing-{size}-dark")
    assert await too_wide(display) == []
    assert await too_small(display) == []


async def test_a_wall_screen_is_read_from_two_metres(evening: Evening) -> None:
    """On 55 inches in full HD 24 px are 15 mm: letters of 8 mm or more."""
    display = await evening.board(size=WALL, color_scheme="dark", keeps={"isAllDayShown": "true"})
    sizes = await display.page.locator(".dish, .modifiers, .note, .table, .waited, .band, .allday li").evaluate_all(
        "all => all.map((one) => [one.className, parseFloat(getComputedStyle(one).fontSize)])"
    )
    await shoot(display, "board-wall-allday-dark")
    smallest = {name: min(size for at, size in sizes if at == name) for name in {at for at, _ in sizes}}
    assert smallest["dish"] >= 24
    assert smallest["table"] >= 32
    assert min(smallest.values()) >= 20


# ── contrast ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_text_that_is_hard_to_read_is_found(evening: Evening) -> None:
    """The judge itself: grey on grey, a word that fades with its card, and one that another element puts there."""
    display = await evening.board(color_scheme="dark")
    await display.page.evaluate("""() => {
        const [sheet] = document.styleSheets;
        sheet.insertRule(".placed { color: #6c757b !important }", 0);
        sheet.insertRule(".band.rush { opacity: 0.4 }", 0);
        sheet.insertRule(".clock::after { content: 'late'; color: #444c52 }", 0);
    }""")
    found = " ".join(await hard_to_read(display))
    assert "placed" in found
    assert "Rush" in found
    assert "clock: late" in found


@pytest.mark.parametrize("theme", THEMES)
async def test_all_text_of_the_board_has_contrast(evening: Evening, theme: str) -> None:
    display = await evening.board(color_scheme=theme, keeps={"isAllDayShown": "true"})
    tones = {str(await one.get_attribute("data-tone")) for one in await display.page.locator(".line").all()}
    assert tones == {"held", "waiting", "green", "amber", "red", "done"}
    await display.page.keyboard.press("ArrowRight")
    assert await hard_to_read(display) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_all_text_of_the_pass_has_contrast(evening: Evening, theme: str) -> None:
    display = await evening.pass_(color_scheme=theme)
    assert await hard_to_read(display) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_all_text_of_what_opens_has_contrast(evening: Evening, theme: str) -> None:
    display = await evening.board(color_scheme=theme)
    for number, opener in enumerate(
        (
            display.button("Recall"),
            display.button("86"),
            display.button("Settings").first,
            display.button("More about T1"),
            display.button(f"More about {evening.name(DISH)}").first,
        )
    ):
        await opener.click()
        await expect(display.dialog).to_be_visible()
        assert await hard_to_read(display) == []
        await shoot(display, f"dialog-{number}-{theme}")
        await display.page.keyboard.press("Escape")


@pytest.mark.parametrize("theme", THEMES)
async def test_what_is_told_of_a_dead_network_and_of_a_tap_has_contrast(evening: Evening, theme: str) -> None:
    display = await evening.board(url=evening.premises.network_url, color_scheme=theme)
    display.foresee(LOST)
    evening.premises.network.cut()
    await expect(display.banner).to_be_visible()
    await display.button("More about T3").click()
    await display.button("Rush", display.dialog).click()
    await expect(display.page.locator(".toast")).to_be_visible()
    await shoot(display, f"offline-{theme}")
    assert await hard_to_read(display) == []
    assert await too_wide(display) == []
    await display.page.locator(".toast").get_by_role("button").click()
    evening.premises.network.restore()
    await expect(display.banner).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
async def test_all_text_of_a_new_screen_has_contrast(evening: Evening, theme: str) -> None:
    display = await evening.unpaired(color_scheme=theme)
    await display.open(evening.url)
    field = display.page.get_by_role("textbox")
    await field.fill("WRNGWRNG")
    await field.press("Enter")
    await expect(display.page.get_by_role("alert").filter(has_text="code")).to_be_visible()
    assert await hard_to_read(display) == []
    enrolled = await evening.boss.operate("device:enrol", {"kind": "SCREEN", "name": f"New {theme}", "stations": []})
    await field.fill(enrolled["code"])
    await field.press("Enter")
    await expect(display.button("Pizza oven")).to_be_visible()
    await shoot(display, f"choice-{theme}")
    assert await hard_to_read(display) == []
