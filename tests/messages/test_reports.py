"""What providers tell of messages: forged, doubled, out of order, about nothing, or never."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from messages import twilio_simulator, webhook_simulator
from messages.sending import Sending, steps
from structlog.testing import capture_logs

from models.errors import Unavailable
from models.sms import LOOK_AFTER, SEND_WITHIN, MessageKind, MessageStatus
from server import bodies
from server.clock import Clock
from server.message_reports import MessageReports
from server.telemetry import Metrics
from sms_gateway.providers.standard_webhook import key_of, signed
from sms_gateway.providers.webhook import Webhook

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
S = MessageStatus
FORMER = {"twilio": twilio_simulator.FORMER_TOKEN, "webhook": webhook_simulator.FORMER_SECRET}
FOREIGN = {"twilio": "0" * 32, "webhook": "whsec_" + "A" * 32}


async def held(sending: Sending, message_id: str, count: int = 2) -> list[dict[str, Any]]:
    """Return the reports on a message that wait to be sent."""

    def own(found: dict[str, Any]) -> list[dict[str, Any]]:
        return [one for one in found["held"] if message_id in str(one)]

    return own(await sending.provider.until(lambda found: len(own(found)) >= count))


async def accepted(sending: Sending) -> str:
    """Have a message accepted of which nothing is told by itself."""
    await sending.provider.reports(mode="hold")
    message_id = await sending.queue()
    await sending.until(message_id, S.ACCEPTED)
    return message_id


def name_of(sending: Sending) -> str:
    assert sending.house.apps[0].sender is not None
    return sending.house.apps[0].sender.providers[0].name


async def test_a_report_with_a_wrong_signature_is_refused_and_changes_nothing(sending: Sending) -> None:
    message_id = await accepted(sending)
    (report, _) = await held(sending, message_id)
    before = sending.told("forged")
    assert await sending.provider.send(report, secret=FOREIGN[name_of(sending)]) == 403
    assert sending.told("forged") == before + 1
    assert (await sending.stored(message_id)).status is S.ACCEPTED
    assert await sending.provider.send(report) == 204
    assert (await sending.stored(message_id)).status is S.SENT


async def test_a_report_that_was_changed_on_its_way_is_refused(by_twilio: Sending) -> None:
    message_id = await accepted(by_twilio)
    (sent, delivered) = await held(by_twilio, message_id)
    address = by_twilio.house.installation.addresses[0]
    path = sent["url"].removeprefix("http://order.example.com")
    headers, _ = twilio_simulator._encoded(sent, twilio_simulator.TOKEN, 0)
    _, body = twilio_simulator._encoded(delivered, twilio_simulator.TOKEN, 0)
    async with ClientSession() as http:
        assert (await http.post(address + path, data=body, headers=headers)).status == 403
        assert (await http.post(address + path, data=body)).status == 403
        assert (await http.post(address + path, data=b"\xff", headers=headers)).status == 400
        assert (await http.post(address + path, data=b"x" * 70_000, headers=headers)).status == 413
    assert (await by_twilio.stored(message_id)).status is S.ACCEPTED


async def test_a_report_that_comes_too_slowly_is_not_waited_for(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.2)
    at = urlsplit(sending.house.installation.addresses[0])
    path = {"twilio": "/webhooks/twilio/h/m/1", "webhook": "/webhooks/messages"}[name_of(sending)]
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{{".encode())
        answer = await reader.readline()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 408 ")


async def test_while_a_secret_is_changed_both_count(sending: Sending) -> None:
    message_id = await accepted(sending)
    (report, _) = await held(sending, message_id)
    assert await sending.provider.send(report, secret=FORMER[name_of(sending)]) == 204
    assert (await sending.stored(message_id)).status is S.SENT


@pytest.mark.parametrize("age", [310, -310])
async def test_a_signed_report_counts_for_five_minutes(by_service: Sending, age: int) -> None:
    message_id = await accepted(by_service)
    (report, _) = await held(by_service, message_id)
    assert await by_service.provider.send(report, age=age) == 403


async def test_a_signed_report_that_cannot_be_read_is_refused(by_service: Sending) -> None:
    for content in ([], {"id": 3}, {"id": "a.b.1", "status": ["sent"]}, {"id": "a.b.1", "status": "lost"}):
        report = {"url": "http://order.example.com/webhooks/messages", "content": content}
        assert await by_service.provider.send(report) == 400


async def test_doubled_reports_are_written_down_once(sending: Sending) -> None:
    await sending.provider.reports(mode="double")
    message_id = await sending.queue()
    await sending.until(message_id, S.DELIVERED)
    sent = await sending.provider.until(lambda one: str(one["sent"]).count(message_id) >= 4)
    assert {one["status"] for one in sent["sent"] if message_id in str(one)} == {204}
    assert [one for one in steps(await sending.stored(message_id)) if one in ("SENT", "DELIVERED")] in (
        ["SENT", "DELIVERED"],
        ["DELIVERED"],
    )


async def test_reports_in_reversed_order_lead_to_the_same_end(sending: Sending) -> None:
    message_id = await accepted(sending)
    await held(sending, message_id)
    assert set(await sending.provider.release("reversed")) == {204}
    done = await sending.stored(message_id)
    assert (done.status, steps(done)) == (S.DELIVERED, ["QUEUED", "LEASED", "ACCEPTED", "DELIVERED"])


async def test_what_was_sent_may_still_not_arrive(sending: Sending) -> None:
    name = name_of(sending)
    await sending.provider.course("accepted", "sent", "undelivered" if name == "twilio" else "failed", why="30003")
    message_id = await sending.queue()
    failed = await sending.until(message_id, S.FAILED)
    assert (failed.reason, failed.is_finished) == ("30003", True)
    assert steps(failed)[-2:] == ["SENT", "FAILED"]


async def test_a_report_about_nothing_of_ours_is_taken_and_forgotten(sending: Sending) -> None:
    message_id = await accepted(sending)
    (report, _) = await held(sending, message_id)
    other_house = await sending.house.installation.new_house()
    for name, instead in (
        (message_id, "nothing"),
        (sending.house.restaurant.id, "nobody"),
        (sending.house.restaurant.id, other_house.restaurant.id),
    ):
        foreign = json.loads(json.dumps(report).replace(name, instead))
        assert await sending.provider.send(foreign) == 204
    assert (await sending.stored(message_id)).status is S.ACCEPTED


async def test_a_report_with_another_sid_than_the_messages_is_ignored(by_twilio: Sending) -> None:
    message_id = await accepted(by_twilio)
    (report, _) = await held(by_twilio, message_id)
    foreign = report | {"form": report["form"] | {"MessageSid": "SM" + "0" * 32}}
    assert await by_twilio.provider.send(foreign) == 204
    assert (await by_twilio.stored(message_id)).status is S.ACCEPTED


class Unwritable:
    """Stands for the dispatcher of a process that cannot reach its database."""

    async def perform(self, *_: Any) -> Any:
        raise Unavailable(retry_after=1)


async def test_a_report_that_cannot_be_written_down_has_to_come_again() -> None:
    keys = [key_of(webhook_simulator.SECRET)]
    site, metrics = web.Application(), Metrics()
    MessageReports([Webhook("", keys, lambda: NOON)], Unwritable(), Clock(), metrics).attach(site)
    body = b'{"id": "house.message.1", "status": "sent"}'
    async with TestClient(TestServer(site)) as client:
        answer = await client.post("/webhooks/messages", data=body, headers=signed(keys, "msg_1", NOON, body))
        assert answer.status == 503
        assert 'outcome="postponed",provider="webhook"} 1.0' in metrics.text().decode()


class Hourglass(Clock):
    """A clock whose seconds pass when a test says so."""

    seconds = 0.0

    def monotonic(self) -> float:  # type: ignore[override]
        return self.seconds


async def test_forged_reports_are_counted_and_stand_in_the_log_once_a_minute() -> None:
    site, clock, metrics = web.Application(), Hourglass(), Metrics()
    keys = [key_of(webhook_simulator.SECRET)]
    MessageReports([Webhook("", keys, lambda: NOON)], Unwritable(), clock, metrics).attach(site)
    with capture_logs() as logs:
        async with TestClient(TestServer(site)) as client:
            for seconds in (0, 1, 2, 61):
                clock.seconds = seconds
                answer = await client.post("/webhooks/messages", data=b"{}")
                assert answer.status == 403
    assert [(one["provider"], one["amount"]) for one in logs] == [("webhook", 1), ("webhook", 3)]
    assert 'outcome="forged",provider="webhook"} 4.0' in metrics.text().decode()


# ── lost reports ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def fetched(sending: Sending, message_id: str) -> int:
    """Return how often the provider was asked about a message."""
    sid = (await sending.stored(message_id)).provider_id
    found = (await sending.provider.everything())["requests"]
    return len([one for one in found if one["operation"] == "fetch" and one["sid"] == sid])


@pytest.mark.parametrize(
    ("course", "why", "status"), [(("sent", "delivered"), "", S.DELIVERED), (("undelivered",), "30003", S.FAILED)]
)
async def test_when_no_report_comes_twilio_is_asked(
    by_twilio: Sending, course: tuple[str, ...], why: str, status: MessageStatus
) -> None:
    await by_twilio.provider.course(*course, why=why)
    await by_twilio.provider.reports(mode="drop")
    message_id = await by_twilio.queue()
    await by_twilio.until(message_id, S.ACCEPTED)
    await by_twilio.look_after(seconds=LOOK_AFTER.total_seconds() + 4)
    done = await by_twilio.until(message_id, status)
    assert (done.reason or "", await fetched(by_twilio, message_id)) == (why, 1)


async def test_a_look_that_fails_is_followed_by_another(by_twilio: Sending) -> None:
    await by_twilio.provider.reports(mode="drop")
    await by_twilio.provider.fault("fetch", "fail")
    message_id = await by_twilio.queue()
    await by_twilio.until(message_id, S.ACCEPTED)
    done = await by_twilio.carried_on(message_id, S.DELIVERED)
    assert "UNKNOWN" not in steps(done)
    assert await fetched(by_twilio, message_id) == 2


@pytest.mark.parametrize(("kind", "sendings"), [(MessageKind.CODE, 2), (MessageKind.NOTICE, 1)])
async def test_what_twilio_does_not_know_either_is_unknown_after_two_looks(
    by_twilio: Sending, kind: MessageKind, sendings: int
) -> None:
    await by_twilio.provider.course()
    message_id = await by_twilio.queue(kind)
    await by_twilio.until(message_id, S.ACCEPTED)
    sid = (await by_twilio.stored(message_id)).provider_id
    await by_twilio.look_after(seconds=SEND_WITHIN.total_seconds() + 4)
    done = await by_twilio.carried_on(message_id, S.UNKNOWN)
    while not done.is_finished:
        await by_twilio.look_after(seconds=9)
        done = await by_twilio.stored(message_id)
    assert (done.status, done.text) == (S.UNKNOWN, None)
    assert len(await by_twilio.provider.sendings(message_id)) == sendings
    found = (await by_twilio.provider.everything())["requests"]
    assert len([one for one in found if one.get("sid") == sid]) == 2
