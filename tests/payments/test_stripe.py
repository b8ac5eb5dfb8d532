"""The adapter for Stripe against the simulator: each call, each kind of currency, each way to lose an answer."""

import json
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from simulators.simulated_stripe import SimulatedStripe
from simulators.stripe_outbox import signature
from simulators.stripe_simulator import PUBLISHABLE_KEY, SECRET_KEY, WEBHOOK_SECRET

from models.money import Money
from models.payment_state import PaymentStatus
from models.tender import RefundStatus
from server.payments import currency
from server.payments.provider import Charge, Declined, Forged, Misconfigured, Return, Unreachable
from server.payments.stripe import TOLERANCE_SECONDS, Stripe

OLD_SECRET = "whsec_formerA1b2C3d4E5f6"


@pytest.fixture
async def adapter(stripe: SimulatedStripe) -> AsyncIterator[Stripe]:
    adapter = Stripe(SECRET_KEY, PUBLISHABLE_KEY, [WEBHOOK_SECRET, OLD_SECRET], stripe.address)
    yield adapter
    await adapter.close()


def charge(amount: int = 1250, code: str = "RON") -> Charge:
    return Charge("house", uuid4().hex[:24], Money(amount=amount, currency=code))


def back_of(asked: Charge, intent_id: str, amount: int) -> Return:
    money = Money(amount=amount, currency=asked.amount.currency)
    return Return(asked.restaurant_id, asked.payment_id, uuid4().hex[:24], intent_id, money)


# ── payments ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_payment_is_made_paid_and_looked_at(adapter: Stripe, stripe: SimulatedStripe) -> None:
    asked = charge()
    made = await adapter.start(asked)
    assert (made.status, made.asked, made.failure) == (PaymentStatus.REQUIRES_ACTION, asked.amount, None)
    assert made.client_secret
    await stripe.confirm(made.client_secret)
    paid = await adapter.look(made.intent_id)
    assert (paid.status, paid.received) == (PaymentStatus.SUCCEEDED, asked.amount)
    (intent,) = await stripe.intents(asked.payment_id)
    assert intent["metadata"] == {"restaurant_id": "house", "payment_id": asked.payment_id}


@pytest.mark.parametrize(
    ("card", "status", "failure"),
    [
        ("pm_card_authenticationRequired", PaymentStatus.REQUIRES_ACTION, None),
        ("pm_usBankAccount_processing", PaymentStatus.PROCESSING, None),
        ("pm_card_chargeDeclinedInsufficientFunds", PaymentStatus.REQUIRES_ACTION, "insufficient_funds"),
    ],
)
async def test_a_payment_is_seen_as_far_as_it_is(
    adapter: Stripe, stripe: SimulatedStripe, card: str, status: PaymentStatus, failure: str | None
) -> None:
    made = await adapter.start(charge())
    await stripe.confirm(made.client_secret or "", card)
    seen = await adapter.look(made.intent_id)
    assert (seen.status, seen.failure, seen.received) == (status, failure, Money(amount=0, currency="RON"))


async def test_a_payment_is_cancelled_once_and_for_all(adapter: Stripe, stripe: SimulatedStripe) -> None:
    made = await adapter.start(charge())
    assert (await adapter.cancel(made.intent_id)).status is PaymentStatus.CANCELLED
    assert (await adapter.cancel(made.intent_id)).status is PaymentStatus.CANCELLED
    assert "error" in await stripe.confirm(made.client_secret or "")


async def test_a_payment_that_was_quicker_than_its_cancelling_is_paid(adapter: Stripe, stripe: SimulatedStripe) -> None:
    made = await adapter.start(charge())
    await stripe.confirm(made.client_secret or "")
    assert (await adapter.cancel(made.intent_id)).status is PaymentStatus.SUCCEEDED


async def test_one_that_could_not_be_cancelled_at_first_can_be_later(adapter: Stripe, stripe: SimulatedStripe) -> None:
    made = await adapter.start(charge())
    await stripe.decide(made.intent_id, "processing")
    assert (await adapter.cancel(made.intent_id)).status is PaymentStatus.PROCESSING
    await stripe.decide(made.intent_id, "requires_payment_method")
    assert (await adapter.cancel(made.intent_id)).status is PaymentStatus.CANCELLED


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_after_a_lost_answer_the_same_payment_is_found(adapter: Stripe, stripe: SimulatedStripe) -> None:
    asked = charge()
    await stripe.fault("create", "lose")
    with pytest.raises(Unreachable):
        await adapter.start(asked)
    made = await adapter.start(asked)
    assert [one["id"] for one in await stripe.intents(asked.payment_id)] == [made.intent_id]
    keys = {one["key"] for one in await stripe.asked("create", asked.payment_id)}
    assert keys == {f"{asked.payment_id}-start"}


