"""Proving a person by name and PIN, and counting wrong tries at a name: in the same steps whether there is such a
person or not.

The count is kept in MongoDB, so it holds without Redis and over all processes. It is read once and written by every
try that was looked at, right or wrong: a process that has not heard of a failure yet loses the race and looks again.
"""

from collections.abc import Collection
from datetime import timedelta

from handlers import attempt
from handlers.alarms import raise_alarm
from handlers.context import Context
from models.alarm import AlarmKind
from models.errors import LoginLocked, seconds_until
from models.pin import AttemptLimit, Failures, KeyedHash, matches, source_of
from models.staff import STAFF_PIN_PURPOSE, Staff, StaffSession, pin_scope

NO_PIN = KeyedHash(key="", digest="")
"""What nobody's PIN is: checking the PIN of an unknown name takes the same steps as checking a known one."""


async def tries_at(ctx: Context, login: str) -> AttemptLimit:
    """Return the count of wrong tries at a name, to be given to `failed` or `succeeded`; raises `LoginLocked`.

    One try at a name is checked after the other. Its lock is taken after a session's, never before it, so that nobody
    waits in a circle.
    """
    scope = f"login:{login}"
    try:
        await ctx.store.lock(f"{scope}@{ctx.store.restaurant_id}")
    except TimeoutError as error:
        raise LoginLocked(retry_after=1) from error
    tries = await attempt.count_of(ctx, scope)
    until = tries.failures.locked_until(ctx.rules.login_failures, _window(ctx), ctx.now)
    if until is not None:
        raise LoginLocked(retry_after=seconds_until(until, ctx.now))
    return tries


async def tries_from(ctx: Context) -> AttemptLimit:
    """Return the count of failed log-ins, over all names, from the enrolled device or else the address, to be given to
    `failed_from`; raises `LoginLocked`.

    An enrolled device counts for itself: whoever tries names in the guests' network does not lock the house's tablets.
    """
    tries = await attempt.count_of(ctx, f"logins:{ctx.principal.device_id or source_of(ctx.principal.address)}")
    until = tries.failures.locked_until(ctx.rules.login_address_failures, _window(ctx), ctx.now)
    if until is not None:
        raise LoginLocked(retry_after=seconds_until(until, ctx.now))
    return tries


def failed(ctx: Context, tries: AttemptLimit) -> None:
    """Stage a wrong try at a name; the wait that follows it grows."""
    attempt.store_count(ctx, tries.failed(_window(ctx), ctx.now, longest_wait=ctx.rules.login_longest_wait))


async def failed_from(ctx: Context, tries: AttemptLimit) -> None:
    """Stage a failed log-in from somewhere; an alarm goes with the one that locks it."""
    count = tries.failed(_window(ctx), ctx.now)
    attempt.store_count(ctx, count)
    failures = len(count.failures.at)
    if failures >= ctx.rules.login_address_failures:
        subject = ctx.principal.device_id or "house"
        await raise_alarm(ctx, AlarmKind.LOGIN_SPRAY, subject, failures=failures, seconds=ctx.rules.login_window)


def succeeded(ctx: Context, tries: AttemptLimit) -> None:
    """Stage a right try, or another password: the wrong tries before it count no more.

    Whoever logs in and whoever changes or revokes that person write the same count, so of two at once one sees the
    other.
    """
    attempt.store_count(ctx, tries.with_(failures=Failures(), expires_at=ctx.now + _window(ctx)))


async def name_count(ctx: Context, login: str) -> AttemptLimit:
    """Return the count of wrong tries at a name, locked or not, for someone who changes that person."""
    return await attempt.count_of(ctx, f"login:{login}")


def is_pin(ctx: Context, staff: Staff | None, pin: str) -> bool:
    """Whether a PIN is a person's own."""
    stored = (staff.pin if staff else None) or NO_PIN
    return matches(stored, pin_hash(ctx, staff.id if staff else "", pin, stored.key))


def pin_hash(ctx: Context, staff_id: str, pin: str, key: str | None = None) -> KeyedHash:
    """Hash a PIN for one person of the house, under the newest pepper or under the named one."""
    return ctx.vault.keyed_hash(STAFF_PIN_PURPOSE, pin_scope(ctx.store.restaurant_id, staff_id), pin, key)


async def end_log_ins(ctx: Context, staff_id: str, but: Collection[str] = ()) -> set[str]:
    """Stage the end of every log-in of a person but the named ones; returns the ids of those that end."""
    known = await ctx.store.every(StaffSession, restaurant_id=ctx.store.restaurant_id, staff_id=staff_id, ended_at=None)
    running = [one for one in known if one.is_live(ctx.now) and one.id not in but]
    for one in running:
        ctx.store.save(one.ended(ctx.now))
    return {one.id for one in running}


def _window(ctx: Context) -> timedelta:
    return timedelta(seconds=ctx.rules.login_window)
