"""One-time codes: sent to a phone, and shown again by whoever has it. What comes of a right one is a proved customer.

Nobody who asks for a code has proved anything, so whether a number is a customer's is not even looked up before its
code was right: the answer and its time are the same for all. Guessing is bounded by counting: a wrong code is written
before it is answered, and of two answers to one challenge at the same moment, on whatever processes, one is judged
again and sees the other.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from handlers import access
from handlers.addressing import AddressView, address_views
from handlers.alarms import raise_alarm
from handlers.context import Context
from handlers.fleet import credit_code, require_way
from handlers.messaging import cancel_messages, queue_message
from handlers.proofs import new_proof
from handlers.registry import REST, command
from handlers.reply import RestReply
from models.alarm import AlarmKind
from models.challenge import CODE_PURPOSE, KEPT, Code, OtpChallenge, Purpose
from models.challenge import name_place as challenge_name_place
from models.customer import PHONE_INDEX, Customer, name_place, phone_place
from models.errors import (
    InvalidVerificationCode,
    PhoneBlocked,
    RateLimited,
    SmsLimitExceeded,
    SmsUnavailable,
    ValidationFailed,
    seconds_until,
)
from models.house import Restaurant
from models.message_budget import MessageBudget, PhoneBudget, SentCode
from models.phone import CustomerName, PhoneText, last_four, normalised
from models.pin import source_of
from models.principal import CUSTOMERS, PhoneCustomer, Role
from models.rest import RestRequest
from models.sealed import BlindIndex
from models.sms import MessageKind
from models.sms_text import code_text

HOUSE = "house"
"""What the alarms about a house's codes are about."""

SOURCE_PURPOSE = "code-source"
"""Addresses are counted by their keyed hash: what is counted says nothing about anybody."""


class SendCode(RestRequest):
    """A mobile number of a country of the house, and how its owner wants to be called."""

    phone: PhoneText
    name: CustomerName


class VerifyCode(RestRequest):
    """The number, and the code that was sent to it."""

    phone: PhoneText
    code: Annotated[Code, Field(description="The six digits of the message.")]


class CodeSentReply(RestReply):
    """The code is good for `expiresIn` seconds, and may be sent again after `resendAfter`."""

    code_sent: Annotated[bool, Field(alias="codeSent")] = True
    expires_in: Annotated[int, Field(alias="expiresIn")]
    resend_after: Annotated[int, Field(alias="resendAfter")]


class VerifiedReply(RestReply):
    """`token` proves the number from now on; the cookie has it, too. The addresses come most used first."""

    verified: bool = True
    token: str
    addresses: tuple[AddressView, ...]


@command(
    "code:send",
    on=(REST,),
    roles=frozenset({Role.STRANGER}),
    errors=(RateLimited, SmsLimitExceeded, SmsUnavailable, PhoneBlocked),
)
async def send(ctx: Context, request: SendCode) -> CodeSentReply:
    """Send a one-time code to a phone; the one before it is worth nothing from then on."""
    if ctx.texting is None:
        raise SmsUnavailable
    house = await access.restaurant(ctx)
    phone = _normalised(request.phone, house)
    await access.take_turn(ctx, f"codes:{house.id}")
    indexes = ctx.vault.blind(house.id, PHONE_INDEX, phone)
    source = ctx.vault.keyed_hash(SOURCE_PURPOSE, house.id, source_of(ctx.principal.address)).digest
    date, midnight = house.calendar_date(ctx.now), house.next_midnight(ctx.now)
    of_phone, of_house = await _phone_budget(ctx, indexes), await _house_budget(ctx)
    of_phone.require_open(ctx.now)
    of_phone.require_left(date, midnight, ctx.rules, ctx.now)
    of_house.require_left(source, ctx.rules, ctx.now)
    test_code = ctx.texting.test_code(phone)
    if test_code is None:
        await require_way(ctx)
    code = test_code or ctx.ids.code()
    challenge = await _stage_challenge(ctx, indexes, request.name, code)
    _store_phone_budget(ctx, of_phone.with_sent(date, midnight, ctx.now))
    await _count_for_house(ctx, of_house, SentCode(challenge_id=challenge.id, source=source, at=ctx.now))
    if test_code is None:
        await cancel_messages(ctx, challenge.id)
        text = code_text(ctx.language, code, house.name, ctx.rules.code_seconds, ctx.public_url)
        queue_message(
            ctx, kind=MessageKind.CODE, phone=phone, text=text, not_after=challenge.expires_at, about=challenge.id
        )
    ctx.record("code-sent", subject=challenge.id, codes=challenge.codes)
    return CodeSentReply(expires_in=ctx.rules.code_seconds, resend_after=ctx.rules.code_resend_seconds)