@pytest.mark.parametrize("kind", ["fail", "busy", "conflict"])
@pytest.mark.parametrize("operation", ["create", "retrieve"])
async def test_what_may_or_may_not_have_happened_is_to_be_asked_again(
    adapter: Stripe, stripe: SimulatedStripe, operation: str, kind: str
) -> None:
    asked = charge()
    made = await adapter.start(asked)
    await stripe.fault(operation, kind)
    with pytest.raises(Unreachable):
        await (adapter.start(asked) if operation == "create" else adapter.look(made.intent_id))
    assert (await adapter.start(asked)).intent_id == made.intent_id


async def test_the_same_key_for_another_amount_is_our_mistake_and_charges_nothing(
    adapter: Stripe, stripe: SimulatedStripe
) -> None:
    asked = charge()
    await adapter.start(asked)
    with pytest.raises(Misconfigured):
        await adapter.start(Charge("house", asked.payment_id, Money(amount=9999, currency="RON")))
    assert [one["amount"] for one in await stripe.intents(asked.payment_id)] == [1250]


async def test_what_stripe_does_not_take_is_declined_with_its_code(adapter: Stripe) -> None:
    with pytest.raises(Declined) as declined:
        await adapter.start(charge(100))
    assert declined.value.reason == "amount_too_small"
    with pytest.raises(Declined) as declined:
        await adapter.look("pi_nobody")
    assert declined.value.reason == "resource_missing"


async def test_a_wrong_key_is_for_the_operator_and_is_not_repeated(stripe: SimulatedStripe) -> None:
    adapter = Stripe("sk_test_wrongQ7wE2rT9yU4iO1pA", PUBLISHABLE_KEY, [WEBHOOK_SECRET], stripe.address)
    with pytest.raises(Misconfigured) as wrong:
        await adapter.start(charge())
    await adapter.close()
    assert "wrongQ7" not in f"{wrong.value!r} {wrong.value.__cause__!r}"


async def test_nobody_there_is_unreachable() -> None:
    adapter = Stripe(SECRET_KEY, PUBLISHABLE_KEY, [WEBHOOK_SECRET], "http://127.0.0.1:9")
    with pytest.raises(Unreachable):
        await adapter.start(charge())
    await adapter.close()


async def test_a_refusal_repeats_nothing_that_the_guest_must_not_see(adapter: Stripe, stripe: SimulatedStripe) -> None:
    made = await adapter.start(charge())
    with pytest.raises(Declined) as declined:
        await adapter.give_back(back_of(charge(), made.intent_id, 100))
    assert repr(declined.value) == "Declined('resource_missing')"


# ── currencies ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("minor", "code", "theirs", "step"),
    [
        (1250, "RON", 1250, 1),
        (1250, "EUR", 1250, 1),
        (500, "JPY", 500, 1),
        (5120, "KWD", 5120, 10),
        (5, "ISK", 500, 1),
        (5, "UGX", 500, 1),
        (1000, "MGA", 10, 100),
        (100_000, "VND", 100_000, 1),
    ],
)
def test_an_amount_is_written_in_stripes_smallest_unit_and_read_back(
    minor: int, code: str, theirs: int, step: int
) -> None:
    money = Money(amount=minor, currency=code)
    assert (currency.smallest(money), currency.step(code)) == (theirs, step)
    assert currency.ours(theirs, code.lower()) == money


@pytest.mark.parametrize(("minor", "code"), [(5124, "KWD"), (1050, "MGA")])
def test_what_stripe_cannot_charge_exactly_is_not_rounded(minor: int, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        currency.smallest(Money(amount=minor, currency=code))


def test_what_is_no_whole_unit_of_ours_is_not_read() -> None:
    with pytest.raises(ValueError, match="isk"):
        currency.ours(550, "isk")


@pytest.mark.parametrize(("minor", "code"), [(1250, "RON"), (980, "EUR"), (700, "JPY"), (5120, "KWD")])
async def test_a_payment_in_each_currency_comes_to_what_was_asked(
    adapter: Stripe, stripe: SimulatedStripe, minor: int, code: str
) -> None:
    asked = charge(minor, code)
    made = await adapter.start(asked)
    await stripe.confirm(made.client_secret or "")
    paid = await adapter.look(made.intent_id)
    assert paid.asked == paid.received == asked.amount


# ── refunds ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def paid(adapter: Stripe, stripe: SimulatedStripe) -> tuple[Charge, str]:
    asked = charge()
    made = await adapter.start(asked)
    await stripe.confirm(made.client_secret or "")
    return asked, made.intent_id


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("pending", RefundStatus.PENDING),
        ("succeeded", RefundStatus.SUCCEEDED),
        ("failed", RefundStatus.FAILED),
    ],
)
async def test_a_refund_is_seen_as_far_as_it_is(
    adapter: Stripe, stripe: SimulatedStripe, state: str, status: RefundStatus
) -> None:
    asked, intent_id = await paid(adapter, stripe)
    await stripe.refunds_are(state)
    made = await adapter.give_back(back_of(asked, intent_id, 250))
    assert (made.status, made.amount.amount, made.intent_id) == (status, 250, intent_id)
    assert await adapter.look_at_refund(made.provider_id) == made


