"""Devices of the house: a manager enrols and revokes them; they pair themselves with a one-time code."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from handlers import attempt
from handlers.alarms import raise_alarm
from handlers.context import Context, Done, Reply
from handlers.fleet import release
from handlers.registry import FLOOR, KITCHEN, Limit, command
from models.alarm import AlarmKind
from models.base import Change, Id, OperationId, PersonName, Request
from models.device import (
    DEVICE_TOKEN_PURPOSE,
    PAIRING_PURPOSE,
    REMEMBERED_OPERATIONS,
    Device,
    DeviceKind,
    DeviceStatus,
    code_from,
    spelled,
)
from models.errors import NotFound, PairingRefused
from models.people_view import DeviceView, device_view
from models.pin import KeyedHash
from models.principal import MANAGEMENT, Principal, Role, Screen, Stranger
from models.sms_phone import SmsPhone, phone_id
from models.staff import StaffSession
from models.station import Station, StationKind

DEVICE_TOKEN = "device"  # noqa: S105  (a purpose, not a secret)

KIND_OF = {FLOOR: DeviceKind.TABLET, KITCHEN: DeviceKind.SCREEN}
"""Which devices pair where."""


class EnrolDevice(Request):
    """`stations` are codes of the stations that a screen shows; none, or one that assembles: all. A device of that
    name that still waits for its code gets a new one.
    """

    kind: Annotated[DeviceKind, Field(strict=False)]
    name: Annotated[PersonName, StringConstraints(min_length=1)]
    stations: tuple[Id, ...] = Field(default=(), max_length=20)
    op_id: OperationId | None = None


class EnrolReply(Reply):
    """`code` is typed on the device within `expires_in` seconds, or read by an SMS phone from a QR code that says
    `qr`; both are told once, a repeat of the operation has none.
    """

    device: DeviceView
    code: str | None = None
    qr: str | None = None
    expires_in: int


class PairDevice(Request):
    """The code as the manager's tablet shows it; capitals, blanks and hyphens do not matter."""

    code: Annotated[str, StringConstraints(min_length=4, max_length=20, pattern=r"^[A-Za-z0-9 \-]+$")]


class PairReply(Reply):
    """`device_token` proves the device as `auth.deviceToken` from now on; it is told once."""

    device_id: str
    restaurant_id: str
    name: str
    stations: tuple[str, ...]
    device_token: str


class RevokeDevice(Request):
    """Which device has to go."""

    device_id: Id
    op_id: OperationId | None = None


class DeviceReply(Reply):
    """The device as it is now."""

    device: DeviceView


@command("device:enrol", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(5, per=10), errors=(NotFound,))
async def enrol(ctx: Context, request: EnrolDevice) -> EnrolReply:
    """Take a tablet, a screen or an SMS phone into the house: get a one-time code to be typed on it."""
    lives = ctx.rules.pairing_seconds
    devices = await ctx.store.members(Device, "house", ctx.store.restaurant_id)
    for known in devices:
        if request.op_id and request.op_id in known.operations:
            return EnrolReply(device=device_view(known), expires_in=lives)
    waiting = _waiting(devices, request)
    stations = {one.code: one for one in await ctx.store.members(Station, "house", ctx.store.restaurant_id)}
    for code in request.stations:
        if code not in stations:
            raise NotFound(station=code)
    typed = code_from(ctx.ids.token())
    former = waiting or _new(ctx, request)
    device = former.with_(
        stations=request.stations,
        shows_all=not request.stations or any(stations[one].kind is StationKind.EXPO for one in request.stations),
        code=_hashed(ctx, typed),
        code_ends_at=ctx.now + timedelta(seconds=lives),
        operations=(*former.operations, *([request.op_id] if request.op_id else []))[-REMEMBERED_OPERATIONS:],
        change=Change(kind="enrolled", by=ctx.principal.actor, at=ctx.now),
    )
    stored = ctx.store.save(device) if waiting else ctx.store.add(device)
    ctx.record("device-enrolled", subject=stored.id, kind=stored.kind.value, name=stored.name)
    code = f"{typed[:4]}-{typed[4:]}"
    qr = f"comanda-sms:{ctx.public_url}?code={code}" if stored.kind is DeviceKind.SMS_PHONE else None
    return EnrolReply(device=device_view(stored), code=code, qr=qr, expires_in=lives)