@command(
    "code:verify",
    on=(REST,),
    roles=frozenset({Role.STRANGER}),
    errors=(InvalidVerificationCode, PhoneBlocked),
)
async def verify(ctx: Context, request: VerifyCode) -> VerifiedReply:
    """Prove a phone number with the code that was sent to it, in the browser that asked for it."""
    house = await access.restaurant(ctx)
    phone = _normalised(request.phone, house)
    indexes = ctx.vault.blind(house.id, PHONE_INDEX, phone)
    digest = indexes[0].digest
    await access.take_turn(ctx, f"code:{digest}")
    budget = await _phone_budget(ctx, indexes)
    budget.require_open(ctx.now)
    challenge = await _challenge(ctx, indexes)
    # Hashed whatever there is: that nothing was sent to this browser takes as long to say as that it is over.
    scope, key = (challenge.id, challenge.code.key) if challenge else (digest, None)
    candidate = ctx.vault.keyed_hash(CODE_PURPOSE, scope, request.code, key)
    if challenge is None or not challenge.is_live(ctx.rules.code_tries, ctx.now):
        raise InvalidVerificationCode
    if not challenge.is_code(candidate):
        raise await _wrong_code(ctx, challenge, budget)
    ctx.store.save(challenge.used(ctx.now))
    if budget.blocks:
        ctx.store.save(budget.proved())
    await _count_use(ctx, challenge)
    customer = await _stage_customer(ctx, challenge, phone, indexes)
    session, token = new_proof(ctx, customer.id)
    ctx.principal = PhoneCustomer(
        restaurant_id=house.id,
        roles=CUSTOMERS,
        address=ctx.principal.address,
        device=ctx.principal.device,
        customer_id=customer.id,
        customer_session_id=session.id,
    )
    ctx.record("code-verified", subject=challenge.id, is_new=customer.version == 1)
    return VerifiedReply(token=token, addresses=address_views(ctx, customer))


def _normalised(text: str, house: Restaurant) -> str:
    """Return a phone number of one of the house's countries as E.164; raises `ValidationFailed`."""
    try:
        return normalised(text, house.countries)
    except ValueError:
        raise ValidationFailed(fields=[{"field": "phone", "problem": "phone"}]) from None


async def _phone_budget(ctx: Context, indexes: tuple[BlindIndex, ...]) -> PhoneBudget:
    """Return what was counted of a phone; a new one, which is not stored yet, when nothing was.

    From the database: the last request may have gone to another process, whose newest index key was another one.
    """
    house = ctx.store.restaurant_id
    known = [await ctx.store.first(PhoneBudget, restaurant_id=house, phone=one.digest) for one in indexes]
    if found := [one for one in known if one is not None]:
        return max(found, key=lambda one: (one.date, one.sent))
    return PhoneBudget(id=ctx.ids.new_id(), restaurant_id=house, phone=indexes[0].digest, purge_at=ctx.now)


def _any_of(indexes: tuple[BlindIndex, ...]) -> dict[str, list[str]]:
    """Return the query for a phone under whichever index key."""
    return {"$in": [one.digest for one in indexes]}


def _store_phone_budget(ctx: Context, budget: PhoneBudget) -> PhoneBudget:
    return ctx.store.save(budget) if budget.version else ctx.store.add(budget)


async def _house_budget(ctx: Context) -> MessageBudget:
    """Return what was counted of the house; a new one, which is not stored yet, when nothing was."""
    house = ctx.store.restaurant_id
    for known in await ctx.store.members(MessageBudget, "house", house):
        return known
    return MessageBudget(id=ctx.ids.new_id(), restaurant_id=house)


async def _count_for_house(ctx: Context, budget: MessageBudget, code: SentCode) -> None:
    """Stage that the house sends a code; an alarm goes with the one that uses up its budget, and with the one that
    shows that codes are not used.
    """
    rules, counted = ctx.rules, budget.with_sent(code, ctx.rules)
    stored = ctx.store.save(counted) if counted.version else ctx.store.add(counted)
    if stored.stopped_until != budget.stopped_until:
        sent, used = stored.use(rules, ctx.now)
        await raise_alarm(ctx, AlarmKind.CODES_UNUSED, HOUSE, sent=sent, used=used, seconds=rules.code_use_window)
    if stored.in_hour(ctx.now) >= rules.house_messages:
        await raise_alarm(ctx, AlarmKind.MESSAGE_BUDGET, HOUSE, sent=stored.in_hour(ctx.now))


