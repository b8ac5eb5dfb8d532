"""Logging in on a device, staying logged in, and out again."""

from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import Field, SecretStr, model_validator

from handlers import credential
from handlers.alarms import raise_alarm
from handlers.context import Context, Done, Reply
from handlers.registry import FLOOR, KITCHEN, Limit, command
from models.alarm import AlarmKind
from models.base import Id, Request
from models.device import Device
from models.errors import InvalidCredentials, LoginLocked, SessionExpired, TokenReused, Unavailable
from models.house import Restaurant
from models.people_view import StaffView
from models.principal import STAFF, Principal, Role, StaffMember, Stranger
from models.staff import Freshness, LogInName, Staff, StaffPin, StaffSession

ACCESS_TOKEN = "access"  # noqa: S105  (a purpose, not a secret)
REFRESH_TOKEN = "refresh"  # noqa: S105  (a purpose, not a secret)

DAY = 86_400


class LogIn(Request):
    """Either the password, or on an enrolled device the PIN. `restaurant_id` may be left out where there is one
    house.
    """

    login: LogInName
    password: Annotated[SecretStr, Field(min_length=4, max_length=72)] | None = None
    pin: StaffPin | None = None
    restaurant_id: Id | None = None

    @model_validator(mode="after")
    def _has_one_proof(self) -> Self:
        if (self.password is None) == (self.pin is None):
            raise ValueError("either password or pin")
        return self


class RefreshReply(Reply):
    """`access_token` proves the log-in on other sockets (`/kitchen`) where there is no cookie; `expires_in` in
    seconds. `refresh_token` gets both anew, once.
    """

    staff: StaffView
    restaurant_id: str
    access_token: str
    expires_in: int
    refresh_token: str


class LogInReply(RefreshReply):
    """Who has logged in, and what proves it from now on."""


class Refresh(Request):
    """The newest refresh token of the log-in."""

    refresh_token: str = Field(min_length=1, max_length=1000)


class LogOut(Request):
    """`everywhere`: on all devices."""

    everywhere: bool = False


@command(
    "staff:login",
    on=(FLOOR, KITCHEN),
    roles=STAFF | {Role.STRANGER},
    limit=Limit(5, per=10),
    errors=(InvalidCredentials, LoginLocked),
    snapshot=True,
)
async def log_in(ctx: Context, request: LogIn) -> LogInReply:
    """Log in with the password, or by PIN on an enrolled device; the cookie stands for the log-in from then on."""
    house_id = request.restaurant_id or ctx.principal.restaurant_id or await _only_house(ctx)
    ctx.store.restaurant_id = house_id
    if await ctx.store.get(Restaurant, house_id) is None:
        # Nothing is kept about houses that do not exist; the answer takes the same time.
        ctx.store.restaurant_id = ""
        await _is_proved(ctx, None, request)
        raise InvalidCredentials
    tries = await credential.tries_at(ctx, request.login)
    tries_from_here = await credential.tries_from(ctx)
    # Read past the memory, known or not: whoever was revoked elsewhere a moment ago is out.
    staff = await ctx.store.first(Staff, restaurant_id=house_id, login=request.login)
    is_proved = await _is_proved(ctx, staff, request)
    if staff is None or not staff.is_active or not is_proved:
        credential.failed(ctx, tries)
        await credential.failed_from(ctx, tries_from_here)
        ctx.record("login-failed", subject=staff.id if staff else None, by_pin=request.pin is not None)
        raise InvalidCredentials
    credential.succeeded(ctx, tries)
    await _end_others(ctx)
    session = ctx.store.add(_session(ctx, staff, is_by_pin=request.pin is not None))
    ctx.record("login", subject=staff.id, by_pin=session.is_by_pin)
    return LogInReply(**_proved(ctx, staff, session))


@command(
    "staff:refresh",
    on=(FLOOR, KITCHEN),
    roles=STAFF | {Role.STRANGER},
    limit=Limit(5, per=10),
    errors=(SessionExpired, TokenReused),
)
async def refresh(ctx: Context, request: Refresh) -> RefreshReply:
    """Get new tokens before the access token ends; the connection is that person from then on and may `sync:get`.

    A refresh token is good once. The one before it gets the present one again for a few seconds, because its answer may
    have been lost. Any older one was copied: the log-in ends.
    """
    rules = ctx.rules
    parts = ctx.vault.read(REFRESH_TOKEN, request.refresh_token, rules.refresh_token_days * DAY)
    if parts is None or len(parts) != 3:
        raise SessionExpired
    ctx.store.restaurant_id, session_id, generation = parts[0], parts[1], int(parts[2])
    await _take_turn(ctx, session_id)
    session = await ctx.store.fresh(StaffSession, session_id)
    if session is None or not session.is_live(ctx.now):
        raise SessionExpired
    staff = await ctx.store.get(Staff, session.staff_id)
    if staff is None or not staff.is_active or not _may_refresh(ctx.principal, session):
        raise SessionExpired
    match session.freshness(generation, timedelta(seconds=rules.refresh_grace_seconds), ctx.now):
        case Freshness.PRESENT:
            session = ctx.store.save(session.rotated(timedelta(days=rules.refresh_token_days), ctx.now))
            ctx.record("login-refreshed", subject=staff.id, generation=session.generation)
        case Freshness.REUSED:
            ctx.store.save(session.ended(ctx.now))
            ctx.record("token-reused", subject=staff.id, generation=generation, present=session.generation)
            await raise_alarm(ctx, AlarmKind.TOKEN_REUSED, staff.id)
            raise TokenReused
    return RefreshReply(**_proved(ctx, staff, session))


