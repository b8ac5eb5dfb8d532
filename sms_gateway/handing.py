"""Handing one message to a provider over HTTP, and asking one what became of it: what to say of it then."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from handlers.context import Vault
from handlers.messaging import DeliveryReport, Report
from models.sealed import Sealed
from models.sms import ACCEPT_WITHIN, MessageStatus, ProviderReport, SmsMessage, phone_place, text_place
from sms_gateway.provider import Asked, Declined, Handed, Outgoing, Provider, Unclear, Unreachable

log = structlog.get_logger(__name__)

ANSWER_SECONDS = ACCEPT_WITHIN.total_seconds() * 0.8
"""How long a provider may take: what it says must come in while the lease counts."""

SPARE_SECONDS = ACCEPT_WITHIN.total_seconds() - ANSWER_SECONDS
"""What is left of a lease then, for saying so."""

LEAST_SECONDS = ANSWER_SECONDS / 2
"""A provider that would have less time than this is not asked: what it is late for would be sent by another again."""


async def hand_over(
    providers: Sequence[Provider], vault: Vault, owner: str, message: SmsMessage, now: datetime
) -> Report:
    """Hand a message over that `owner` has leased, to the next provider where one cannot be reached; returns what to
    say of it, `QUEUED` when it is to be tried again, once the lease is over.
    """
    until = message.lease.until if message.lease else now
    seconds = min(ANSWER_SECONDS, (until - now).total_seconds() - SPARE_SECONDS)

    def said(status: MessageStatus, reason: str, provider: str | None = None) -> Report:
        return Report(message.id, owner, message.epoch, status, reason, provider)

    if seconds < LEAST_SECONDS or now >= message.not_after:
        log.warning("a message came too late to be sent under its lease", message=message.id)
        return said(MessageStatus.QUEUED, "late")
    if message.phone is None or message.text is None:
        return said(MessageStatus.FAILED, "erased")
    outgoing, provider = _opened(vault, message, message.phone, message.text), ""
    try:
        async with asyncio.timeout(seconds):
            for one in providers:
                provider = one.name
                try:
                    return _handed(owner, message, provider, await one.send(outgoing))
                except Unreachable as lost:
                    log.warning("no message can be sent now", message=message.id, provider=provider, reason=str(lost))
    except Declined as declined:
        log.warning("a message was declined", message=message.id, provider=provider, reason=declined.reason)
        return said(MessageStatus.FAILED, declined.reason)
    except (Unclear, TimeoutError):
        log.warning("nobody knows whether a message was sent", message=message.id, provider=provider)
        return said(MessageStatus.UNKNOWN, "unclear", provider)
    return said(MessageStatus.QUEUED, "unreachable")


async def look(providers: Sequence[Provider], message: SmsMessage) -> DeliveryReport | None:
    """Ask the provider that has accepted a message what became of it; None when nobody can say."""
    provider = next((one for one in providers if one.name == message.provider), None)
    if not isinstance(provider, Asked) or message.provider is None or message.provider_id is None:
        return None
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            seen = await provider.look(message.provider_id)
    except (Unreachable, Unclear, TimeoutError):
        log.warning("nobody can say what became of a message", message=message.id, provider=message.provider)
        return None
    if seen is None:
        return None
    said = ProviderReport(
        provider=message.provider,
        provider_id=message.provider_id,
        epoch=message.epoch,
        status=seen[0],
        reason=seen[1],
    )
    return DeliveryReport(message.id, said)


def _opened(vault: Vault, message: SmsMessage, phone: Sealed, text: Sealed) -> Outgoing:
    """Return a message as a provider sends it."""
    house = message.restaurant_id
    return Outgoing(
        message.correlation_id,
        house,
        vault.unseal(phone_place(house, message.id), phone),
        vault.unseal(text_place(house, message.id), text),
        message.not_after,
        message.id,
        message.epoch,
    )


def _handed(owner: str, message: SmsMessage, provider: str, handed: Handed | MessageStatus) -> Report:
    if isinstance(handed, MessageStatus):
        return Report(message.id, owner, message.epoch, handed)
    return Report(
        message.id,
        owner,
        message.epoch,
        handed.status,
        provider=provider,
        provider_id=handed.provider_id,
        looks=handed.looks,
    )