async def test_a_refund_whose_answer_was_lost_is_found_and_not_made_again(
    adapter: Stripe, stripe: SimulatedStripe
) -> None:
    asked, intent_id = await paid(adapter, stripe)
    back = back_of(asked, intent_id, 250)
    assert await adapter.find_refund(back) is None
    await stripe.fault("refund", "lose")
    with pytest.raises(Unreachable):
        await adapter.give_back(back)
    found = await adapter.find_refund(back)
    assert found == await adapter.give_back(back)
    assert len(await stripe.refunds(asked.payment_id)) == 1


async def test_more_than_was_paid_is_not_given_back(adapter: Stripe, stripe: SimulatedStripe) -> None:
    asked, intent_id = await paid(adapter, stripe)
    with pytest.raises(Declined):
        await adapter.give_back(back_of(asked, intent_id, 1251))


# ── webhooks ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def event(adapter: Stripe, stripe: SimulatedStripe) -> tuple[Charge, bytes]:
    asked, intent_id = await paid(adapter, stripe)
    (sent,) = await stripe.events("payment_intent.succeeded", intent_id)
    return asked, json.dumps(sent).encode()


@pytest.fixture
async def body(adapter: Stripe, stripe: SimulatedStripe) -> tuple[Charge, bytes]:
    await stripe.webhooks(mode="hold")
    return await event(adapter, stripe)


@pytest.mark.parametrize("secret", [WEBHOOK_SECRET, OLD_SECRET])
async def test_a_signed_event_says_what_became_of_which_payment(
    adapter: Stripe, body: tuple[Charge, bytes], secret: str
) -> None:
    asked, text = body
    notice = adapter.read(text, signature(text.decode(), secret, int(time.time())))
    assert notice
    assert (notice.payment_id, notice.restaurant_id) == (asked.payment_id, "house")
    assert notice.seen
    assert (notice.seen.status, notice.seen.received) == (PaymentStatus.SUCCEEDED, asked.amount)


async def test_what_nobody_or_somebody_else_has_signed_is_forged(adapter: Stripe, body: tuple[Charge, bytes]) -> None:
    _, text = body
    now = int(time.time())
    right = signature(text.decode(), WEBHOOK_SECRET, now)
    wrong = [
        "",
        "nonsense",
        "t=,v1=",
        f"t={now}",
        right.replace("v1=", "v0="),
        signature(text.decode(), "whsec_somebody", now),
        signature(text.decode() + " ", WEBHOOK_SECRET, now),
        right.replace(f"t={now}", f"t={now + 1}"),
    ]
    for header in wrong:
        with pytest.raises(Forged):
            adapter.read(text, header)
    with pytest.raises(Forged):
        adapter.read(b"\xff\xfe", right)


async def test_an_old_signature_is_worth_nothing(adapter: Stripe, body: tuple[Charge, bytes]) -> None:
    _, text = body
    old = int(time.time()) - TOLERANCE_SECONDS - 5
    with pytest.raises(Forged):
        adapter.read(text, signature(text.decode(), WEBHOOK_SECRET, old))
    assert adapter.read(text, signature(text.decode(), WEBHOOK_SECRET, old + 60))


@pytest.mark.parametrize(
    "other",
    [
        {"id": "evt_1", "type": "customer.created", "data": {"object": {"object": "customer", "metadata": {}}}},
        {"id": "evt_1", "type": "payment_intent.succeeded", "data": {"object": {"object": "payment_intent"}}},
        {"id": "evt_1", "type": "balance.available", "data": {}},
        {},
        [],
    ],
)
async def test_what_is_none_of_our_business_is_passed_over(adapter: Stripe, other: object) -> None:
    text = json.dumps(other)
    assert adapter.read(text.encode(), signature(text, WEBHOOK_SECRET, int(time.time()))) is None
