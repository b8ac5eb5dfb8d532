"""What clients see of staff and of their devices."""

from datetime import datetime

from models.base import Actor, Value
from models.device import Device, DeviceKind, DeviceStatus
from models.principal import Role
from models.sms_phone import PausedReason, PhoneStatus, SimState, SmsPhone
from models.sms_phone_shown import shown
from models.staff import Staff
from models.view import View, show


class StaffView(Value):
    """Someone of the house, to themselves."""

    id: str
    name: str
    login: str
    roles: tuple[str, ...]


class PersonView(View):
    """Someone of the house, to its managers."""

    name: str
    login: str
    roles: tuple[Role, ...]
    is_active: bool
    has_password: bool
    has_pin: bool


class DeviceView(View):
    """A tablet, a screen or an SMS phone, to the managers."""

    kind: DeviceKind
    name: str
    stations: tuple[str, ...]
    status: DeviceStatus
    enrolled_by: Actor
    enrolled_at: datetime
    code_ends_at: datetime | None
    paired_at: datetime | None
    revoked_at: datetime | None


class SimView(Value):
    """A card of an SMS phone, and the parts of messages that it was given this month (`2026-11`)."""

    slot: int
    operator: str
    state: SimState
    month: str
    month_parts: int


class SmsPhoneView(View):
    """An SMS phone, as the floor sees it: nothing of what it sends, and to whom."""

    device_id: str
    name: str
    status: PhoneStatus
    last_seen_at: datetime | None
    gone_at: datetime | None
    app: str
    battery: int | None
    is_charging: bool | None
    signal: int | None
    sims: tuple[SimView, ...]
    probe_at: datetime | None
    paused_reason: PausedReason | None
    paused_at: datetime | None
    paused_by: Actor | None
    health: int
    sent: int
    failed: int
    codes: int
    codes_used: int


def person_view(staff: Staff) -> PersonView:
    """Show someone of the house to its managers."""
    return show(PersonView, staff, has_password=staff.password_hash is not None, has_pin=staff.pin is not None)


def device_view(device: Device) -> DeviceView:
    """Show a device to the managers."""
    return show(DeviceView, device)


def sms_phone_view(phone: SmsPhone) -> SmsPhoneView:
    """Show an SMS phone to the floor: its work as the floor was told of it last."""
    last = shown(phone)
    sims = tuple(
        SimView.model_construct(
            slot=one.slot, operator=one.operator, state=one.state, month=month, month_parts=month_parts
        )
        for one, (month, month_parts) in zip(phone.sims, last.sims, strict=True)
    )
    return show(
        SmsPhoneView,
        phone,
        version=last.version,
        sims=sims,
        probe_at=phone.breaker.probe_at,
        health=last.health,
        sent=last.sent,
        failed=last.failed,
        codes=last.codes,
        codes_used=last.codes_used,
    )
