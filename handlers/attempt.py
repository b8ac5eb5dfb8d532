"""Counting failures of scopes that are no aggregate themselves: an address, a house, a log-in name.

They are kept in MongoDB like everything else, so they hold without Redis and over all processes: a failure is a
conditional write, and of two at the same time one is run again and sees the other.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network

from handlers import access
from handlers.alarms import raise_alarm
from handlers.context import Context
from models.alarm import AlarmKind
from models.device import Device
from models.errors import JoinNeedsWaiter, PairingRefused, PinLocked, seconds_until
from models.house import Restaurant
from models.pin import AttemptLimit, source_of
from models.session import TableSession

HOUSE = "house"
"""The scope of all joins of a house, and the subject of their alarm."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted of a house and of an address when a PIN was let through: a failure is added to just these, so
    that nobody can have added one in between.
    """

    house: AttemptLimit
    address: AttemptLimit


async def require_join_allowed(ctx: Context, session: TableSession) -> Counts:
    """Raise what keeps a PIN of a session from being looked at: `JoinNeedsWaiter` while the house has failed too often
    and nobody opened this session's door, `PinLocked` when the session or the address has.

    The house comes first, so that under attack nothing is read for an address that nobody has heard of.
    """
    rules = ctx.rules
    house = await count_of(ctx, HOUSE)
    if not session.admits(ctx.now) and house.failures.locked_until(rules.house_failures, rules.house_span, ctx.now):
        raise JoinNeedsWaiter
    session.require_unlocked(rules.pin_failures, rules.pin_span, ctx.now)
    address = await count_of(ctx, f"address:{source_of(ctx.principal.address)}")
    until = address.failures.locked_until(await _address_failures(ctx), rules.address_span, ctx.now)
    if until is not None:
        raise PinLocked(retry_after=seconds_until(until, ctx.now), scope="address")
    return Counts(house, address)


async def take_turn_at_door(ctx: Context) -> None:
    """Let one PIN of the house be looked at after the other; raises `PinLocked` when the queue is too long.

    A thousand guesses at a thousand sessions at once would all be compared before the first of them is counted.
    """
    try:
        await ctx.store.lock(f"door:{ctx.store.restaurant_id}")
    except TimeoutError as error:
        raise PinLocked(retry_after=1) from error


async def count_join_failure(ctx: Context, counts: Counts) -> None:
    """Stage a failed join for the address and for the house; an alarm goes with the one that uses up the house's
    budget.
    """
    rules = ctx.rules
    store_count(ctx, counts.address.failed(rules.address_span, ctx.now))
    house = store_count(ctx, counts.house.failed(rules.house_span, ctx.now))
    failures = len(house.failures.within(rules.house_span, ctx.now))
    if failures >= rules.house_failures:
        await raise_alarm(ctx, AlarmKind.PIN_SPRAY, HOUSE, failures=failures, seconds=rules.house_window)


async def _address_failures(ctx: Context) -> int:
    """Return how often the principal's address may fail: the house's own network is shared by all its guests."""
    address = ctx.principal.address
    house = await access.restaurant(ctx)
    is_ours = any(ip_address(address) in ip_network(network) for network in house.network) if address else False
    return ctx.rules.house_network_failures if is_ours else ctx.rules.address_failures


async def require_pairing_allowed(ctx: Context) -> AttemptLimit:
    """Return the count of refused codes of the address, over all houses: nobody knows yet of which house it is.

    Raises `PairingRefused` when there were too many, in the house of the tablet or in the only one, whose log then
    tells of it; one after the other, so that none is looked at too many.
    """
    rules, scope = ctx.rules, f"pairing:{source_of(ctx.principal.address)}"
    try:
        await ctx.store.lock(scope)
    except TimeoutError as error:
        raise PairingRefused from error
    ctx.store.restaurant_id = ""
    tries = await count_of(ctx, scope)
    window = timedelta(seconds=rules.pairing_window)
    if tries.failures.locked_until(rules.pairing_failures, window, ctx.now) is not None:
        ctx.store.restaurant_id = ctx.principal.restaurant_id or await _only_house(ctx)
        raise PairingRefused
    return tries


async def count_pairing_failure(ctx: Context, tries: AttemptLimit, device: Device | None) -> None:
    """Stage a refused code, or a refused proof, for its address, and for its house if that is known; the last one
    allowed raises an alarm.
    """
    rules = ctx.rules
    count = tries.failed(timedelta(seconds=rules.pairing_window), ctx.now)
    store_count(ctx, count)
    house_id = device.restaurant_id if device else await _only_house(ctx)
    if not house_id:
        return
    ctx.store.restaurant_id = house_id
    ctx.record("device-refused", subject=device.id if device else None)
    if len(count.failures.at) >= rules.pairing_failures:
        await raise_alarm(ctx, AlarmKind.DEVICE_REFUSED, "house", failures=len(count.failures.at))


async def _only_house(ctx: Context) -> str:
    """Return the house where there is one; else nothing."""
    only = await ctx.store.only(Restaurant)
    return only.id if only else ""


async def count_of(ctx: Context, scope: str) -> AttemptLimit:
    """Return what was counted of a scope of this house; a new one, which is not stored yet, when nothing was."""
    for known in await ctx.store.members(AttemptLimit, "scope", scope):
        return known
    return AttemptLimit(id=ctx.ids.new_id(), restaurant_id=ctx.store.restaurant_id, scope=scope)


def store_count(ctx: Context, count: AttemptLimit) -> AttemptLimit:
    """Stage a count, new or known; returns it as it will be stored."""
    return ctx.store.save(count) if count.version else ctx.store.add(count)
