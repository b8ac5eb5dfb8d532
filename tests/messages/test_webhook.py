"""The adapter for a service of the house against the simulator, and the signatures of both sides."""

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from messages.simulated import Simulated
from messages.webhook_simulator import FORMER_SECRET, SECRET

from models.sms import MessageStatus
from sms_gateway.provider import Declined, Handed, Outgoing, Unclear, Unreachable
from sms_gateway.providers.standard_webhook import is_signed, key_of, signed
from sms_gateway.providers.webhook import Webhook

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
OUTGOING = Outgoing("k", "house", "+40722000123", "Poftă bună ☕", NOON + timedelta(seconds=300), "message", 3)

EXAMPLE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EXAMPLE_HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
EXAMPLE_BODY = b'{"test": 2432232314}'
THEN = datetime.fromtimestamp(1614265330, UTC)


@pytest.fixture
async def adapter(service: Simulated) -> AsyncIterator[Webhook]:
    keys = [key_of(FORMER_SECRET), key_of(SECRET)]
    adapter = Webhook(f"{service.address}/outgoing", keys, lambda: NOON)
    await service.reports(mode="drop")
    yield adapter
    await adapter.close()


def message() -> Outgoing:
    """Return a message that the service has not seen yet."""
    return replace(OUTGOING, message_id=uuid4().hex)


async def test_a_message_is_posted_as_it_is_documented(adapter: Webhook, service: Simulated) -> None:
    handed = await adapter.send(OUTGOING)
    found: dict[str, Any] = (await service.everything())["messages"][-1]
    assert found == {
        "id": "house.message.3",
        "to": "+40722000123",
        "text": "Poftă bună ☕",
        "notAfter": "2026-11-21T12:05:00Z",
    }
    assert handed.status is MessageStatus.ACCEPTED
    assert handed.looks == 0
    assert (handed.provider_id or "").startswith("out-")


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("accepted", MessageStatus.ACCEPTED),
        ("sent", MessageStatus.SENT),
        ("delivered", MessageStatus.DELIVERED),
    ],
)
async def test_the_answer_says_how_far_it_is(
    adapter: Webhook, service: Simulated, state: str, status: MessageStatus
) -> None:
    await service.course(state)
    assert (await adapter.send(message())).status is status


@pytest.mark.parametrize(
    ("why", "reason"),
    [("landline", "landline"), ("no +40722000123!", "failed"), ("off_0722.000.123", "off_"), ("", "failed")],
)
async def test_what_the_service_will_not_send_has_failed_for_its_word(
    adapter: Webhook, service: Simulated, why: str, reason: str
) -> None:
    await service.course("failed", why=why)
    with pytest.raises(Declined) as declined:
        await adapter.send(message())
    assert declined.value.reason == reason


async def test_a_refusal_is_an_answer_about_the_message(adapter: Webhook, service: Simulated) -> None:
    await service.fault("take", "refuse")
    with pytest.raises(Declined, match="landline"):
        await adapter.send(message())
    assert isinstance(await adapter.send(message()), Handed)


@pytest.mark.parametrize("fault", ["busy", "revoked"])
async def test_what_the_service_does_not_take_now_was_surely_not_sent(
    adapter: Webhook, service: Simulated, fault: str
) -> None:
    await service.fault("take", fault)
    with pytest.raises(Unreachable):
        await adapter.send(message())
    before = len((await service.everything())["requests"])
    with pytest.raises(Unreachable, match="paused"):
        await adapter.send(message())
    assert len((await service.everything())["requests"]) == before


@pytest.mark.parametrize("fault", ["reset", "lose", "fail"])
async def test_what_may_have_been_sent_is_unclear(adapter: Webhook, service: Simulated, fault: str) -> None:
    await service.fault("take", fault)
    with pytest.raises(Unclear):
        await adapter.send(message())


async def test_an_unknown_state_is_unclear(adapter: Webhook, service: Simulated) -> None:
    await service.course("perhaps")
    with pytest.raises(Unclear):
        await adapter.send(message())


# ── signatures ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_signature_is_the_one_of_the_published_example() -> None:
    assert signed([key_of(EXAMPLE)], "msg_p5jXN8AQM9LWM0D4loKWxJek", THEN, EXAMPLE_BODY) == EXAMPLE_HEADERS
    assert is_signed([key_of(EXAMPLE)], EXAMPLE_HEADERS, EXAMPLE_BODY, THEN)


def test_one_right_signature_of_several_is_enough() -> None:
    others = EXAMPLE_HEADERS | {"webhook-signature": f"v2,x v1a,y v1,AAAA {EXAMPLE_HEADERS['webhook-signature']} v1"}
    assert is_signed([key_of(SECRET), key_of(EXAMPLE)], others, EXAMPLE_BODY, THEN)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_signature_that_is_old_or_of_the_future_does_not_count(seconds: int) -> None:
    now = THEN + timedelta(seconds=seconds)
    assert not is_signed([key_of(EXAMPLE)], EXAMPLE_HEADERS, EXAMPLE_BODY, now)


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhook-id": "msg_other"},
        {"webhook-id": ""},
        {"webhook-timestamp": "1614265331"},
        {"webhook-timestamp": "now"},
        {"webhook-timestamp": "²"},
        {"webhook-timestamp": "9" * 5000},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,ș\udcff"},
        {"webhook-signature": "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
    ],
)
def test_whatever_else_stands_in_the_headers_is_no_signature(wrong: dict[str, str]) -> None:
    assert not is_signed([key_of(EXAMPLE)], EXAMPLE_HEADERS | wrong, EXAMPLE_BODY, THEN)
    assert not is_signed([key_of(EXAMPLE)], {}, EXAMPLE_BODY, THEN)


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_short", EXAMPLE.removeprefix("whsec_"), "whsec_" + "!" * 32, "whsec_" + "A" * 100]
)
def test_a_secret_is_a_prefix_and_24_to_64_bytes_in_base64(secret: str) -> None:
    with pytest.raises(ValueError, match="not"):
        key_of(secret)
    for length in (24, 64):
        assert len(key_of("whsec_" + base64.b64encode(b"x" * length).decode())) == length
