"""The client of the pages in a real browser, against the real server: what it keeps of a phone that has a hard life."""

import asyncio
from typing import Any

from browser.dining import Dining
from browser.tab import Tab
from integration.house import Party
from integration.texting import ADA, NAME, letter_box

OPEN = """
  const [table, sessionId] = given;
  window.phone = client.connect({ namespace: "/table", auth: { table }, longestPause: 500 });
  window.refused = [];
  await phone.live();
  const onRefused = (entry, refused) => window.refused.push(refused.code);
  window.box = await client.openOutbox(phone, { name: `table ${sessionId}`, onRefused });
"""

LINES = """
  return [...phone.state.of("cart").value.values()].flatMap((cart) => cart.lines.map((line) => line.quantity)).sort();
"""


async def opened(dining: Dining, party: Party, **options: Any) -> Tab:
    """A phone that has joined, with a connection and an outbox of the test's own."""
    tab = await dining.diner(party, "Ana", is_blank=True, **options)
    await tab.client(OPEN, [party.token, party.id])
    return tab


async def add(tab: Tab, dish: str, quantity: int = 1) -> None:
    """Put a dish into the outbox, and do not wait for the answer."""
    await tab.client("box.put('cart:add', { itemId: given[0], quantity: given[1] })", [dish, quantity])


async def until(tab: Tab, script: str, expected: Any) -> None:
    """Wait until a page's script returns something; raises `TimeoutError`."""
    async with asyncio.timeout(15):
        while await tab.client(script) != expected:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.03)


async def until_lines(tab: Tab, *quantities: int) -> None:
    """Wait until the phone's cart has lines of these quantities, in any order."""
    await until(tab, LINES, sorted(quantities))


async def test_a_phone_that_joined_is_in_again_after_a_reload(dining: Dining) -> None:
    tab = await opened(dining, await dining.party())
    assert await tab.client("return phone.me.value.roles") == ["GUEST"]


async def test_what_was_added_offline_is_sent_once_when_the_phone_is_back(dining: Dining) -> None:
    party = await dining.party()
    tab, dish = await opened(dining, party), dining.house.dish("bar")
    await tab.go_offline()
    for quantity in (1, 2, 3):
        await add(tab, dish, quantity)
    assert await tab.client("return [phone.status.value, box.waiting.value.length]") == ["offline", 3]
    await tab.go_online()
    await until_lines(tab, 1, 2, 3)
    assert await tab.client("return box.waiting.value.length") == 0


async def test_what_a_crashed_tab_had_not_sent_the_next_one_sends(dining: Dining) -> None:
    party = await dining.party()
    tab = await opened(dining, party, is_on_network=True)
    dining.kitchen.premises.network.swallow("back")
    await add(tab, dining.house.dish("bar"), 2)
    await until_kept(tab, 1)
    await tab.crash()
    dining.kitchen.premises.network.restore()
    await tab.come_back()
    await tab.client(OPEN, [party.token, party.id])
    await until_lines(tab, 2)
    await until_kept(tab, 0)


KEPT = """
  const opening = indexedDB.open("comanda", 1);
  await new Promise((resolve) => { opening.onsuccess = resolve; });
  const all = opening.result.transaction("outbox").objectStore("outbox").getAll();
  return await new Promise((resolve) => { all.onsuccess = () => resolve(all.result.length); });
"""


async def until_kept(tab: Tab, count: int) -> None:
    """Wait until so many commands are in the browser's database."""
    await until(tab, KEPT, count)


async def test_two_tabs_of_one_phone_send_one_command_at_a_time(dining: Dining) -> None:
    party = await dining.party()
    one = await opened(dining, party)
    other = await one.another()
    await other.client(OPEN, [party.token, party.id])
    held = "() => { window.most = 0; setInterval(async () => { const { held } = await navigator.locks.query();"
    held += " window.most = Math.max(window.most, held.length); }, 1); }"
    await one.page.evaluate(held)
    await asyncio.gather(*(add(tab, dining.house.dish("bar"), n) for n in (1, 2, 3, 4) for tab in (one, other)))
    await until_lines(one, 1, 1, 2, 2, 3, 3, 4, 4)
    assert await one.client("return most") == 1


async def test_what_a_closed_tab_left_one_of_two_new_ones_sends_and_both_know(dining: Dining) -> None:
    party = await dining.party()
    former = await opened(dining, party)
    await former.go_offline()
    await add(former, dining.house.dish("bar"), 5)
    await until_kept(former, 1)
    one, other = former.blank(await former.context.new_page()), former.blank(await former.context.new_page())
    await former.page.close()
    await one.go_online()
    await asyncio.gather(*(tab.open() for tab in (one, other)))
    await asyncio.gather(*(tab.client(OPEN, [party.token, party.id]) for tab in (one, other)))
    for tab in (one, other):
        await until_lines(tab, 5)
        await until(tab, "return box.waiting.value.length", 0)


async def test_a_refusal_is_a_typed_value(dining: Dining) -> None:
    party = await dining.party()
    tab = await dining.visitor(party, is_blank=True)
    wrong = "0000" if party.pin != "0000" else "1111"
    await tab.client("window.phone = client.connect({ namespace: '/table', auth: { table: given } })", party.token)
    await tab.client("await phone.live()")
    found = await tab.client(
        "const { reply, error } = await phone.attempt('session:join', { pin: given });"
        "return [reply, error instanceof client.Refused, error.code, error.details.attemptsLeft, phone.isIn.value]",
        wrong,
    )
    assert found == [None, True, "INVALID_PIN", 4, False]


async def test_what_waits_stays_while_a_phone_has_to_show_the_pin_again(dining: Dining) -> None:
    party = await dining.party()
    tab = await opened(dining, party)
    await tab.go_offline()
    await add(tab, dining.house.dish("bar"), 4)
    await tab.context.clear_cookies()
    await tab.go_online()
    await until(tab, "return [phone.status.value, phone.isIn.value]", ["live", False])
    assert await tab.client("return [box.waiting.value.length, refused]") == [1, []]
    await tab.client("await phone.send('session:join', { pin: given, name: 'Ana' })", party.pin)
    await until_lines(tab, 4)


async def test_a_customer_s_page_proves_itself_by_cookies_and_the_token_that_only_it_can_read(dining: Dining) -> None:
    tab, house = await dining.customer(is_blank=True), dining.house
    await tab.client("window.door = new client.Door({ restaurantId: given })", house.restaurant.id)
    with letter_box(house) as box:
        await tab.client("await door.send('code:send', given)", {"phone": ADA, "name": NAME})
        code = await box.code()
    await tab.client("await door.send('code:verify', given)", {"phone": ADA, "code": code})
    await tab.open()
    await tab.client("window.door = new client.Door(); await door.send('session:refresh')")
    assert await tab.client("return (await door.send('address:list')).addresses") == []
    script = "const shop = client.connect({ namespace: '/checkout' }); await shop.live(); return shop.me.value.roles"
    assert await tab.client(script) == ["CUSTOMER"]
    await tab.client("await door.send('session:end')")
    assert await tab.client("return document.cookie") == ""
