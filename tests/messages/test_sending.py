"""Messages through a real provider's interface, end to end: sent once, reported, and secret all the way."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp import ClientSession
from integration.texting import ADA, Asker
from messages import twilio_simulator, webhook_simulator
from messages.sending import SECONDS, TEXT, Sending, steps

from handlers.messaging import report
from models.sms import MessageKind, MessageStatus
from server.options import Log
from server.telemetry import set_up_logging
from sms_gateway.providers.standard_webhook import key_of
from sms_gateway.providers.webhook import Webhook

OPERATION = {"twilio": "create", "webhook": "take"}
SECRETS = (
    twilio_simulator.TOKEN,
    twilio_simulator.FORMER_TOKEN,
    webhook_simulator.SECRET,
    webhook_simulator.FORMER_SECRET,
    "Basic ",
)


def name_of(sending: Sending) -> str:
    assert sending.house.apps[0].sender is not None
    return sending.house.apps[0].sender.providers[0].name


def texts(found: dict[str, Any]) -> list[str]:
    """Return the texts of all messages that a provider has taken, to Ada."""
    given = [(one.get("to"), one.get("body") or one.get("text")) for one in found["messages"]]
    return [text for to, text in given if to == ADA]


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Have everything that is logged meanwhile, as it would stand in the log."""
    stream, root = io.StringIO(), logging.getLogger()
    before, level = root.handlers[:], root.level
    set_up_logging(Log(level="debug", format="json"), stream=stream)
    try:
        yield stream
    finally:
        root.handlers, root.level = before, level


async def test_a_code_is_sent_and_proves_the_number(sending: Sending) -> None:
    known = len(texts(await sending.provider.everything()))
    asker = Asker(sending.house)
    assert (await asker.ask())["codeSent"] is True
    found = texts(await sending.provider.until(lambda one: len(texts(one)) > known))
    code = re.search("[0-9]{6}", found[-1])
    assert code is not None
    assert (await asker.show(code[0], server=1))["verified"] is True


async def test_a_message_is_accepted_sent_and_delivered(sending: Sending) -> None:
    message_id = await sending.queue()
    done = await sending.until(message_id, MessageStatus.DELIVERED)
    assert [one for one in steps(done) if one != "ACCEPTED"] == ["QUEUED", "LEASED", "SENT", "DELIVERED"]
    assert (done.phone, done.text, done.provider) == (None, None, name_of(sending))
    assert len(await sending.provider.sendings(message_id)) == 1


async def test_where_one_provider_cannot_be_reached_the_next_one_sends(
    by_twilio: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    for app in by_twilio.house.apps:
        assert app.sender is not None
        gone = Webhook("http://127.0.0.1:9", [key_of(webhook_simulator.SECRET)], app.clock.now)
        monkeypatch.setattr(app.sender, "providers", (gone, *app.sender.providers))
    message_id = await by_twilio.queue()
    done = await by_twilio.until(message_id, MessageStatus.DELIVERED)
    assert (done.provider, done.epoch) == ("twilio", 1)
    assert len(await by_twilio.provider.sendings(message_id)) == 1
    for app in by_twilio.house.apps:
        await app.sender.providers[0].close()


@pytest.mark.parametrize("fault", ["busy", "revoked"])
async def test_what_was_surely_not_sent_is_sent_when_the_pause_is_over(sending: Sending, fault: str) -> None:
    await sending.provider.fault(OPERATION[name_of(sending)], fault)
    message_id = await sending.queue()
    await sending.provider.until(lambda one: message_id in str(one["requests"]))
    done = await sending.carried_on(message_id, MessageStatus.DELIVERED)
    assert "UNKNOWN" not in steps(done)
    assert done.epoch > 1
    # What is busy is not asked again at once, and each server found that out by itself at the most.
    assert len(await sending.provider.sendings(message_id)) <= 3


@pytest.mark.parametrize(("kind", "times"), [(MessageKind.CODE, 2), (MessageKind.NOTICE, 1)])
@pytest.mark.parametrize("fault", ["lose", "fail"])
async def test_of_what_may_have_been_sent_only_a_code_is_sent_once_more(
    sending: Sending, kind: MessageKind, times: int, fault: str
) -> None:
    await sending.provider.reports(mode="drop")
    await sending.provider.fault(OPERATION[name_of(sending)], fault, times=3)
    message_id = await sending.queue(kind)
    done = await sending.until(message_id, MessageStatus.UNKNOWN)
    while not done.is_finished:
        done = await sending.stored(message_id)
    assert len(await sending.provider.sendings(message_id)) == times


@pytest.mark.parametrize(("kind", "times"), [(MessageKind.CODE, 2), (MessageKind.NOTICE, 1)])
async def test_of_what_a_process_dies_over_once_it_is_sent_only_a_code_is_sent_once_more(
    by_twilio: Sending, monkeypatch: pytest.MonkeyPatch, kind: MessageKind, times: int
) -> None:
    """Twilio takes the message, and what it has answered is never written: its process has died, or its database."""
    await by_twilio.provider.reports(mode="drop")
    for app in by_twilio.house.apps:
        assert app.sender is not None

        async def dying(house: str, act: Any, subject: Any, perform: Any = app.sender._perform) -> Any:
            return None if act is report else await perform(house, act, subject)

        monkeypatch.setattr(app.sender, "_perform", dying)
    message_id = await by_twilio.queue(kind)
    async with asyncio.timeout(SECONDS):
        while not (done := await by_twilio.stored(message_id)).is_finished:
            await by_twilio.look_after(seconds=9)
            await asyncio.sleep(0.2)
    assert (done.status, done.is_repeated) == (MessageStatus.UNKNOWN, times == 2)
    assert len(await by_twilio.provider.sendings(message_id)) == times


async def test_a_report_finds_a_message_whose_answer_was_lost(sending: Sending) -> None:
    await sending.provider.reports(mode="hold")
    await sending.provider.fault(OPERATION[name_of(sending)], "lose")
    message_id = await sending.queue()
    unknown = await sending.until(message_id, MessageStatus.UNKNOWN)
    assert (unknown.is_finished, unknown.provider_id) == (True, None)
    assert set(await sending.provider.release()) == {204}
    found = await sending.until(message_id, MessageStatus.DELIVERED)
    assert steps(found) == ["QUEUED", "LEASED", "UNKNOWN", "SENT", "DELIVERED"]


async def test_nothing_secret_is_logged_told_or_counted(sending: Sending) -> None:
    operation = OPERATION[name_of(sending)]
    with logged() as log:
        for fault in ("revoked", "busy", "fail", "lose", "reset"):
            await sending.provider.fault(operation, fault)
            failing = await sending.queue(phone=ADA)
            await sending.provider.until(lambda one, of=failing: of in str(one["requests"]))
            await sending.advance(minutes=6)
        await sending.carried_on(await sending.queue(), MessageStatus.DELIVERED)
        url = sending.house.installation.addresses[0] + "/webhooks/messages"
        async with ClientSession() as http, http.post(url, data=TEXT.encode()) as answer:
            told = await answer.text()
    seen = log.getvalue() + told + "".join(app.metrics.text().decode() for app in sending.house.apps)
    assert "no message can be sent now" in seen
    for secret in (*SECRETS, ADA[3:], TEXT, json.dumps(TEXT)):
        assert secret not in seen
