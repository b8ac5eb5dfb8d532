"""What the tests of pages stand on: that a tab notices what it is there to notice."""

from browser.dining import Dining
from browser.tab import SLOW_4G


async def test_axe_finds_a_field_that_nobody_can_name(dining: Dining) -> None:
    tab = await dining.customer(is_blank=True)
    await tab.page.evaluate("document.title = 'A page'")
    await tab.require_no_serious()
    await tab.page.evaluate("document.body.append(document.createElement('input'))")
    assert [one.partition(":")[0] for one in await tab.axe()] == ["label"]


async def test_a_waiter_s_tablet_and_a_diner_s_phone_are_in(dining: Dining) -> None:
    waiter = await dining.waiter(is_blank=True)
    phone = await dining.diner(await dining.party(), "Ana", is_blank=True)
    script = "const known = client.connect({ namespace: given }); await known.live(); return known.me.value.roles"
    assert await waiter.client(script, "/floor") == ["WAITER"]
    token = phone.path.rpartition("/")[2]
    script = "const known = client.connect({ namespace: '/table', auth: { table: given } }); await known.live(); "
    assert await phone.client(script + "return known.me.value.name", token) == "Ana"


async def test_a_slow_network_is_slow(dining: Dining) -> None:
    tab = await dining.customer(is_blank=True)
    await tab.throttle(SLOW_4G)
    took = await tab.page.evaluate(
        "async () => { const from = performance.now(); await fetch('/healthz'); return performance.now() - from; }"
    )
    assert took >= SLOW_4G["latency"]
