"""How a tablet becomes a screen of the house, which station it shows, what it remembers, and how it is sent away."""

import re
from typing import Any

from browser.kitchen import KEEPS, PHONE, Display, Kitchen
from playwright.async_api import WebSocketRoute, expect

DISH, SALAD = "mici", "salata-greceasca"


async def enrolled(kitchen: Kitchen, *stations: str, name: str = "New screen") -> dict[str, Any]:
    """Have the manager enrol a screen; the answer has the code to type."""
    return await kitchen.boss.operate("device:enrol", {"kind": "SCREEN", "name": name, "stations": list(stations)})


async def code_field(display: Display) -> Any:
    field = display.page.get_by_role("textbox", name="Pairing code")
    await expect(field).to_be_focused()
    return field


async def test_a_screen_is_paired_by_tapping_the_code_that_the_manager_reads_out(kitchen: Kitchen) -> None:
    display = await kitchen.unpaired()
    await display.open(kitchen.url)
    code = (await enrolled(kitchen, "grill"))["code"].replace("-", "")
    for letter in code:
        await display.button(letter).click()
    await display.button("Pair").click()
    await expect(display.page.get_by_role("heading", level=1, name="Grill and stove")).to_be_visible()
    await display.until_live()
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()


async def test_a_screen_is_paired_by_keyboard_on_a_phone_too(kitchen: Kitchen) -> None:
    display = await kitchen.unpaired(PHONE)
    await display.open(kitchen.url)
    field = await code_field(display)
    await field.press_sequentially((await enrolled(kitchen, "cold"))["code"].lower())
    await field.press("Enter")
    await expect(display.page.get_by_role("heading", level=1, name="Cold kitchen")).to_be_visible()


async def test_a_wrong_code_is_told_plainly_and_the_next_one_works(kitchen: Kitchen) -> None:
    display = await kitchen.unpaired()
    await display.open(kitchen.url)
    field = await code_field(display)
    await field.fill("WRNGWRNG")
    await field.press("Enter")
    await expect(display.page.get_by_role("alert").filter(has_text="code")).to_be_visible()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill((await enrolled(kitchen, "grill"))["code"])
    await display.button("Pair").click()
    await expect(display.page.get_by_role("heading", level=1, name="Grill and stove")).to_be_visible()


async def test_the_station_is_chosen_once_and_remembered(kitchen: Kitchen) -> None:
    display = await kitchen.unpaired()
    await display.open(kitchen.url)
    await (await code_field(display)).fill((await enrolled(kitchen))["code"])
    await display.button("Pair").click()
    choice = display.page.get_by_role("group", name="Which station is this?").get_by_role("button")
    await expect(choice).to_have_count(6)
    await choice.filter(has_text="Pizza oven").click()
    station = display.page.get_by_role("heading", level=1, name="Pizza oven")
    await expect(station).to_be_visible()
    await display.page.reload()
    await expect(station).to_be_visible()
    await display.until_live()


async def test_a_station_is_not_taken_for_the_only_one_before_all_are_known(kitchen: Kitchen) -> None:
    """Each station is told of when a screen of it connects, one by one, maybe before the answer that has all."""
    _, token = await kitchen.paired()
    display = await kitchen.unpaired()
    await display.page.add_init_script(f"localStorage.setItem('{KEEPS}deviceToken', JSON.stringify('{token}'))")
    await display.page.route_web_socket(re.compile("socket.io"), without_answers)
    await display.open(kitchen.url)
    await expect(display.page.get_by_role("heading", name="Which station is this?")).to_be_visible()
    await kitchen.display()
    choice = display.page.get_by_role("group", name="Which station is this?").get_by_role("button")
    await expect(choice).to_have_count(6)
    assert await display.kept("station") is None


def without_answers(socket: WebSocketRoute) -> None:
    """Let a page hear what happens, and no answer to what it asks."""
    server = socket.connect_to_server()
    socket.on_message(server.send)
    server.on_message(lambda said: None if str(said).startswith("43") else socket.send(said))


async def test_another_station_is_chosen_in_the_settings(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", "cold")
    order = await kitchen.order(DISH, SALAD)
    await expect(display.ticket(order)).to_contain_text(kitchen.name(DISH))
    await display.button("Settings").first.click()
    await display.button("Cold kitchen", display.dialog).click()
    await display.button("Close", display.dialog).click()
    await expect(display.ticket(order)).to_contain_text(kitchen.name(SALAD))
    await expect(display.ticket(order)).not_to_contain_text(kitchen.name(DISH))


async def test_a_screen_that_is_revoked_goes_back_to_pairing_and_says_why(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    order = await kitchen.order(DISH)
    await expect(display.ticket(order)).to_be_visible()
    await kitchen.boss.operate("device:revoke", {"deviceId": display.device_id})
    await expect(display.page.get_by_role("heading", name="Pair this screen")).to_be_visible()
    await expect(display.page.get_by_role("alert").filter(has_text="sent away")).to_be_visible()
    await expect(display.tickets()).to_have_count(0)
    assert await display.kept("deviceToken") is None
    await (await code_field(display)).fill((await enrolled(kitchen, "grill", name="Again"))["code"])
    await display.button("Pair").click()
    await expect(display.ticket(order)).to_be_visible()


async def test_a_screen_that_was_revoked_while_it_was_off_pairs_anew(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill")
    await display.page.goto("about:blank")
    await kitchen.boss.operate("device:revoke", {"deviceId": display.device_id})
    await display.open(kitchen.url)
    await expect(display.page.get_by_role("heading", name="Pair this screen")).to_be_visible()


async def test_the_page_speaks_the_language_of_the_device(kitchen: Kitchen) -> None:
    display = await kitchen.display("grill", locale="ro-RO")
    order = await kitchen.order(DISH)
    await expect(display.page.get_by_role("heading", level=1)).to_have_text("Grătar și plită")
    ticket = display.column("Nou").get_by_role("article")
    await expect(ticket).to_contain_text(kitchen.name(DISH, "ro"))
    await display.button("Gata", ticket).click()
    await kitchen.until_order(order, "READY")
