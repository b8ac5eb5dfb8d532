"""The adapter for Twilio against the simulator: each answer, each way to lose one, and what it makes of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientTimeout
from messages.simulated import Simulated
from messages.twilio_simulator import ACCOUNT, KEY, KEY_SECRET, NO_SENDER, SENDER, SERVICE, TOKEN

from models.sms import MessageStatus
from sms_gateway.provider import Declined, Forged, Handed, Outgoing, Unclear, Unreachable
from sms_gateway.providers import exchange
from sms_gateway.providers.twilio import LOOKS, Account, Twilio, signature

PUBLIC = "https://order.example.com"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT_OF_TESTS = Account(ACCOUNT, (TOKEN,), ACCOUNT, TOKEN, sender=SENDER)
OUTGOING = Outgoing("k", "house", "+40722000123", "042137 is your code", NOON + timedelta(seconds=300), "message", 3)

Made = Callable[..., Twilio]


class Now:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
async def made(twilio: Simulated, now: Now) -> AsyncIterator[Made]:
    """Makes adapters, and closes them."""
    adapters: list[Twilio] = []

    def make(account: Account = ACCOUNT_OF_TESTS, address: str = twilio.address, public: str | None = PUBLIC) -> Twilio:
        adapters.append(Twilio(account, address, public, now))
        return adapters[-1]

    yield make
    for one in adapters:
        await one.close()


@pytest.fixture
def adapter(made: Made) -> Twilio:
    return made()


async def last(twilio: Simulated) -> dict[str, Any]:
    """Return the last form that was posted."""
    return dict((await twilio.everything())["requests"][-1]["form"])


async def count(twilio: Simulated) -> int:
    return len((await twilio.everything())["requests"])


# ── what is asked for ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_message_is_asked_for_as_twilio_documents_it(adapter: Twilio, twilio: Simulated) -> None:
    await twilio.reports(mode="drop")
    handed = await adapter.send(OUTGOING)
    assert await last(twilio) == {
        "To": "+40722000123",
        "From": SENDER,
        "Body": "042137 is your code",
        "ValidityPeriod": "300",
        "StatusCallback": f"{PUBLIC}/webhooks/twilio/house/message/3",
    }
    sid = (await twilio.everything())["messages"][-1]["sid"]
    assert handed == Handed(MessageStatus.ACCEPTED, sid, LOOKS)


async def test_an_api_key_and_a_messaging_service_do_as_well(made: Made, twilio: Simulated) -> None:
    await twilio.reports(mode="drop")
    account = replace(ACCOUNT_OF_TESTS, user=KEY, password=KEY_SECRET, sender=None, service_sid=SERVICE)
    assert (await made(account).send(OUTGOING)).status is MessageStatus.ACCEPTED
    form = await last(twilio)
    assert (form["MessagingServiceSid"], "From" in form) == (SERVICE, False)


async def test_without_an_address_of_ours_no_callbacks_are_asked_for(made: Made, twilio: Simulated) -> None:
    await made(public=None).send(OUTGOING)
    assert "StatusCallback" not in await last(twilio)


@pytest.mark.parametrize(("seconds", "period"), [(0.4, "1"), (90.7, "90"), (10**6, "36000")])
async def test_a_message_may_wait_there_until_it_is_too_old(
    adapter: Twilio, twilio: Simulated, seconds: float, period: str
) -> None:
    await twilio.reports(mode="drop")
    await adapter.send(replace(OUTGOING, not_after=NOON + timedelta(seconds=seconds)))
    assert (await last(twilio))["ValidityPeriod"] == period


async def test_letters_of_all_kinds_arrive_as_they_are(adapter: Twilio, twilio: Simulated) -> None:
    await twilio.reports(mode="drop")
    await adapter.send(replace(OUTGOING, text="Poftă bună & 50% + „mâine”; ☕\n=a&b"))
    assert (await last(twilio))["Body"] == "Poftă bună & 50% + „mâine”; ☕\n=a&b"


async def test_no_message_goes_over_a_connection_that_may_just_be_closing(adapter: Twilio, twilio: Simulated) -> None:
    await twilio.reports(mode="drop")
    for _ in range(3):
        await adapter.send(OUTGOING)
    assert len({one["connection"] for one in (await twilio.everything())["requests"][-3:]}) == 3


# ── what is answered ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("+15005550001", "21211"),
        ("+15005550003", "21408"),
        ("+15005550004", "21610"),
        ("+15005550009", "21614"),
    ],
)
async def test_what_twilio_refuses_has_failed_for_its_code(adapter: Twilio, phone: str, code: str) -> None:
    with pytest.raises(Declined) as declined:
        await adapter.send(replace(OUTGOING, phone=phone))
    assert (declined.value.reason, phone in str(declined.value)) == (code, False)
    assert (await adapter.send(OUTGOING)).status is MessageStatus.ACCEPTED


async def test_a_sender_that_does_not_reach_one_number_stops_no_other_message(made: Made, twilio: Simulated) -> None:
    adapter, before = made(replace(ACCOUNT_OF_TESTS, sender="+40799999999")), await count(twilio)
    for _ in range(2):
        with pytest.raises(Declined, match="21606"):
            await adapter.send(OUTGOING)
    assert await count(twilio) == before + 2


@pytest.mark.parametrize("fault", ["reset", "lose", "fail", "garbled", "slow"])
async def test_what_may_have_been_sent_is_unclear(
    adapter: Twilio, twilio: Simulated, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange, "TIMEOUT", ClientTimeout(total=0.3))
    await twilio.fault("create", fault, seconds=1)
    with pytest.raises(Unclear) as unclear:
        await adapter.send(OUTGOING)
    assert "042137" not in str(unclear.value)
    assert unclear.value.__cause__ is None


async def test_what_nobody_listens_to_was_surely_not_sent(made: Made) -> None:
    with pytest.raises(Unreachable):
        await made(address="http://127.0.0.1:9").send(OUTGOING)


async def test_what_twilio_is_too_busy_for_is_not_asked_again_before_it_says(
    adapter: Twilio, twilio: Simulated, now: Now
) -> None:
    await twilio.fault("create", "busy")
    before = await count(twilio)
    for seconds in (0, 6):
        now.at = NOON + timedelta(seconds=seconds)
        with pytest.raises(Unreachable):
            await adapter.send(OUTGOING)
    assert await count(twilio) == before + 1
    now.at = NOON + timedelta(seconds=7)
    assert (await adapter.send(OUTGOING)).status is MessageStatus.ACCEPTED


@pytest.mark.parametrize(
    "wrong",
    [{"password": "f" * 32}, {"sender": NO_SENDER}, {"sid": "AC" + "0" * 32}],
)
async def test_when_it_is_we_that_are_refused_the_message_is_not_at_fault(
    made: Made, twilio: Simulated, now: Now, wrong: dict[str, str]
) -> None:
    adapter, before = made(replace(ACCOUNT_OF_TESTS, **wrong)), await count(twilio)
    for _ in range(2):
        with pytest.raises(Unreachable) as unreachable:
            await adapter.send(OUTGOING)
    assert await count(twilio) == before + 1
    assert not any(value in str(unreachable.value) for value in wrong.values())


# ── what became of it ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("course", "why", "seen"),
    [
        ((), "", None),
        (("sending",), "", None),
        (("sent",), "", (MessageStatus.SENT, None)),
        (("sent", "delivered"), "", (MessageStatus.DELIVERED, None)),
        (("undelivered",), "30003", (MessageStatus.FAILED, "30003")),
        (("failed",), "", (MessageStatus.FAILED, "failed")),
        (("canceled",), "", (MessageStatus.FAILED, "canceled")),
    ],
)
async def test_a_message_is_seen_as_far_as_it_is(
    adapter: Twilio, twilio: Simulated, course: tuple[str, ...], why: str, seen: object
) -> None:
    await twilio.reports(mode="drop")
    await twilio.course(*course, why=why)
    await _quiet(adapter.send(OUTGOING))
    sid = (await twilio.everything())["messages"][-1]["sid"]
    assert await adapter.look(sid) == seen


async def test_a_message_that_twilio_has_forgotten_is_not_known(adapter: Twilio) -> None:
    assert await adapter.look("SM" + "0" * 32) is None


async def _quiet(sending: Awaitable[Handed]) -> None:
    """Send a message whatever is said of it at once."""
    try:
        await sending
    except Declined:
        return


# ── callbacks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_signature_is_the_one_of_twilios_own_example() -> None:
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(url, list(form.items()), "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("port", ["", ":443"])
def test_twilio_may_sign_the_address_with_its_port(port: str) -> None:
    adapter = Twilio(ACCOUNT_OF_TESTS, "http://127.0.0.1:9", PUBLIC, lambda: NOON)
    path, pairs = "/webhooks/twilio/house/message/3", [("MessageSid", "SM1"), ("MessageStatus", "delivered")]
    given = signature(f"{PUBLIC}{port}{path}", pairs, TOKEN)
    heard = adapter.read(path, {"X-Twilio-Signature": given}, b"MessageStatus=delivered&MessageSid=SM1")
    assert heard is not None
    assert (heard.restaurant_id, heard.message_id, heard.report.epoch) == ("house", "message", 3)
    assert (heard.report.status, heard.report.provider_id) == (MessageStatus.DELIVERED, "SM1")


@pytest.mark.parametrize("given", ["", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "ș", "\udcff"])
@pytest.mark.parametrize("public", [PUBLIC, None])
def test_whatever_else_stands_as_signature_is_forged(given: str, public: str | None) -> None:
    adapter = Twilio(ACCOUNT_OF_TESTS, "http://127.0.0.1:9", public, lambda: NOON)
    with pytest.raises(Forged):
        adapter.read("/webhooks/twilio/house/message/3", {"X-Twilio-Signature": given}, b"MessageSid=SM1")


def test_keys_do_not_show_in_what_is_shown_of_the_account() -> None:
    assert TOKEN not in repr(ACCOUNT_OF_TESTS)
