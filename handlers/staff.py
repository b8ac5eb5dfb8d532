"""Staff: logging in on a device and out again."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from handlers import attempt
from handlers.context import Context, Done, Reply
from handlers.registry import FLOOR, KITCHEN, Limit, command
from models.base import Id, Nothing, Request
from models.errors import InvalidCredentials, LoginLocked
from models.house import Restaurant
from models.principal import STAFF, Role, StaffMember, Stranger
from models.staff import Staff, StaffSession
from models.view import StaffView

ACCESS_TOKEN = "access"  # noqa: S105  (a purpose, not a secret)


class LogIn(Request):
    """`restaurant_id` may be left out where there is one house."""

    login: Annotated[str, StringConstraints(min_length=2, max_length=40, pattern=r"^[a-z0-9._\-]+$")]
    password: SecretStr = Field(min_length=4, max_length=72)
    restaurant_id: Id | None = None


class LogInReply(Reply):
    """`access_token` proves the log-in on other sockets (`/kitchen`) where there is no cookie; `expires_in` in
    seconds.
    """

    staff: StaffView
    restaurant_id: str
    access_token: str
    expires_in: int


@command(
    "staff:login",
    on=(FLOOR, KITCHEN),
    roles=STAFF | {Role.STRANGER},
    limit=Limit(5, per=10),
    errors=(InvalidCredentials, LoginLocked),
    snapshot=True,
)
async def log_in(ctx: Context, request: LogIn) -> LogInReply:
    """Log in with name and password; the device's cookie stands for the log-in from then on."""
    house_id = request.restaurant_id or await _only_house(ctx)
    ctx.store.restaurant_id = house_id
    if await ctx.store.get(Restaurant, house_id) is None:
        # Nothing is kept about houses that do not exist; the answer takes the same time.
        await ctx.vault.is_password(request.password.get_secret_value(), None)
        raise InvalidCredentials
    await _take_turn(ctx, f"login:{house_id}:{request.login}")
    await attempt.require_login_allowed(ctx, request.login)
    found = next((one for one in await ctx.store.members(Staff, "login", request.login) if one.is_active), None)
    password = request.password.get_secret_value()
    is_right = await ctx.ids.once(
        "password", lambda: ctx.vault.is_password(password, found.password_hash if found else None)
    )
    if found is None or not is_right:
        await attempt.count_login_failure(ctx, request.login)
        ctx.record("login-failed", subject=found.id if found else None)
        raise InvalidCredentials
    await attempt.forget_login_failures(ctx, request.login)
    await _end_others(ctx)
    session = ctx.store.add(
        StaffSession(
            id=ctx.ids.new_id(),
            restaurant_id=house_id,
            staff_id=found.id,
            device=ctx.principal.device,
            started_at=ctx.now,
            ends_at=ctx.now + timedelta(hours=ctx.rules.staff_session_hours),
        )
    )
    ctx.record("login", subject=found.id)
    ctx.becomes = as_principal(found, session, ctx.principal.address, ctx.principal.device)
    return LogInReply(
        staff=StaffView(id=found.id, name=found.name, login=found.login, roles=found.roles),
        restaurant_id=house_id,
        access_token=ctx.vault.sign(ACCESS_TOKEN, house_id, session.id),
        expires_in=ctx.rules.access_token_seconds,
    )


@command("staff:logout", on=(FLOOR, KITCHEN), roles=STAFF, limit=Limit(5, per=10))
async def log_out(ctx: Context, request: Nothing) -> Done:
    """End the log-in on this device: its cookie and its tokens are worth nothing afterwards."""
    principal = ctx.principal
    if isinstance(principal, StaffMember):
        session = await ctx.store.get(StaffSession, principal.staff_session_id)
        await _end_others(ctx)
        if session and session.ended_at is None and (not principal.device or session.device != principal.device):
            ctx.store.save(session.ended(ctx.now))
        ctx.record("logout", subject=principal.staff_id)
        ctx.becomes = Stranger(address=principal.address, device=principal.device)
    return Done()


def as_principal(staff: Staff, session: StaffSession, address: str, device: str) -> StaffMember:
    """Return who a log-in is."""
    return StaffMember(
        restaurant_id=staff.restaurant_id,
        roles=frozenset(staff.roles),
        address=address,
        device=device,
        staff_id=staff.id,
        staff_session_id=session.id,
        name=staff.name,
    )


async def _take_turn(ctx: Context, key: str) -> None:
    """Let one try at a name be checked after the other; raises `LoginLocked` when the queue is too long."""
    try:
        await ctx.store.lock(key)
    except TimeoutError as error:
        raise LoginLocked(retry_after=1) from error


async def _end_others(ctx: Context) -> None:
    """End every log-in of this device: on a shared tablet nobody comes back by another's log-out."""
    if ctx.principal.device:
        for running in await ctx.store.every(StaffSession, device=ctx.principal.device, ended_at=None):
            ctx.store.save(running.ended(ctx.now))


async def _only_house(ctx: Context) -> str:
    house = await ctx.store.only(Restaurant)
    if house is None:
        raise InvalidCredentials
    return house.id
