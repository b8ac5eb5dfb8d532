"""How an SMS phone comes in: with a one-time code the first time, by a proof from then on; and what it and the house
agree on about the messages that it has.
"""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from handlers import attempt
from handlers.alarms import raise_alarm
from handlers.context import Context, Reply
from handlers.fleet import has_provider, held, phones
from handlers.registry import SMS, Limit, command
from models.alarm import AlarmKind
from models.base import Id, Request
from models.device import PAIRING_PURPOSE, Device, DeviceKind, spelled
from models.errors import PairingRefused, VersionUnsupported
from models.fleet import has_other_way, with_failure, with_sent
from models.principal import PairedPhone, Role, Stranger
from models.reconcile import MOST_OPEN, OpenMessage, Task, reconciled
from models.sms import GONE, MessageStatus, SmsMessage
from models.sms_phone import MOST_SIMS, SmsPhone, ToldSim, Word, phone_id
from models.sms_proof import is_proof, secret_from, stored_key

SPOKEN = (1,)
"""The protocols of phones that are spoken here, oldest first."""

GRACE = timedelta(seconds=60)
"""How long a phone that was just revoked may go on to try before that is an alarm."""


class RegisterPhone(Request):
    """The first time `code`, as the manager's tablet shows it; from then on `deviceId` and `proof`, which is made from
    the secret and the `challenge` of `hello`. `protocols` are those that the app speaks. `open` names what the phone
    has accepted and has not been answered the last word about.
    """

    code: Annotated[str, StringConstraints(min_length=4, max_length=20, pattern=r"^[A-Za-z0-9 \-]+$")] | None = None
    device_id: Id | None = None
    proof: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{43}$")] | None = None
    protocols: tuple[Annotated[int, Field(ge=1, le=1000)], ...] = Field(min_length=1, max_length=10)
    app: Word
    sims: tuple[ToldSim, ...] = Field(default=(), max_length=MOST_SIMS)
    open: tuple[OpenMessage, ...] = Field(default=(), max_length=MOST_OPEN)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.code is None) == (self.proof is None) or (self.proof is None) != (self.device_id is None):
            raise ValueError("either a code, or a deviceId with its proof")
        return self


class RegisterReply(Reply):
    """`secret` is told once, with the code. `epoch` is that of this connection: of two only the newer counts. `open`
    says what to do about each message that was named.
    """

    device_id: str
    restaurant_id: str
    name: str
    protocol: int
    epoch: int
    secret: str | None
    open: tuple[Task, ...]


@command(
    "sms:register",
    on=(SMS,),
    roles=frozenset({Role.STRANGER}),
    limit=Limit(5, per=10),
    errors=(PairingRefused, VersionUnsupported),
)
async def register(ctx: Context, request: RegisterPhone) -> RegisterReply:
    """Come in as an SMS phone of the house, and agree with it on what is open."""
    common = set(request.protocols) & set(SPOKEN)
    if not common:
        raise VersionUnsupported(spoken=list(SPOKEN))
    device, secret = await _with_code(ctx, request.code) if request.code else (await _with_proof(ctx, request), None)
    known = await ctx.store.get(SmsPhone, phone_id(device.id))
    phone = known or SmsPhone(id=phone_id(device.id), restaurant_id=device.restaurant_id, name=device.name)
    agreed = reconciled(device.id, await held(ctx, device.id) if known else (), request.open, ctx.now)
    for message in agreed.changed:
        phone = await _learn(ctx, phone, message)
    phone = phone.registered(ctx.process, max(common), request.app, request.sims, agreed.kept, ctx.now)
    phone = ctx.store.save(phone) if known else ctx.store.add(phone)
    ctx.becomes = PairedPhone(
        restaurant_id=device.restaurant_id,
        roles=frozenset({Role.SMS_PHONE}),
        address=ctx.principal.address,
        device="",
        device_id=device.id,
        epoch=phone.epoch,
        name=device.name,
    )
    return RegisterReply(
        device_id=device.id,
        restaurant_id=device.restaurant_id,
        name=device.name,
        protocol=phone.protocol,
        epoch=phone.epoch,
        secret=secret,
        open=agreed.tasks,
    )


async def _learn(ctx: Context, phone: SmsPhone, message: SmsMessage) -> SmsPhone:
    """Stage a message as was agreed on with a phone; returns the phone with what follows for it."""
    is_failed = message.change is not None and message.change.kind == "returned"
    if is_failed:
        paired = await phones(ctx)
        if not has_other_way(message, paired, has_provider(ctx, paired)):
            message = message.moved(MessageStatus.FAILED, ctx.now, message.refused[-1], message.reason)
    ctx.store.save(message)
    if message.status in GONE:
        return with_sent(phone, message, ctx.now)
    return with_failure(phone, message, ctx.now, ctx.rules) if is_failed else phone


async def _with_code(ctx: Context, typed: str) -> tuple[Device, str]:
    """Use up a one-time code; returns the phone and its secret, of which the house keeps a hash."""
    tries = await attempt.require_pairing_allowed(ctx)
    code = ctx.vault.keyed_hash(PAIRING_PURPOSE, "", spelled(typed)).digest
    device = await ctx.store.first(Device, code=code)
    if device is None or not device.can_pair(DeviceKind.SMS_PHONE, ctx.now):
        await attempt.count_pairing_failure(ctx, tries, device)
        raise PairingRefused
    ctx.store.restaurant_id = device.restaurant_id
    secret = secret_from(ctx.ids.token(), ctx.ids.token())
    stored = ctx.store.save(device.paired("", None, ctx.now, stored_key(secret)))
    was, now_is = device.status.value, stored.status.value
    ctx.record("device-paired", subject=stored.id, name=stored.name, before={"status": was}, after={"status": now_is})
    return stored, secret


async def _with_proof(ctx: Context, request: RegisterPhone) -> Device:
    """Return the phone that a proof is of. A right one is let in however many wrong ones its network has shown: nobody
    guesses 256 bits, and guests in the house's Wi-Fi must not lock its phones.
    """
    challenge = ctx.principal.challenge if isinstance(ctx.principal, Stranger) else ""
    # From the database: another process may have paired or revoked it a moment ago.
    device = await ctx.store.first(Device, _id=request.device_id)
    key = device.stored_key if device else None
    if device is None or key is None or not is_proof(key, challenge, request.proof or ""):
        tries = await attempt.require_pairing_allowed(ctx)
        await attempt.count_pairing_failure(ctx, tries, device if key else None)
        raise PairingRefused
    ctx.store.restaurant_id = device.restaurant_id
    if not device.is_paired:
        await _notice_return(ctx, device)
        raise PairingRefused
    return device


async def _notice_return(ctx: Context, device: Device) -> None:
    """Stage the alarm about a revoked phone that comes back, once until someone has seen to it."""
    is_news = device.revoked_at is not None and ctx.now - device.revoked_at < GRACE
    if not is_news and await raise_alarm(ctx, AlarmKind.DEVICE_REFUSED, device.id) is not None:
        ctx.record("device-refused", subject=device.id)
