"""The client in the namespaces of diners, staff and customers: who one is there, and what is forgotten after that."""

import asyncio
from typing import Any

import pytest
from integration.house import PASSWORD, House
from integration.texting import ADA, Asker, letter_box
from web.paper import Failed, Page


@pytest.fixture
async def page(node: Page) -> Page:
    node.saw.clear()
    return node


async def opened(page: Page, house: House, namespace: str, **auth: Any) -> Page:
    """Connect the page, and wait until it is live."""
    await page.open(house.installation.addresses[0], auth, namespace=namespace)
    await page.live()
    return page


async def until_in(page: Page, is_in: bool) -> None:
    async with asyncio.timeout(5):
        while await page.ask("isIn") is not is_in:  # noqa: ASYNC110  (nothing tells)
            await asyncio.sleep(0.02)


async def test_a_visitor_who_joins_is_a_guest_and_one_who_leaves_a_visitor(page: Page, house: House) -> None:
    party = await house.party(await house.waiter())
    await opened(page, house, "/table", table=party.token)
    assert (await page.ask("isIn"), (await page.ask("me"))["roles"]) == (False, ["VISITOR"])
    joined = await page.ask("send", name="session:join", payload={"pin": party.pin, "name": "Ana"})
    me = await page.ask("me")
    assert (me["roles"], me["sessionId"], me["participantId"]) == (["GUEST"], party.id, joined["participantId"])
    assert len(await page.known("cart")) == 1
    await page.ask("send", name="session:leave", payload={})
    await until_in(page, False)
    assert (await page.ask("me"))["roles"] == ["VISITOR"]
    await page.ask("leave")


async def test_who_logs_in_next_sees_nothing_that_only_the_one_before_could(page: Page, house: House) -> None:
    await opened(page, house, "/floor")
    await page.ask("send", name="staff:login", payload=_who(house, "MANAGER"))
    assert (await page.ask("me"))["roles"] == ["MANAGER"]
    assert len(await page.known("staff")) > 1
    await page.ask("send", name="staff:logout", payload={})
    await until_in(page, False)
    await page.ask("send", name="staff:login", payload=_who(house, "WAITER"))
    assert await page.known("staff") == {}
    assert len(await page.known("table")) > 1
    await page.ask("leave")


def _who(house: House, role: str) -> dict[str, str]:
    return {"login": house.login_of(role), "password": PASSWORD, "restaurantId": house.restaurant.id}


async def test_a_token_is_good_at_the_door_and_on_the_socket(page: Page, house: House) -> None:
    asker = Asker(house)
    with letter_box(house) as box:
        await asker.ask()
        token = (await asker.show(await box.code()))["token"]
    await page.ask("door", options={"url": house.installation.addresses[0]}, token=token)
    assert (await page.ask("knock", name="address:list"))["addresses"] == []
    await opened(page, house, "/checkout", token=token)
    assert (await page.ask("me"))["roles"] == ["CUSTOMER"]
    assert (await page.ask("send", name="menu:get", payload={"diningOption": "DELIVERY"}))["menu"]["dishes"]
    await page.ask("leave")


async def test_the_door_refuses_with_the_same_errors_as_a_socket(page: Page, house: House) -> None:
    await page.ask("door", options={"url": house.installation.addresses[0], "restaurantId": house.restaurant.id})
    with pytest.raises(Failed) as refused:
        await page.ask("knock", name="code:verify", asked={"phone": ADA, "code": "000000"})
    assert (refused.value.name, refused.value.code) == ("Refused", "INVALID_VERIFICATION_CODE")
    with pytest.raises(Failed) as refused:
        await page.ask("knock", name="address:list")
    assert (refused.value.name, refused.value.code) == ("Refused", "SESSION_EXPIRED")


async def test_a_door_behind_which_nobody_is_does_not_answer(page: Page) -> None:
    await page.ask("door", options={"url": "http://127.0.0.1:9"})
    with pytest.raises(Failed) as unsent:
        await page.ask("knock", name="address:list")
    assert unsent.value.name == "Unsent"


async def test_a_token_that_has_ended_keeps_away_until_there_is_another(page: Page, house: House) -> None:
    await page.open(house.installation.addresses[0], {"token": "worn out"}, namespace="/checkout")
    with pytest.raises(Failed) as refused:
        await page.live()
    assert refused.value.code == "SESSION_EXPIRED"
    assert (await page.ask("refusal"))["code"] == "SESSION_EXPIRED"
    await page.ask("leave")
