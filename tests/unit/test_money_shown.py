"""What a page shows of money comes from the server whole, so that no page multiplies or adds."""

from datetime import UTC, datetime
from typing import Any

from unit.charged import NOW, check_of, line, money, refund, tender

from models.base import Actor
from models.cart import Cart, CartLine
from models.check_view import check_view, floor_check_view
from models.dining_view import cart_view, order_view
from models.dish import Course
from models.order import Order, OrderLine
from models.payment import Payment
from models.payment_view import payment_view
from models.store.codec import from_document, to_document
from models.view import View

BY = Actor(kind="GUEST", id="p1", name="Ana")
KEPT: dict[str, Any] = {"restaurant_id": "r1", "version": 3}
CHOSEN: dict[str, Any] = {"id": "l1", "item_id": "d1", "name": {"en": "Soup"}, "quantity": 3, "added_by": BY}
CART = Cart(
    id="c1", session_id="s1", currency="RON", lines=(CartLine(**CHOSEN, unit_price=money(1250), added_at=NOW),), **KEPT
)
ORDER = Order(
    id="o1",
    session_id="s1",
    number=7,
    round=1,
    table_name="T1",
    placed_at=NOW,
    placed_by=BY,
    idempotency_key="k-0000-0001",
    fingerprint="f",
    cart_id="c1",
    cart_version=3,
    currency="RON",
    lines=(OrderLine(**CHOSEN, unit_price=money(1250), course=Course.STARTERS, stations=("grill",)),),
    **KEPT,
)
PAYMENT = Payment(
    id="y1",
    check_id="k1",
    participant_id="p1",
    by=BY,
    provider="stripe",
    amount=money(2000),
    tip=money(150),
    key="k-0000-0002",
    fingerprint="f",
    started_at=NOW,
    expires_at=datetime(2026, 11, 21, 20, tzinfo=UTC),
    next_at=NOW,
    **KEPT,
)


def sent(view: View) -> dict[str, Any]:
    """Return a view as clients get it."""
    return view.model_dump(mode="json", by_alias=True)


def lei(amount: int) -> dict[str, Any]:
    """Return an amount as clients get it."""
    return {"amount": amount, "currency": "RON"}


def test_a_line_says_what_all_its_portions_cost_in_a_cart_in_an_order_and_on_a_check() -> None:
    (of_cart,) = sent(cart_view(CART))["lines"]
    (of_order,) = sent(order_view(ORDER))["lines"]
    (of_check,) = sent(check_view(check_of(line("soup", 1250, quantity=3))))["rounds"][0]["lines"]
    assert [one["price"] for one in (of_cart, of_order, of_check)] == [lei(3750)] * 3
    (changed,) = sent(cart_view(CART.with_(lines=(CART.lines[0].with_(quantity=2),))))["lines"]
    assert changed["price"] == lei(2500)


def test_what_is_computed_for_clients_is_not_stored() -> None:
    check = check_of(line("soup", 1250, quantity=3))
    for aggregate in (CART, ORDER, check):
        document = to_document(aggregate)
        lines = document["lines"] if "lines" in document else document["rounds"][0]["lines"]
        assert "price" not in lines[0]
        assert from_document(type(aggregate), document) == aggregate


def test_a_payment_says_what_is_charged_in_all() -> None:
    assert sent(payment_view(PAYMENT))["charged"] == lei(2150)


def test_staff_are_told_what_of_a_payment_is_left_to_give_back() -> None:
    paid = tender(2000, tip=150).refund(refund(500).with_(tip=money(100)))
    (shown,) = sent(floor_check_view(check_of(line("soup", 2000)).paid_by(paid)))["tenders"]
    assert (shown["kept"], shown["tipKept"]) == (lei(1500), lei(50))
    assert shown["refunds"][0]["total"] == lei(600)
