"""Counting failures of scopes that are no aggregate themselves: an address, a house, a log-in name.

They are kept in MongoDB like everything else, so they hold without Redis and over all processes: a failure is a
conditional write, and of two at the same time one is run again and sees the other.
"""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from handlers import access
from handlers.context import Context
from models.errors import LoginLocked, PinLocked, seconds_until
from models.pin import AttemptLimit, Failures


async def require_join_allowed(ctx: Context) -> None:
    """Raise `PinLocked` when this address or this house has failed too often."""
    scopes = await _join_scopes(ctx)
    for found in await ctx.store.members_of_each(AttemptLimit, "scope", list(scopes)):
        limit, window = scopes[found.scope]
        until = found.failures.locked_until(limit, window, ctx.now)
        if until is not None:
            raise PinLocked(retry_after=seconds_until(until, ctx.now), scope=found.scope.split(":")[0])


async def count_join_failure(ctx: Context) -> None:
    """Stage a failed join for the address and for the house."""
    for scope, (_, window) in (await _join_scopes(ctx)).items():
        await _count(ctx, scope, window, 0)


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


async def _join_scopes(ctx: Context) -> dict[str, tuple[int, timedelta]]:
    """Return what a failed join counts for: the limit and the window of each scope."""
    rules, address = ctx.rules, ctx.principal.address
    house = await access.restaurant(ctx)
    is_ours = any(ip_address(address) in ip_network(network) for network in house.network) if address else False
    limit = rules.house_network_failures if is_ours else rules.address_failures
    return {
        f"address:{address}": (limit, timedelta(seconds=rules.address_window)),
        "house": (rules.house_failures, timedelta(seconds=rules.house_window)),
    }


async def _count(ctx: Context, scope: str, window: timedelta, longest_wait: int) -> None:
    for found in await ctx.store.members(AttemptLimit, "scope", scope):
        ctx.store.save(found.failed(window, ctx.now, longest_wait=longest_wait))
        return
    first = AttemptLimit(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id, scope=scope)
    ctx.store.add(first.failed(window, ctx.now, longest_wait=longest_wait))
