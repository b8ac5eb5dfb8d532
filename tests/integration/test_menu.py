"""The draft of a menu and its publication, and what every phone reads of it."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from comanda_client import Connection, Refused
from integration.house import PASSWORD, House

from models.audit import AuditEntry
from models.menu import Menu
from models.menu_draft import MenuDraft

SOUP = {
    "id": "soup-of-the-day",
    "categoryId": "soups",
    "name": {"ro": "Supa zilei", "en": "Soup of the day"},
    "price": 1900,
    "stations": ["grill"],
    "course": "STARTERS",
    "taxClass": "food",
}


class Editor:
    """A manager who edits, always with the version of the draft that they saw last."""

    def __init__(self, client: Connection) -> None:
        self.client = client
        self.version = 0

    async def ask(self, command: str, **request: Any) -> dict[str, Any]:
        answer = await self.client.operate(f"menu:{command}", {"draftVersion": self.version, **request})
        self.version = answer["draftVersion"]
        return answer

    async def look(self) -> dict[str, Any]:
        draft: dict[str, Any] = (await self.client.send("menu:draft"))["draft"]
        self.version = draft["version"]
        return draft


async def editor(house: House) -> Editor:
    return Editor(await house.staff(house.login_of("MANAGER")))


async def entries(house: House, act: str) -> list[dict[str, Any]]:
    found = house.apps[0].store.collection(AuditEntry).find({"restaurant_id": house.restaurant.id, "act": act})
    return await found.sort("_id", 1).to_list()


def knows(client: Connection, version: int) -> bool:
    return any(one["version"] == version for one in client.state.of("menu"))


def dish_of(menu: dict[str, Any], dish_id: str) -> dict[str, Any] | None:
    return next((one for one in menu["dishes"] if one["id"] == dish_id), None)


# ── from draft to menu ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_published_is_on_every_phone_and_every_tablet_at_once(house: House) -> None:
    waiter, elena = await house.waiter(), await editor(house)
    party = await house.party(waiter)
    phone, visitor = await house.phone(party), await house.connect("/table", {"table": party.token})
    await elena.ask("put-dish", dish=SOUP)
    published = await elena.ask("publish")
    version = published["menu"]["version"]
    assert version == house.menu.version + 1
    for client in (waiter, phone, visitor, elena.client):
        await client.until(lambda _, client=client: knows(client, version))
        assert dish_of(next(client.state.of("menu")), "soup-of-the-day") is not None
    added = await phone.operate("cart:add", {"itemId": "soup-of-the-day"})
    assert added["cart"]["total"]["amount"] == 1900


async def test_a_draft_changes_nothing_until_it_is_published(house: House) -> None:
    elena = await editor(house)
    await elena.ask("put-dish", dish=SOUP)
    menu = (await elena.client.send("menu:get"))["menu"]
    assert (menu["version"], dish_of(menu, "soup-of-the-day")) == (house.menu.version, None)
    draft = await elena.look()
    assert dish_of(draft, "soup-of-the-day") is not None
    assert (draft["menuVersion"], draft["basedOn"], draft["editedBy"]["name"]) == (1, 1, "Elena Marin")


async def test_without_a_draft_the_draft_is_the_menu(house: House) -> None:
    draft = await (await editor(house)).look()
    assert (draft["version"], draft["editedBy"], draft["problems"]) == (0, None, [])
    assert [one["id"] for one in draft["dishes"]] == [one.id for one in house.menu.dishes]
    assert [one["id"] for one in draft["pricing"]["taxClasses"]] == ["food", "sweets", "drinks", "alcohol"]


async def test_everything_of_a_menu_can_be_edited_entry_by_entry(house: House) -> None:
    elena = await editor(house)
    name = {"ro": "Ceva", "en": "Something"}
    await elena.ask("put-category", category={"id": "specials", "name": name, "hours": []}, position=0)
    await elena.ask("put-group", group={"id": "bread", "name": name, "options": [{"id": "rye", "name": name}]})
    await elena.ask("put-option", groupId="bread", option={"id": "corn", "name": name, "price": 200}, position=0)
    await elena.ask("put-dish", dish=SOUP | {"categoryId": "specials", "modifierGroups": ["bread"]})
    draft = await elena.look()
    pricing = draft["pricing"]
    classes = [*pricing["taxClasses"], {"id": "none", "name": name, "rates": {}}]
    await elena.ask("put-pricing", taxClasses=classes, serviceCharge={"rate": 1000}, deliveryFee=None)
    await elena.ask("put-promotion", promotion={"code": "AUTUMN", "name": name, "percent": 1000})
    await elena.ask("put-languages", languages=["en", "ro"])
    await elena.ask("remove", kind="DISH", id="zacusca")
    await elena.ask("publish")
    menu = (await house.apps[0].store.collection(Menu).find_one({"restaurant_id": house.restaurant.id})) or {}
    assert (menu["categories"][0]["id"], menu["dishes"][0]["id"]) == ("specials", "soup-of-the-day")
    assert [one["id"] for one in menu["modifier_groups"][-1]["options"]] == ["corn", "rye"]
    assert (menu["pricing"]["service_charge"]["rate"], menu["pricing"]["delivery_fee"]) == (1000, None)
    assert (menu["pricing"]["promotions"][0]["code"], menu["languages"]) == ("AUTUMN", ["en", "ro"])
    assert "zacusca" not in [one["id"] for one in menu["dishes"]]


async def test_a_draft_with_mistakes_is_refused_with_all_of_them_by_path(house: House) -> None:
    elena = await editor(house)
    await elena.ask("put-dish", dish=SOUP | {"stations": ["smoker"], "taxClass": None})
    await elena.ask("put-group", group={"id": "sizes", "name": {"en": "Sizes"}, "minSelect": 2, "options": []})
    answer = await elena.ask("remove", kind="CATEGORY", id="beer")
    with pytest.raises(Refused, match="MENU_INVALID") as refused:
        await elena.ask("publish")
    problems = refused.value.details["problems"]
    expected = [
        ("modifierGroups.sizes.name", "MISSING_TRANSLATION"),
        ("modifierGroups.sizes.options", "NO_OPTIONS"),
        ("modifierGroups.sizes.minSelect", "MIN_ABOVE_MAX"),
        ("modifierGroups.sizes", "UNUSED_GROUP"),
        ("dishes.soup-of-the-day.taxClass", "NO_TAX_CLASS"),
        *((f"dishes.{one}.categoryId", "UNKNOWN_CATEGORY") for one in ("bere-blonda", "bere-nefiltrata", "bere-ipa")),
        ("dishes.bere-fara-alcool.categoryId", "UNKNOWN_CATEGORY"),
        ("dishes.soup-of-the-day.stations", "UNKNOWN_STATION"),
    ]
    assert [(one["path"], one["code"]) for one in problems] == expected
    assert (refused.value.details["count"], answer["problemCount"]) == (len(expected), len(expected))
    assert answer["problems"] == problems == (await elena.look())["problems"]
    assert (await elena.client.send("menu:get"))["menu"]["version"] == house.menu.version


async def test_a_station_that_does_not_cook_is_refused_at_publication(house: House) -> None:
    elena = await editor(house)
    await elena.ask("put-dish", dish=SOUP | {"stations": ["expo"]})
    with pytest.raises(Refused, match="MENU_INVALID") as refused:
        await elena.ask("publish")
    [problem] = refused.value.details["problems"]
    assert (problem["path"], problem["code"]) == ("dishes.soup-of-the-day.stations", "STATION_COOKS_NOTHING")


async def test_mistakes_are_told_in_the_language_of_the_manager(house: House) -> None:
    door = await house.connect("/floor", {"language": "ro"})
    login = {"login": house.login_of("MANAGER"), "password": PASSWORD, "restaurantId": house.restaurant.id}
    await door.send("staff:login", login)
    answer = await Editor(door).ask("put-dish", dish=SOUP | {"stations": []})
    assert answer["problems"][0]["message"] == "nicio stație nu îl gătește"


async def test_a_discarded_draft_leaves_the_menu_and_can_be_begun_again(house: House) -> None:
    elena = await editor(house)
    await elena.ask("put-dish", dish=SOUP)
    await elena.ask("discard-draft")
    assert dish_of(await elena.look(), "soup-of-the-day") is None
    for command in ("publish", "discard-draft"):
        with pytest.raises(Refused, match="NO_DRAFT"):
            await elena.ask(command)
    await elena.ask("put-dish", dish=SOUP | {"price": 2000})
    assert dish_of((await elena.ask("publish"))["menu"], "soup-of-the-day") is not None


async def test_a_repeated_edit_and_a_repeated_publication_change_nothing(house: House) -> None:
    elena = await editor(house)
    put = {"draftVersion": 0, "dish": SOUP, "opId": str(uuid4())}
    first, again = [await elena.client.send("menu:put-dish", put) for _ in range(2)]
    assert ((first["draftVersion"], first["replayed"]), (again["draftVersion"], again["replayed"])) == (
        (1, False),
        (1, True),
    )
    publish = {"draftVersion": 1, "opId": str(uuid4())}
    first, again = [await elena.client.send("menu:publish", publish) for _ in range(2)]
    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["menu"]["version"] == again["menu"]["version"] == house.menu.version + 1
    assert len(await entries(house, "menu-published")) == 1


# ── two managers ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_of_two_who_edit_one_looks_again(house: House) -> None:
    elena, other = await editor(house), await editor(house)
    await elena.ask("put-dish", dish=SOUP)
    with pytest.raises(Refused, match="DRAFT_CHANGED") as refused:
        await other.ask("put-dish", dish=SOUP | {"price": 100})
    assert (refused.value.details["draftVersion"], refused.value.details["editedBy"]["name"]) == (1, "Elena Marin")
    for command in ("publish", "discard-draft"):
        with pytest.raises(Refused, match="DRAFT_CHANGED"):
            await other.ask(command)
    await other.look()
    await other.ask("put-dish", dish=SOUP | {"price": 2100})
    published = (await other.ask("publish"))["menu"]
    assert (dish_of(published, "soup-of-the-day") or {})["price"] == 2100


async def test_of_many_first_edits_at_the_same_moment_one_is_the_first(house: House) -> None:
    editors = [await editor(house) for _ in range(6)]
    dishes = [SOUP | {"id": f"soup-{number}"} for number in range(6)]
    answers = await asyncio.gather(
        *(one.ask("put-dish", dish=dish) for one, dish in zip(editors, dishes, strict=True)), return_exceptions=True
    )
    assert sorted(getattr(one, "code", "done") for one in answers) == ["DRAFT_CHANGED"] * 5 + ["done"]
    assert await house.apps[0].store.collection(MenuDraft).count_documents({"restaurant_id": house.restaurant.id}) == 1


async def test_a_menu_that_was_published_meanwhile_has_to_be_seen_first(house: House) -> None:
    elena = await editor(house)
    await elena.ask("put-dish", dish=SOUP)
    app = house.apps[0]
    work = app.store.begin(house.restaurant.id, app.clock.monotonic() + 5)
    [menu] = await work.every(Menu, restaurant_id=house.restaurant.id)
    work.save(menu.with_(dishes=tuple(one.with_(price=one.price + 100) for one in menu.dishes)))
    await work.commit()
    with pytest.raises(Refused, match="MENU_MOVED_ON") as refused:
        await elena.ask("publish")
    assert refused.value.details == {"menuVersion": 2, "basedOn": 1}
    assert (await elena.ask("publish", menuVersion=2))["menu"]["version"] == 3


# ── the log ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_log_says_who_changed_which_price(house: House) -> None:
    elena = await editor(house)
    dish = dish_of(await elena.look(), "zacusca") or {}
    await elena.ask("put-dish", dish=dish | {"price": 2600})
    await elena.ask("publish")
    for act, subject in (("menu-draft-edited", "zacusca"), ("menu-published", house.menu.id)):
        [entry] = await entries(house, act)
        assert (entry["actor"]["name"], entry["subject"]) == ("Elena Marin", subject)
        assert (entry["before"], entry["after"]) == ({"dishes/zacusca/price": 2400}, {"dishes/zacusca/price": 2600})


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_phone_reads_what_is_served_at_the_table_in_its_language(house: House) -> None:
    waiter = await house.waiter()
    phone = await house.phone(await house.party(waiter))
    menu = (await phone.send("menu:get", {"language": "en"}))["menu"]
    assert dish_of(menu, "cutie-cu-mici") is None
    assert "to-go" not in [one["id"] for one in menu["categories"]]
    assert (dish_of(menu, "zacusca") or {})["name"] == {"en": "Aubergine zacusca on toast"}


async def test_what_is_taken_away_has_its_own_menu_and_prices(house: House) -> None:
    waiter = await house.waiter()
    menu = (await waiter.send("menu:get", {"diningOption": "TAKE_OUT"}))["menu"]
    assert dish_of(menu, "cutie-cu-mici") is not None
    assert dish_of(menu, "carpaccio") is None
    assert (dish_of(menu, "pizza-margherita") or {})["price"] == 2900


async def test_a_phone_is_told_what_is_not_served_now_and_when_that_changes(house: House) -> None:
    elena, zone = await editor(house), ZoneInfo(house.restaurant.time_zone)
    draft = await elena.look()
    for timed in ("breakfast", "late-night"):
        category = next(one for one in draft["categories"] if one["id"] == timed)
        await elena.ask("put-category", category=category | {"hours": []})
    now = house.clock.now().astimezone(zone)
    closes = (now + timedelta(minutes=30)).replace(second=0, microsecond=0)
    window = {"opens": f"{now - timedelta(minutes=30):%H:%M}", "closes": f"{closes:%H:%M}"}
    await elena.ask("put-dish", dish=SOUP | {"hours": [window]})
    await elena.ask("publish")
    before = await elena.client.send("menu:get")
    assert (before["notServed"], datetime.fromisoformat(before["changesAt"])) == ([], closes.astimezone(UTC))
    house.clock.advance(minutes=31)
    after = await elena.client.send("menu:get")
    assert after["notServed"] == ["soup-of-the-day"]
    assert datetime.fromisoformat(after["changesAt"]) > datetime.fromisoformat(before["changesAt"])
