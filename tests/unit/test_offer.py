"""What can be had: items by themselves, and an offer as a cart is held against it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.base import Actor
from models.cart import Cart, CartLine
from models.dining import DiningOption
from models.dish import Category, Course, Dish, ModifierGroup, Option
from models.errors import ItemUnavailable, ModifiersInvalid, UnknownItem
from models.hours import Window
from models.item import REMEMBERED_OPERATIONS, Availability, Item
from models.item_view import floor_item_view, item_view
from models.menu import Menu
from models.offer import Offer

NOW = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
ANA = Actor(kind="GUEST", id="ana", name="Ana")
SOON = NOW + timedelta(minutes=30)


def dish(name: str, **fields: object) -> Dish:
    return Dish(
        id=name, category_id="all", name={"en": name}, stations=("grill",), course=Course.MAINS, price=1000, **fields
    )  # type: ignore[arg-type]


MENU = Menu(
    id="m",
    restaurant_id="r",
    currency="RON",
    languages=("en",),
    categories=(Category(id="all", name={"en": "All"}),),
    modifier_groups=(
        ModifierGroup(
            id="extras",
            name={"en": "Extras"},
            max_select=2,
            options=(Option(id="cheese", name={"en": "Cheese"}, price=200), Option(id="egg", name={"en": "Egg"})),
        ),
    ),
    dishes=(
        dish("soup"),
        dish("steak", modifier_groups=("extras",)),
        dish("brunch", hours=(Window(opens="08:00", closes="12:00"),)),
        dish("parcel", dining_options=(DiningOption.TAKE_OUT,)),
    ),
)


def item(item_id: str, **fields: object) -> Item:
    return Item(id=f"i-{item_id}", restaurant_id="r", item_id=item_id, **fields)  # type: ignore[arg-type]


def offer(*items: Item, now: datetime = NOW) -> Offer:
    return Offer(MENU, {one.item_id: one for one in items}, "Europe/Bucharest", now)


def line(item_id: str, *modifiers: str, quantity: int = 1, **fields: object) -> CartLine:
    price = MENU.select(item_id, modifiers).unit_price
    return CartLine(
        id=f"l-{item_id}",
        item_id=item_id,
        name={"en": item_id},
        quantity=quantity,
        modifiers=modifiers,
        unit_price=price,
        added_by=ANA,
        added_at=NOW,
        **fields,  # type: ignore[arg-type]
    )


def cart(*lines: CartLine) -> Cart:
    return Cart(id="c", restaurant_id="r", session_id="s", currency="RON", lines=lines)


# ── items ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "can_be_had"),
    [
        (item("soup"), True),
        (item("soup", is_out=True), False),
        (item("soup", is_out=True, until=SOON), False),
        (item("soup", is_out=True, until=NOW), True),
        (item("soup", left=1), True),
        (item("soup", left=0), False),
    ],
)
def test_what_is_sold_out_cannot_be_had_until_its_moment_has_come(one: Item, can_be_had: bool) -> None:
    assert one.can_be_had(NOW) is can_be_had


def test_what_is_counted_is_sold_and_given_back_and_never_below_zero() -> None:
    two = item("soup", left=2)
    assert two.sold(2, ANA, NOW).left == 0
    assert two.sold(2, ANA, NOW).given_back(1, ANA, NOW).left == 1
    with pytest.raises(ValueError, match="2 left"):
        two.sold(3, ANA, NOW)
    with pytest.raises(ValueError, match="None left"):
        item("soup").sold(1, ANA, NOW)


def said(one: Item, state: Availability, until: datetime | None = None, left: int | None = None) -> Item:
    return one.set(state, until, left, ANA, NOW, "op-00000001")


def test_what_was_counted_when_it_was_taken_out_comes_back_with_its_count() -> None:
    out = said(item("soup", left=4), Availability.OUT, SOON)
    assert (out.is_out, out.until, out.left, out.is_available, out.can_be_had(NOW)) == (True, SOON, 4, False, False)
    assert not out.is_due(NOW)
    assert out.is_due(SOON)
    assert (out.back(SOON).left, out.back(SOON).is_available) == (4, True)
    assert said(out, Availability.AVAILABLE).left == 4
    assert said(said(out, Availability.OUT), Availability.AVAILABLE).left == 4


def test_what_was_used_up_when_it_was_taken_out_comes_back_uncounted() -> None:
    back = said(item("soup", left=0), Availability.OUT, SOON).back(SOON)
    assert (back.left, back.is_available) == (None, True)


def test_a_count_is_ended_or_changed_by_who_says_what_there_is() -> None:
    out = said(item("soup", left=4), Availability.OUT)
    assert said(out, Availability.AVAILABLE, left=9).left == 9
    assert said(item("soup", left=4), Availability.AVAILABLE).left is None


def test_what_is_given_back_while_it_is_out_is_counted_too() -> None:
    out = said(item("soup", left=4), Availability.OUT, SOON)
    assert out.given_back(2, ANA, NOW).back(SOON).left == 6


def test_a_refusal_of_what_is_out_names_no_count() -> None:
    for one, told in ((said(item("soup", left=4), Availability.OUT), None), (item("soup", left=0), 0)):
        with pytest.raises(ItemUnavailable) as refused:
            offer(one).select("soup", ())
        assert refused.value.details.get("left") == told


def test_guests_are_not_told_how_much_there_will_be_of_what_is_out() -> None:
    out = said(item("soup", left=4), Availability.OUT, SOON)
    assert (item_view(out).left, floor_item_view(out).left, item_view(out.back(SOON)).left) == (None, 4, 4)


def test_operations_are_remembered_and_do_not_pile_up() -> None:
    one = item("soup")
    for number in range(100):
        one = one.set(Availability.OUT, None, None, ANA, NOW, f"op-{number:08}")
    assert len(one.operations) == REMEMBERED_OPERATIONS
    assert one.has_done("op-00000099")
    assert not one.has_done("op-00000001")


# ── the offer ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "item_id", "modifiers"),
    [
        (offer(item("soup", is_out=True)), "soup", ()),
        (offer(item("soup", left=0)), "soup", ()),
        (offer(item("cheese", is_out=True)), "steak", ("cheese", "egg")),
        (offer(), "brunch", ()),
        (offer(), "parcel", ()),
    ],
)
def test_what_cannot_be_had_is_refused(found: Offer, item_id: str, modifiers: tuple[str, ...]) -> None:
    with pytest.raises(ItemUnavailable) as refusal:
        found.select(item_id, modifiers)
    assert refusal.value.details["itemId"] == item_id
    assert refusal.value.details.get("optionId") == ("cheese" if modifiers else None)


def test_what_is_there_is_sold() -> None:
    full = offer(item("cheese", is_out=True), item("soup", left=3), item("egg", is_out=True, until=NOW))
    assert full.select("soup", ()).unit_price.amount == 1000
    assert full.select("steak", ("egg",)).unit_price.amount == 1000
    assert offer(now=NOW.replace(hour=7)).select("brunch", ()).unit_price.amount == 1000
    assert replace(offer(), dining_option=DiningOption.TAKE_OUT).select("parcel", ()).unit_price.amount == 1000


def test_a_refused_line_is_named() -> None:
    with pytest.raises(ItemUnavailable) as refusal:
        offer(item("soup", is_out=True)).repriced(cart(line("steak"), line("soup")))
    assert refusal.value.details["lineId"] == "l-soup"


def test_a_cart_is_marked_line_by_line_and_keeps_them_all() -> None:
    lines = (line("soup"), line("steak", "cheese"), line("steak", is_available=False), line("brunch"))
    marked = offer(item("cheese", is_out=True)).marked(cart(*lines))
    assert [one.is_available for one in marked] == [True, False, True, False]
    assert [one.with_(is_available=True) for one in marked] == [one.with_(is_available=True) for one in lines]
    assert offer(item("cheese", is_out=True)).marked(cart(*marked)) == marked


def test_what_a_published_menu_has_no_more_is_marked() -> None:
    found = replace(offer(), menu=MENU.with_(dishes=(dish("steak"),), modifier_groups=()))
    assert [one.is_available for one in found.marked(cart(line("soup"), line("steak", "egg")))] == [False, False]
    with pytest.raises(UnknownItem):
        found.select("soup", ())
    with pytest.raises(ModifiersInvalid):
        found.select("steak", ("egg",))


# ── what there is too little of ───────────────────────────────────────────────────────────────────────────────────────


def lefts(found: Offer, *lines: CartLine) -> list[int | None]:
    marked = found.marked(cart(*lines))
    assert marked == found.limited(cart(*lines)).lines
    return [one.left for one in marked]


def test_a_line_that_asks_for_more_than_there_is_says_how_much_there_is() -> None:
    few = offer(item("soup", left=3))
    assert lefts(few, line("soup", quantity=3), line("steak", quantity=9)) == [None, None]
    assert lefts(few, line("soup", quantity=4)) == [3]
    assert lefts(offer(), line("soup", quantity=99)) == [None]


def test_of_several_lines_the_first_take_what_is_counted() -> None:
    few = offer(item("soup", left=3))
    assert lefts(few, line("soup", quantity=2), line("soup", quantity=2), line("soup")) == [None, 1, 0]


def test_options_are_counted_over_all_lines_and_the_scarcest_decides() -> None:
    few = offer(item("cheese", left=4), item("steak", left=6))
    assert lefts(few, line("steak", "cheese", quantity=3), line("steak", "cheese", "egg", quantity=2)) == [None, 1]
    assert lefts(few, line("steak", "cheese", quantity=3), line("steak", "egg", quantity=5)) == [None, 3]


def test_a_line_that_there_is_enough_for_again_says_nothing() -> None:
    short = line("soup", quantity=4, left=3)
    assert lefts(offer(item("soup", left=4)), short) == [None]
    assert lefts(offer(), short) == [None]