async def _count_use(ctx: Context, challenge: OtpChallenge) -> None:
    """Stage that a code was used: by the house, if it is still counted, and by the phone that has sent it."""
    await credit_code(ctx, challenge.id)
    budget = await _house_budget(ctx)
    counted = budget.with_used(challenge.id)
    if counted != budget:
        ctx.store.save(counted)


async def _challenge(ctx: Context, indexes: tuple[BlindIndex, ...]) -> OtpChallenge | None:
    """Return the last challenge of this browser for a phone, as the database has it."""
    return await ctx.store.first(
        OtpChallenge,
        restaurant_id=ctx.store.restaurant_id,
        phone=_any_of(indexes),
        device=ctx.principal.device,
        purpose=Purpose.PHONE.value,
    )


async def _stage_challenge(ctx: Context, indexes: tuple[BlindIndex, ...], name: str, code: str) -> OtpChallenge:
    """Stage what this browser has to know: a new code in its challenge while that lives, else a new challenge."""
    house, rules = ctx.store.restaurant_id, ctx.rules
    known = await _challenge(ctx, indexes)
    is_again = known is not None and known.is_live(rules.code_tries, ctx.now)
    challenge_id = known.id if known is not None and is_again else ctx.ids.new_id()
    hashed = ctx.vault.keyed_hash(CODE_PURPOSE, challenge_id, code)
    sealed = ctx.vault.seal(challenge_name_place(house, challenge_id), name)
    if known is not None and is_again:
        return ctx.store.save(known.sent_again(hashed, sealed, ctx.language, rules, ctx.now))
    expires_at = ctx.now + timedelta(seconds=rules.code_seconds)
    return ctx.store.add(
        OtpChallenge(
            id=challenge_id,
            restaurant_id=house,
            phone=indexes[0].digest,
            device=ctx.principal.device,
            name=sealed,
            language=ctx.language,
            code=hashed,
            sent_at=ctx.now,
            expires_at=expires_at,
            purge_at=expires_at + KEPT,
        )
    )


async def _wrong_code(ctx: Context, challenge: OtpChallenge, budget: PhoneBudget) -> InvalidVerificationCode:
    """Stage a wrong code: it is written before it is answered. The last of the tries blocks the phone, and takes back a
    message that nobody has sent yet: its code is worth nothing.
    """
    failed = ctx.store.save(challenge.failed(ctx.now))
    left = failed.tries_left(ctx.rules.code_tries)
    ctx.record("code-failed", subject=challenge.id, failures=failed.failures)
    if left:
        return InvalidVerificationCode(attempts_left=left)
    await cancel_messages(ctx, challenge.id)
    blocked = _store_phone_budget(ctx, budget.blocked(ctx.rules, ctx.now))
    seconds = seconds_until(blocked.blocked_until or ctx.now, ctx.now)
    ctx.record("phone-blocked", subject=challenge.id, seconds=seconds, blocks=blocked.blocks)
    return InvalidVerificationCode(attempts_left=0, retry_after=seconds)


async def _stage_customer(
    ctx: Context, challenge: OtpChallenge, phone: str, indexes: tuple[BlindIndex, ...]
) -> Customer:
    """Stage that a phone number was proved: of somebody new, or of somebody known, with the name that was given now.

    Two who prove a new number at the same moment make one customer: the index has a number once, and the second one
    is run again and finds the first.
    """
    house = ctx.store.restaurant_id
    known = await ctx.store.first(Customer, restaurant_id=house, **{"phone_indexes.digest": _any_of(indexes)})
    customer_id = known.id if known else ctx.ids.new_id()
    name = ctx.vault.unseal(challenge_name_place(house, challenge.id), challenge.name)
    proved = {
        "phone": ctx.vault.seal(phone_place(house, customer_id), phone),
        "phone_indexes": indexes,
        "name": ctx.vault.seal(name_place(house, customer_id), name),
        "language": challenge.language,
        "verified_at": ctx.now,
    }
    if known:
        return ctx.store.save(known.with_(**proved))
    return ctx.store.add(
        Customer(id=customer_id, restaurant_id=house, last_four=last_four(phone), created_at=ctx.now, **proved)
    )
