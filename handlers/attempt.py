"""Counting failures of scopes that are no aggregate themselves: an address, a house, a log-in name.

They are kept in MongoDB like everything else, so they hold without Redis and over all processes: a failure is a
conditional write, and of two at the same time one is run again and sees the other.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from handlers import access
from handlers.alarms import raise_alarm
from handlers.context import Context
from models.alarm import AlarmKind
from models.errors import JoinNeedsWaiter, LoginLocked, PinLocked, seconds_until
from models.pin import AttemptLimit, Failures
from models.session import TableSession

HOUSE = "house"
"""The scope of all joins of a house, and the subject of their alarm."""


async def require_join_allowed(ctx: Context, session: TableSession) -> None:
    """Raise what keeps a PIN of a session from being looked at: `JoinNeedsWaiter` while the house has failed too often
    and nobody opened this session's door, `PinLocked` when the session or the address has.

    The house comes first, so that under attack nothing is read for an address that nobody has heard of.
    """
    rules = ctx.rules
    if not session.admits(ctx.now) and await _locked_until(ctx, HOUSE, *_house_limit(ctx)):
        raise JoinNeedsWaiter
    session.require_unlocked(rules.pin_failures, rules.pin_span, ctx.now)
    until = await _locked_until(ctx, *await _address_limit(ctx))
    if until is not None:
        raise PinLocked(retry_after=seconds_until(until, ctx.now), scope="address")


async def take_turn_at_door(ctx: Context) -> None:
    """Let one PIN of the house be looked at after the other; raises `PinLocked` when the queue is too long.

    A thousand guesses at a thousand sessions at once would all be compared before the first of them is counted.
    """
    try:
        await ctx.store.lock(f"door:{ctx.store.restaurant_id}")
    except TimeoutError as error:
        raise PinLocked(retry_after=1) from error


async def count_join_failure(ctx: Context) -> None:
    """Stage a failed join for the address and for the house; an alarm goes with the one that uses up the house's
    budget.
    """
    address, _, window = await _address_limit(ctx)
    await _count(ctx, address, window, 0)
    limit, window = _house_limit(ctx)
    failures = len((await _count(ctx, HOUSE, window, 0)).failures.within(window, ctx.now))
    if failures >= limit:
        await raise_alarm(ctx, AlarmKind.PIN_SPRAY, HOUSE, failures=failures, seconds=ctx.rules.house_window)


async def require_login_allowed(ctx: Context, login: str) -> None:
    """Raise `LoginLocked` when this name has failed too often in this house."""
    window = timedelta(seconds=ctx.rules.login_window)
    for found in await ctx.store.members(AttemptLimit, "scope", f"login:{login}"):
        until = found.failures.locked_until(ctx.rules.login_failures, window, ctx.now)
        if until is not None:
            raise LoginLocked(retry_after=seconds_until(until, ctx.now))


async def count_login_failure(ctx: Context, login: str) -> None:
    """Stage a failed log-in of a name, known or not."""
    await _count(ctx, f"login:{login}", timedelta(seconds=ctx.rules.login_window), ctx.rules.login_longest_wait)


async def forget_login_failures(ctx: Context, login: str) -> None:
    """Stage that a log-in succeeded. It moves the count's version, so that a process that is behind notices a lock."""
    for found in await ctx.store.members(AttemptLimit, "scope", f"login:{login}"):
        ctx.store.save(found.with_(failures=Failures()))


def _house_limit(ctx: Context) -> tuple[int, timedelta]:
    """Return how many failed joins in which window use up the house's budget."""
    return ctx.rules.house_failures, timedelta(seconds=ctx.rules.house_window)


async def _address_limit(ctx: Context) -> tuple[str, int, timedelta]:
    """Return the scope of the address, and how many failed joins it has in which window."""
    rules, address = ctx.rules, ctx.principal.address
    house = await access.restaurant(ctx)
    is_ours = any(ip_address(address) in ip_network(network) for network in house.network) if address else False
    limit = rules.house_network_failures if is_ours else rules.address_failures
    return f"address:{address}", limit, timedelta(seconds=rules.address_window)


async def _locked_until(ctx: Context, scope: str, limit: int, window: timedelta) -> datetime | None:
    """Return when the next try of a scope is looked at, or None when it is looked at now."""
    for found in await ctx.store.members(AttemptLimit, "scope", scope):
        return found.failures.locked_until(limit, window, ctx.now)
    return None


async def _count(ctx: Context, scope: str, window: timedelta, longest_wait: int) -> AttemptLimit:
    for found in await ctx.store.members(AttemptLimit, "scope", scope):
        return ctx.store.save(found.failed(window, ctx.now, longest_wait=longest_wait))
    first = AttemptLimit(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id, scope=scope)
    return ctx.store.add(first.failed(window, ctx.now, longest_wait=longest_wait))