@command("staff:logout", on=(FLOOR, KITCHEN), roles=STAFF, limit=Limit(5, per=10))
async def log_out(ctx: Context, request: LogOut) -> Done:
    """End the log-in on this device, or on all of them: its cookie and its tokens are worth nothing afterwards."""
    principal = ctx.principal
    if isinstance(principal, StaffMember):
        ended = await _end_others(ctx)
        if request.everywhere:
            ended |= await credential.end_log_ins(ctx, principal.staff_id, but=ended)
        ctx.record("logout", subject=principal.staff_id, everywhere=request.everywhere)
        ctx.becomes = Stranger(
            restaurant_id=principal.restaurant_id if principal.device_id else "",
            address=principal.address,
            device=principal.device,
            device_id=principal.device_id,
        )
    return Done()


def as_principal(staff: Staff, session: StaffSession, address: str, device: str, device_id: str = "") -> StaffMember:
    """Return who a log-in is, on a connection from a device."""
    return StaffMember(
        restaurant_id=staff.restaurant_id,
        roles=frozenset(staff.roles),
        address=address,
        device=device,
        device_id=device_id,
        staff_id=staff.id,
        staff_session_id=session.id,
        name=staff.name,
    )


async def _is_proved(ctx: Context, staff: Staff | None, request: LogIn) -> bool:
    """Whether the password, or the PIN on an enrolled device, is right: with the same work when there is nobody."""
    if request.password is not None:
        password, kept = request.password.get_secret_value(), staff.password_hash if staff else None
        # Kept over the attempts of one command, unless the hash is another one by then.
        return await ctx.ids.once(f"password {kept}", lambda: ctx.vault.is_password(password, kept))
    is_right = credential.is_pin(ctx, staff, request.pin or "")
    device = await ctx.store.fresh(Device, ctx.principal.device_id) if ctx.principal.device_id else None
    return is_right and device is not None and device.is_paired


def _session(ctx: Context, staff: Staff, *, is_by_pin: bool) -> StaffSession:
    rules = ctx.rules
    life = timedelta(hours=rules.staff_session_hours) if is_by_pin else timedelta(days=rules.refresh_token_days)
    return StaffSession(
        id=ctx.ids.new_id(),
        restaurant_id=staff.restaurant_id,
        staff_id=staff.id,
        device=ctx.principal.device,
        device_id=_device_here(ctx.principal, staff.restaurant_id),
        is_by_pin=is_by_pin,
        started_at=ctx.now,
        ends_at=ctx.now + life,
    )


def _proved(ctx: Context, staff: Staff, session: StaffSession) -> dict[str, Any]:
    """Make the connection that person; returns the fields of the reply."""
    house, principal = staff.restaurant_id, ctx.principal
    device_id = _device_here(principal, house)
    ctx.becomes = as_principal(staff, session, principal.address, principal.device, device_id)
    return {
        "staff": StaffView(id=staff.id, name=staff.name, login=staff.login, roles=staff.roles),
        "restaurant_id": house,
        "access_token": ctx.vault.sign(ACCESS_TOKEN, house, session.id),
        "expires_in": ctx.rules.access_token_seconds,
        "refresh_token": ctx.vault.sign(REFRESH_TOKEN, house, session.id, str(session.generation)),
    }


def _device_here(principal: Principal, house_id: str) -> str:
    """Return the enrolled device of a connection, if it is one of the house's."""
    return principal.device_id if principal.restaurant_id == house_id else ""


def _may_refresh(principal: Principal, session: StaffSession) -> bool:
    """Whether a connection may show a log-in's token: a stranger, or that log-in; by PIN only on its own device."""
    if isinstance(principal, StaffMember) and principal.staff_session_id != session.id:
        return False
    return not session.is_by_pin or principal.device_id == session.device_id


async def _take_turn(ctx: Context, session_id: str) -> None:
    """Let one refresh of a log-in be judged after the other."""
    try:
        await ctx.store.lock(f"refresh:{session_id}")
    except TimeoutError as error:
        raise Unavailable(retry_after=1) from error


async def _end_others(ctx: Context) -> set[str]:
    """End every log-in of this device and of this connection: on a shared tablet nobody comes back by another's
    log-out. Returns their ids.
    """
    running: dict[str, StaffSession] = {}
    if isinstance(ctx.principal, StaffMember):
        former = await ctx.store.get(StaffSession, ctx.principal.staff_session_id)
        running |= {former.id: former} if former is not None and former.ended_at is None else {}
    if ctx.principal.device:
        found = await ctx.store.every(StaffSession, device=ctx.principal.device, ended_at=None)
        running |= {one.id: one for one in found}
    if ctx.principal.device_id:
        house = ctx.principal.restaurant_id
        found = await ctx.store.every(
            StaffSession, restaurant_id=house, device_id=ctx.principal.device_id, ended_at=None
        )
        running |= {one.id: one for one in found}
    for one in running.values():
        ctx.store.save(one.ended(ctx.now))
    return set(running)


async def _only_house(ctx: Context) -> str:
    house = await ctx.store.only(Restaurant)
    if house is None:
        raise InvalidCredentials
    return house.id