@command(
    "device:pair",
    on=(FLOOR, KITCHEN),
    roles=frozenset({Role.STRANGER}),
    limit=Limit(5, per=10),
    errors=(PairingRefused,),
    snapshot=True,
)
async def pair(ctx: Context, request: PairDevice) -> PairReply:
    """Become a device of the house with a one-time code: a tablet on the floor, a screen in the kitchen."""
    tries = await attempt.require_pairing_allowed(ctx)
    device = await ctx.store.first(Device, code=_hashed(ctx, spelled(request.code)))
    if device is None or not device.can_pair(KIND_OF[ctx.namespace], ctx.now):
        await attempt.count_pairing_failure(ctx, tries, device)
        raise PairingRefused
    ctx.store.restaurant_id = device.restaurant_id
    secret = ctx.ids.token()
    stored = ctx.store.save(device.paired(ctx.principal.device, _token_hash(ctx, device.id, secret), ctx.now))
    await _replace(ctx, stored)
    ctx.becomes = as_device(stored, ctx.namespace, ctx.principal.address, ctx.principal.device)
    ctx.record("device-paired", subject=stored.id, name=stored.name, **_status(device, stored))
    return PairReply(
        device_id=stored.id,
        restaurant_id=stored.restaurant_id,
        name=stored.name,
        stations=stored.stations,
        device_token=ctx.vault.sign(DEVICE_TOKEN, stored.restaurant_id, stored.id, secret),
    )


@command("device:revoke", on=(FLOOR,), roles=MANAGEMENT, limit=Limit(5, per=10), errors=(NotFound,))
async def revoke(ctx: Context, request: RevokeDevice) -> DeviceReply:
    """Send a device away for good: its sockets close and the log-ins on it end, everywhere."""
    device = await ctx.store.get(Device, request.device_id)
    if device is None:
        raise NotFound(device_id=request.device_id)
    if device.is_revoked:
        return DeviceReply(device=device_view(device))
    stored = ctx.store.save(device.revoked(ctx.principal.actor, ctx.now))
    await _end_log_ins(ctx, stored)
    phone = await ctx.store.get(SmsPhone, phone_id(device.id)) if device.kind is DeviceKind.SMS_PHONE else None
    if phone is not None:
        ctx.store.save(phone.revoked(ctx.now))
        await release(ctx, device.id)
    ctx.record("device-revoked", subject=device.id, name=device.name, **_status(device, stored))
    return DeviceReply(device=device_view(stored))


async def came_back(ctx: Context, device_id: str) -> Done:
    """Raise an alarm about a revoked device that shows its old proof, once until someone has seen to it."""
    if await raise_alarm(ctx, AlarmKind.DEVICE_REFUSED, device_id) is not None:
        ctx.record("device-refused", subject=device_id)
    return Done()


def as_device(device: Device, namespace: str, address: str, cookie: str) -> Principal:
    """Return who a paired device is: in the kitchen a screen is somebody; on a tablet people log in."""
    if device.kind is DeviceKind.SCREEN and namespace == KITCHEN:
        return Screen(
            restaurant_id=device.restaurant_id,
            roles=frozenset({Role.SCREEN}),
            address=address,
            device=cookie,
            device_id=device.id,
            name=device.name,
            stations=frozenset(device.stations),
            shows_all=device.shows_all,
        )
    return Stranger(restaurant_id=device.restaurant_id, address=address, device=cookie, device_id=device.id)


def _waiting(devices: list[Device], request: EnrolDevice) -> Device | None:
    """Return the device of that kind and name that waits for its code."""
    for known in devices:
        if known.status is DeviceStatus.WAITING and (known.kind, known.name) == (request.kind, request.name):
            return known
    return None


def _new(ctx: Context, request: EnrolDevice) -> Device:
    return Device(
        id=ctx.ids.new_id(),
        restaurant_id=ctx.store.restaurant_id,
        kind=request.kind,
        name=request.name,
        enrolled_by=ctx.principal.actor,
        enrolled_at=ctx.now,
    )


async def _replace(ctx: Context, device: Device) -> None:
    """Stage that the browser is no other device of the house any more."""
    if device.cookie is None:
        return
    for known in await ctx.store.every(Device, cookie=device.cookie):
        if known.restaurant_id == device.restaurant_id and known.id != device.id and known.is_paired:
            revoked = ctx.store.save(known.revoked(None, ctx.now))
            await _end_log_ins(ctx, known)
            change = _status(known, revoked)
            ctx.record("device-revoked", subject=known.id, name=known.name, replaced_by=device.id, **change)


def _status(before: Device, after: Device) -> dict[str, Any]:
    """Return what an audit entry says of a device that has changed."""
    return {"before": {"status": before.status.value}, "after": {"status": after.status.value}}


async def _end_log_ins(ctx: Context, device: Device) -> None:
    found = await ctx.store.every(StaffSession, restaurant_id=device.restaurant_id, device_id=device.id, ended_at=None)
    for running in found:
        ctx.store.save(running.ended(ctx.now))


def _hashed(ctx: Context, code: str) -> str:
    return ctx.vault.keyed_hash(PAIRING_PURPOSE, "", code).digest


def _token_hash(ctx: Context, device_id: str, secret: str) -> KeyedHash:
    return ctx.vault.keyed_hash(DEVICE_TOKEN_PURPOSE, device_id, secret)
